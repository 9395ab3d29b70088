<h1><?cs var:t("driver.my_title") ?></h1>
<p class="soft"><?cs var:User.name ?></p>
<p><a class="button" href="/c/"><?cs var:t("driver.number_title") ?></a> <a class="button quiet" href="/d/stations"><?cs var:t("driver.stations_title") ?></a></p>
<section class="box" aria-labelledby="sessions-head"><h2 id="sessions-head"><?cs var:t("driver.my_sessions") ?></h2>
<?cs if:subcount(Sessions) ?><ul class="list"><?cs each:s = Sessions ?><li><a href="<?cs var:url(s) ?>"><span><strong><?cs var:s.station ?></strong> · <?cs var:s.pile ?><br><span class="soft"><?cs var:s.at ?></span></span><span class="end"><strong>¥<?cs var:s.amount ?></strong><br><?cs var:s.energy ?> kWh<br><span class="state <?cs var:s.state.colour ?>"><?cs var:s.state ?></span></span></a></li><?cs /each ?></ul>
<p><?cs if:Later ?><a href="/d/"><?cs var:t("driver.newest") ?></a> <?cs /if ?><?cs if:Older ?><a href="<?cs var:url(Older) ?>"><?cs var:t("driver.older") ?></a><?cs /if ?></p>
<?cs else ?><p class="soft"><?cs var:t("driver.no_sessions") ?></p><?cs /if ?></section>
<section class="box" aria-labelledby="money-head"><h2 id="money-head"><?cs var:t("driver.my_money") ?></h2>
<dl class="facts"><div><dt><a href="/d/wallet"><?cs var:t("driver.wallet") ?></a></dt><dd>¥<?cs var:Wallet.cash ?> <span class="fine"><?cs var:t("driver.gift") ?> ¥<?cs var:Wallet.gift ?></span></dd></div>
<?cs if:Wallet.held ?><div><dt><?cs var:t("driver.held") ?></dt><dd>¥<?cs var:Wallet.held ?></dd></div><?cs /if ?>
<?cs each:c = Cards ?><div><dt><?cs var:c.kind ?> <?cs var:c ?><br><span class="fine"><?cs if:c.station ?><?cs var:c.station ?><?cs else ?><?cs var:t("driver.card_everywhere") ?><?cs /if ?><?cs if:c.expires ?> · <?cs var:t("driver.card_until") ?> <?cs var:c.expires ?><?cs /if ?></span></dt><dd>¥<?cs var:c.cash ?> <span class="fine"><?cs var:t("driver.gift") ?> ¥<?cs var:c.gift ?></span><?cs if:c.status.word != "enabled" ?><br><span class="state <?cs var:c.status.colour ?>"><?cs var:c.status ?></span><?cs /if ?></dd></div>
<?cs /each ?></dl></section>
<p><a href="/d/vehicle"><?cs var:t("driver.vehicle_mine") ?></a></p>
<?cs each:f = Fleets ?><p><a href="<?cs var:url(f) ?>"><?cs var:t("driver.fleet_mine") ?> <?cs var:f.name ?></a></p>
<?cs /each ?><p><a href="/d/reservation"><?cs var:t("driver.my_bookings") ?></a></p>
<p><a href="/d/feedback"><?cs var:t("review.feedback_title") ?></a></p>
<p><a href="/d/invoice"><?cs var:t("driver.invoice_title") ?></a></p>
<form method="post" action="/d/logout"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><p><button class="button quiet" type="submit"><?cs var:t("app.logout") ?></button></p></form>
