<h1><?cs var:t("driver.vehicle_title") ?></h1>
<?cs if:Fleet.name ?><p class="soft"><?cs var:Fleet.name ?></p><?cs /if ?>
<?cs each:v = Vehicle ?><section class="box" aria-labelledby="v<?cs var:v ?>"><h2 id="v<?cs var:v ?>"><?cs var:v.plate ?></h2>
<dl class="facts"><?cs if:v.vin ?><div><dt>VIN</dt><dd><code><?cs var:v.vin ?></code></dd></div><?cs /if ?><?cs if:v.brand ?><div><dt><?cs var:t("driver.vehicle_brand") ?></dt><dd><?cs var:v.brand ?></dd></div><?cs /if ?><?cs if:v.limit ?><div><dt><?cs var:t("driver.vehicle_limit") ?></dt><dd><?cs var:v.limit ?>%</dd></div><?cs /if ?><?cs if:v.state ?><div><dt><?cs var:t("driver.vehicle_wanted") ?></dt><dd><?cs var:v.wanted ?>% <span class="state <?cs var:v.state.colour ?>"><?cs var:v.state ?></span></dd></div><?cs /if ?></dl>
<?cs if:Vehicles.own ?><form method="post" action="<?cs var:url(Vehicles.path) ?>/<?cs var:v ?>/limit"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><label for="limit<?cs var:v ?>"><?cs var:t("driver.vehicle_limit_label") ?></label><input class="number" id="limit<?cs var:v ?>" name="limit" type="text" inputmode="numeric" maxlength="3" value="<?cs var:v.wanted ?>" required><p><button class="button quiet" type="submit"><?cs var:t("driver.vehicle_ask") ?></button></p></form><?cs /if ?>
<details><summary><?cs var:t("driver.vehicle_delete") ?></summary><form method="post" action="<?cs var:url(Vehicles.path) ?>/<?cs var:v ?>/delete"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><p><button class="button quiet" type="submit"><?cs var:t("driver.vehicle_delete") ?> <?cs var:v.plate ?></button></p></form></details></section>
<?cs /each ?>
<?cs if:!subcount(Vehicle) ?><p class="soft"><?cs var:t("driver.vehicle_none") ?></p><?cs /if ?>
<section class="box" aria-labelledby="add-head"><h2 id="add-head"><?cs var:t("driver.vehicle_add") ?></h2>
<form method="post" action="<?cs var:url(Vehicles.path) ?>"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<label for="plate"><?cs var:t("driver.vehicle_plate") ?></label><input id="plate" name="plate" type="text" maxlength="10" autocapitalize="characters" value="<?cs var:Vehicles.plate ?>" required>
<label for="vin"><?cs var:t("driver.vehicle_vin") ?></label><input class="number" id="vin" name="vin" type="text" maxlength="17" autocapitalize="characters" value="<?cs var:Vehicles.vin ?>">
<p><button class="button" type="submit"><?cs var:t("driver.vehicle_add") ?></button></p></form></section>
<p><a class="button quiet" href="<?cs if:Fleet.path ?><?cs var:url(Fleet.path) ?><?cs else ?>/d/<?cs /if ?>"><?cs var:t("driver.vehicle_back") ?></a></p>
