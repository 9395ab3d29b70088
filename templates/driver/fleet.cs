<h1><?cs var:Fleet.name ?></h1>
<div class="box"><dl class="facts"><div><dt><?cs var:t("driver.fleet_cash") ?></dt><dd><strong>¥<?cs var:Fleet.cash ?></strong></dd></div>
<div><dt><?cs var:t("driver.gift") ?></dt><dd>¥<?cs var:Fleet.gift ?></dd></div>
<?cs if:Fleet.credit ?><div><dt><?cs var:t("driver.fleet_credit") ?></dt><dd>¥<?cs var:Fleet.credit ?></dd></div><?cs /if ?></dl></div>
<section class="box" aria-labelledby="people-head"><h2 id="people-head"><?cs var:t("driver.fleet_people") ?></h2>
<?cs if:subcount(Person) ?><ul class="list"><?cs each:p = Person ?><li><a href="<?cs var:url(Fleet.path) ?>/member/<?cs var:p ?>"><span><strong><?cs var:p.name ?></strong><?cs if:p.admin ?> <span class="state blue"><?cs var:t("driver.fleet_admin") ?></span><?cs /if ?><br><span class="soft"><?cs var:p.phone ?></span></span><span class="end fine"><?cs var:t("driver.fleet_day") ?> <?cs var:p.day_times ?> / ¥ <?cs var:p.day_amount ?><br><?cs var:t("driver.fleet_month") ?> <?cs var:p.month_times ?> / ¥ <?cs var:p.month_amount ?></span></a></li><?cs /each ?></ul><?cs /if ?>
<form method="post" action="<?cs var:url(Fleet.path) ?>/member"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<label for="phone"><?cs var:t("driver.fleet_add_label") ?></label><input class="number" id="phone" name="phone" type="tel" inputmode="tel" maxlength="20" required>
<p><button class="button quiet" type="submit"><?cs var:t("driver.fleet_add") ?></button></p></form></section>
<p><a class="button quiet" href="<?cs var:url(Fleet.path) ?>/vehicle"><?cs var:t("driver.vehicle_title") ?></a></p>
<p><a class="button quiet" href="<?cs var:url(Fleet.path) ?>/plan"><?cs var:t("driver.plan_title") ?></a></p>
<p><a class="button quiet" href="/d/"><?cs var:t("driver.mine") ?></a></p>
