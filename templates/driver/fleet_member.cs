<?cs each:p = Person ?><h1><?cs var:p.name ?></h1>
<p class="soft"><?cs var:Fleet.name ?> · <?cs var:p.phone ?></p>
<section class="box" aria-labelledby="limits-head"><h2 id="limits-head"><?cs var:t("driver.fleet_limits") ?></h2>
<form method="post" action="<?cs var:url(Fleet.path) ?>/member/<?cs var:p ?>"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<label for="day_times"><?cs var:t("driver.fleet_day_times") ?></label><input class="number" id="day_times" name="day_times" type="text" inputmode="numeric" maxlength="5" value="<?cs var:p.day_times.value ?>" required>
<label for="day_amount"><?cs var:t("driver.fleet_day_amount") ?></label><input class="number" id="day_amount" name="day_amount" type="text" inputmode="decimal" maxlength="10" value="<?cs var:p.day_amount.value ?>" required>
<label for="month_times"><?cs var:t("driver.fleet_month_times") ?></label><input class="number" id="month_times" name="month_times" type="text" inputmode="numeric" maxlength="5" value="<?cs var:p.month_times.value ?>" required>
<label for="month_amount"><?cs var:t("driver.fleet_month_amount") ?></label><input class="number" id="month_amount" name="month_amount" type="text" inputmode="decimal" maxlength="10" value="<?cs var:p.month_amount.value ?>" required>
<p class="fine"><?cs var:t("driver.fleet_limits_note") ?></p>
<p><button class="button" type="submit"><?cs var:t("driver.fleet_keep") ?></button></p></form></section>
<?cs if:!p.admin ?><details class="box"><summary><?cs var:t("driver.fleet_remove") ?></summary><p><?cs var:t("driver.fleet_remove_note") ?></p><form method="post" action="<?cs var:url(Fleet.path) ?>/member/<?cs var:p ?>/remove"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><p><button class="button quiet" type="submit"><?cs var:t("driver.fleet_remove") ?></button></p></form></details><?cs /if ?>
<?cs /each ?><p><a class="button quiet" href="<?cs var:url(Fleet.path) ?>"><?cs var:t("driver.fleet_back") ?></a></p>
