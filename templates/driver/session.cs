<p class="unseen" id="spoken" role="status" aria-live="polite"></p>
<?cs include!"driver/live.cs" ?>
<?cs if:Session.over ?>
<?cs if:Stay.open ?><p class="said"><?cs var:t("occupancy.leave") ?> <?cs var:Stay.rate ?></p><?cs /if ?>
<?cs if:subcount(Bill.line) || Stay.span ?><section class="box" aria-labelledby="bill-head">
<h2 id="bill-head"><?cs var:t("driver.bill_head") ?></h2>
<table class="bill"><tbody>
<?cs each:l = Bill.line ?><?cs if:l.day ?><tr><th scope="colgroup" colspan="2"><?cs var:l.day ?></th></tr><?cs /if ?><?cs if:l == "step" ?><tr><td><?cs var:t("driver.bill_step") ?><span class="how"><?cs if:l.time ?><?cs var:l.time ?> × <?cs var:l.hour_price ?><?cs var:t("driver.an_hour") ?><?cs else ?><?cs var:l.energy ?> kWh × (<?cs var:l.energy_price ?> + <?cs var:l.service_price ?>)<?cs /if ?></span></td><td class="num"><?cs var:l.amount ?></td></tr>
<?cs elif:l == "energy" ?><tr><td><?cs var:l.span ?> <span class="state <?cs var:l.type.colour ?>"><?cs var:l.type ?></span><?cs if:l.special ?> <span class="mark"><?cs var:t("driver.bill_special") ?></span><?cs /if ?><span class="how"><?cs var:l.energy ?> kWh × (<?cs var:l.energy_price ?> + <?cs var:l.service_price ?>)</span></td><td class="num"><?cs var:l.amount ?></td></tr>
<?cs elif:l == "time" ?><tr><td><?cs var:l.span ?> <?cs var:l.band ?><span class="how"><?cs var:l.time ?> × <?cs var:l.hour_price ?><?cs var:t("driver.an_hour") ?></span></td><td class="num"><?cs var:l.amount ?></td></tr>
<?cs elif:l == "free" ?><tr><td><?cs var:l.span ?> <?cs var:t("driver.bill_free") ?><span class="how"><?cs var:l.time ?></span></td><td class="num"><?cs var:l.amount ?></td></tr>
<?cs elif:l == "discount" ?><tr><td><?cs var:t("driver.bill_discount") ?><?cs if:Bill.price ?><span class="how"><?cs var:Bill.price ?></span><?cs /if ?></td><td class="num"><?cs var:l.amount ?></td></tr>
<?cs else ?><tr><td><?cs var:t("driver.bill_rounding") ?></td><td class="num"><?cs var:l.amount ?></td></tr><?cs /if ?><?cs /each ?>
<tr class="total"><td><?cs var:t("driver.bill_total") ?></td><td class="num">¥<?cs var:Bill.amount ?></td></tr>
<?cs if:Stay.span ?><tr><td><?cs var:t("occupancy.title") ?> <?cs var:Stay.span ?><?cs if:Stay.waived ?> <span class="state"><?cs var:t("occupancy.waived") ?></span><?cs /if ?><span class="how"><?cs var:Stay.minutes ?> <?cs var:t("occupancy.minutes") ?> · <?cs var:Stay.rate ?><?cs if:Stay.cap ?> · <?cs var:Stay.cap ?><?cs /if ?></span></td><td class="num"><?cs var:Stay.fee ?></td></tr>
<tr class="total"><td><?cs var:t("occupancy.total") ?></td><td class="num">¥<?cs var:Stay.total ?></td></tr>
<?cs /if ?></tbody></table>
<dl class="facts">
<div><dt><?cs var:t("driver.bill_energy_fee") ?></dt><dd>¥<?cs var:Bill.energy_fee ?></dd></div>
<div><dt><?cs var:t("driver.bill_service_fee") ?></dt><dd>¥<?cs var:Bill.service_fee ?></dd></div>
<?cs if:Session.prepaid ?><div><dt><?cs var:t("driver.bill_held") ?></dt><dd>¥<?cs var:Session.prepaid ?></dd></div>
<?cs if:Bill.released ?><div><dt><?cs var:t("driver.bill_released") ?></dt><dd>¥<?cs var:Bill.released ?></dd></div><?cs /if ?><?cs /if ?>
</dl>
<p class="fine"><?cs var:t("driver.bill_note") ?></p>
</section><?cs /if ?>
<?cs /if ?>
<section class="box" aria-label="<?cs var:t("driver.about") ?>"><dl class="facts">
<div><dt><?cs var:t("driver.station") ?></dt><dd><?cs var:Session.station ?></dd></div>
<div><dt><?cs var:t("driver.pile") ?></dt><dd><?cs var:Session.pile ?> · <?cs var:Session.connector ?></dd></div>
<div><dt><?cs var:t("driver.pay_head") ?></dt><dd><?cs if:Session.card ?><?cs var:t("driver.card_word") ?> <?cs var:Session.card ?><?cs elif:Session.fleet ?><?cs var:t("driver.fleet_wallet") ?> <?cs var:Session.fleet ?><?cs else ?><?cs var:t("driver.wallet") ?><?cs /if ?></dd></div>
<?cs if:!Session.over ?><?cs if:Session.prepaid ?><div><dt><?cs var:t("driver.bill_held") ?></dt><dd>¥<?cs var:Session.prepaid ?></dd></div><?cs /if ?><?cs /if ?>
<div><dt><?cs var:t("driver.requested") ?></dt><dd><?cs var:Session.requested ?></dd></div>
<?cs if:Session.started ?><div><dt><?cs var:t("driver.started") ?></dt><dd><?cs var:Session.started ?></dd></div><?cs /if ?>
<?cs if:Session.ended ?><div><dt><?cs var:t("driver.ended") ?></dt><dd><?cs var:Session.ended ?></dd></div><?cs /if ?>
<div><dt><?cs var:t("driver.no") ?></dt><dd><code><?cs var:Session.no ?></code></dd></div>
</dl></section>
<?cs if:Session.over ?><?cs if:Session.complain ?><details class="box"><summary><?cs var:t("aftersale.ask") ?></summary><form method="post" action="<?cs var:url(Session.path) ?>/aftersale"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><label for="wish"><?cs var:t("aftersale.wish") ?></label><textarea id="wish" name="wish" rows="3" maxlength="500" required></textarea><p><button class="button quiet" type="submit"><?cs var:t("aftersale.send") ?></button></p></form></details><?cs /if ?><?cs if:Session.case ?><p class="said"><?cs var:t("aftersale.state") ?> <?cs var:Session.case ?><?cs if:Session.case.answer ?>: <?cs var:Session.case.answer ?><?cs /if ?></p><?cs /if ?><?cs if:Session.refunded ?><p class="said good"><?cs var:t("aftersale.refunded") ?> ¥<?cs var:Session.refunded ?></p><?cs /if ?><?cs /if ?>
<?cs if:Session.over ?><?cs include!"driver/review.cs" ?><?cs /if ?>
<?cs if:Receipt.path ?><p><a class="button quiet" href="<?cs var:url(Receipt.path) ?>"><?cs var:t("receipt.look") ?></a></p>
<?cs elif:Receipt.until ?><form method="post" action="<?cs var:url(Session.path) ?>/receipt"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><p><button class="button quiet" type="submit"><?cs var:t("receipt.take") ?></button></p><p class="fine"><?cs var:t("receipt.take_until") ?> <?cs var:Receipt.until ?></p></form><?cs /if ?>
<?cs if:Session.over ?><p class="buttons"><a class="button" href="/d/"><?cs var:t("driver.mine") ?></a><a class="button quiet" href="/c/<?cs var:Session.code ?>"><?cs var:t("driver.charge_again") ?></a></p><?cs /if ?>
<?cs if:Session.hotline ?><p class="fine"><?cs var:t("driver.hotline") ?> <a href="tel:<?cs var:Session.hotline ?>"><?cs var:Session.hotline ?></a></p><?cs /if ?>
