<h1><?cs var:t("driver.my_bookings") ?></h1>
<section class="box" aria-label="<?cs var:t("driver.my_bookings") ?>">
<?cs if:subcount(Bookings) ?><ul class="list"><?cs each:b = Bookings ?><li><a href="<?cs var:url(b) ?>"><span><strong><?cs var:b.station ?></strong> · <?cs var:b.pile ?> <?cs var:b.connector ?><br><span class="soft"><?cs var:b.at ?></span></span><span class="end"><strong>¥<?cs var:b.fee ?></strong><br><span class="state <?cs var:b.state.colour ?>"><?cs var:b.state ?></span></span></a></li><?cs /each ?></ul>
<?cs else ?><p class="soft"><?cs var:t("driver.no_bookings") ?></p><?cs /if ?></section>
<p class="buttons"><a class="button" href="/d/stations"><?cs var:t("driver.stations_title") ?></a><a class="button quiet" href="/d/"><?cs var:t("driver.mine") ?></a></p>
