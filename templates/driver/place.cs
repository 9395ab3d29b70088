<?cs def:place_head() ?>
<p class="soft"><?cs var:Place.address ?></p>
<div class="box">
<dl class="facts">
<div><dt><?cs var:t("driver.pile") ?></dt><dd><?cs var:Place.pile ?></dd></div>
<div><dt><?cs var:t("driver.connector") ?></dt><dd><?cs var:Place.connector ?> <code><?cs var:Place.code ?></code></dd></div>
<div><dt><?cs var:t("driver.state") ?></dt><dd><?cs if:Place.closed ?><span class="state red"><?cs if:Place.closed.word ?><?cs var:Place.closed.word ?><?cs else ?><?cs var:t("driver.closed") ?><?cs /if ?></span><?cs else ?><span class="state <?cs var:Place.state.colour ?>"><?cs var:Place.state ?></span><?cs /if ?></dd></div>
<?cs if:Place.hours ?><div><dt><?cs var:t("driver.hours") ?></dt><dd><?cs var:Place.hours ?></dd></div><?cs /if ?>
</dl>
</div>
<?cs /def ?>
<?cs def:price_table() ?>
<section class="box" aria-labelledby="price-head">
<h2 id="price-head"><?cs if:subcount(Bike.term) ?><?cs var:t("driver.price_head_bike") ?><?cs else ?><?cs var:t("driver.price_head") ?><?cs /if ?></h2>
<?cs if:Price.free ?><p class="said good"><?cs var:t("driver.price_free") ?></p><?cs /if ?>
<?cs if:subcount(Bike.term) ?><dl class="facts"><?cs each:f = Bike.term ?><div><dt><?cs var:f ?></dt><dd><?cs var:f.value ?></dd></div><?cs /each ?></dl><?cs elif:subcount(Price) ?><table>
<thead><tr><th scope="col"><?cs var:t("driver.price_time") ?></th><th scope="col" class="num"><?cs var:t("driver.price_energy") ?></th><th scope="col" class="num"><?cs var:t("driver.price_service") ?></th><th scope="col" class="num"><?cs var:t("driver.price_sum") ?></th></tr></thead>
<tbody><?cs each:s = Price ?><?cs if:s.from ?><tr<?cs if:s.now ?> class="now"<?cs /if ?>><td><?cs var:s.from ?>-<?cs var:s.to ?> <span class="state <?cs var:s.type.colour ?>"><?cs var:s.type ?></span><?cs if:s.now ?><span class="mark"><?cs var:t("driver.price_now") ?></span><?cs /if ?></td><td class="num"><?cs var:s.energy ?></td><td class="num"><?cs var:s.service ?></td><td class="num"><?cs var:s ?></td></tr><?cs /if ?><?cs /each ?></tbody>
</table><p class="fine"><?cs var:t("driver.price_unit") ?></p><?cs else ?><p class="said bad"><?cs var:t("driver.price_none") ?></p><?cs /if ?>
<?cs each:f = Price.fleet ?><p class="said good"><?cs var:f ?></p><?cs /each ?>
<?cs each:s = Price.special ?><p class="fine"><?cs var:s ?></p><?cs /each ?><?cs if:Price.step_energy ?><p class="fine"><?cs var:Price.step_energy ?></p><?cs /if ?><?cs if:Price.step_minutes ?><p class="fine"><?cs var:Price.step_minutes ?></p><?cs /if ?>
<?cs if:Price.booking ?><p class="fine"><?cs var:Price.booking ?></p><?cs /if ?><?cs if:Price.occupancy ?><p class="fine"><?cs var:Price.occupancy ?></p><?cs /if ?>
</section>
<?cs /def ?>
<?cs def:limit_choice(value, label) ?><label class="choice"><input type="radio" name="limit" value="<?cs var:value ?>"<?cs if:Start.limit == value ?> checked<?cs /if ?>><span class="face"><?cs var:label ?></span></label><?cs /def ?>
<h1><?cs var:Place.station ?></h1>
<?cs call:place_head() ?>
<?cs if:Place.session ?>
<p class="said good" role="status"><?cs var:t("driver.running_here") ?></p>
<p><a class="button" href="<?cs var:url(Place.session) ?>"><?cs var:t("driver.to_session") ?></a></p>
<?cs call:price_table() ?>
<?cs elif:Place.closed ?>
<p class="said bad"><?cs var:Place.closed ?></p>
<?cs call:price_table() ?>
<?cs elif:Place.state.word == "offline" ?>
<p class="said bad"><?cs var:t("refusal.pile_offline") ?></p>
<?cs call:price_table() ?>
<?cs elif:Place.state.word == "fault" ?>
<p class="said bad"><?cs var:t("refusal.connector_fault") ?></p>
<?cs call:price_table() ?>
<?cs elif:Start.once ?>
<?cs call:price_table() ?>
<?cs if:Book.mine ?><p class="said good" role="status"><?cs var:t("driver.book_mine") ?> <strong><?cs var:Book.until ?></strong> <a href="<?cs var:url(Book.mine) ?>"><?cs var:t("driver.book_to") ?></a></p><?cs elif:Book.terms ?><details class="box"><summary><?cs var:t("driver.book_head") ?></summary><p><?cs var:Book.terms ?></p><p class="fine"><?cs var:Book.rule ?></p><?cs if:Book.barred ?><p class="said"><?cs var:Book.barred ?></p><?cs else ?><form method="post" action="/c/<?cs var:Place.code ?>/book"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><input type="hidden" name="once" value="<?cs var:Book.once ?>"><label for="book_plate"><?cs var:t("driver.book_plate") ?></label><input id="book_plate" name="book_plate" type="text" maxlength="10" autocapitalize="characters" value="<?cs var:Book.plate ?>"><p><button class="button quiet" type="submit"><?cs var:t("driver.book_go") ?></button></p></form><?cs /if ?></details><?cs /if ?>
<form method="post" action="/c/<?cs var:Place.code ?>">
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><input type="hidden" name="once" value="<?cs var:Start.once ?>">
<?cs if:Place.state.word == "idle" ?><p class="said"><?cs var:t("driver.plug_first") ?></p><?cs /if ?>
<fieldset class="choices"><legend><?cs var:t("driver.pay_head") ?></legend>
<?cs each:p = Pay ?><label class="choice"><input type="radio" name="pay" value="<?cs var:p.value ?>"<?cs if:p.chosen ?> checked<?cs /if ?><?cs if:p.disabled ?> disabled<?cs /if ?>><span class="face"><span><?cs var:p ?><?cs if:p.disabled ?> <span class="fine"><?cs var:t("driver.card_not_here") ?></span><?cs /if ?></span><?cs if:!p.outside ?><strong>¥<?cs var:p.balance ?></strong><?cs /if ?></span></label>
<?cs /each ?></fieldset>
<fieldset class="choices row"><legend><?cs var:t("driver.limit_head") ?></legend>
<?cs call:limit_choice("full", t("driver.limit_full")) ?><?cs each:h = Hours ?><?cs call:limit_choice(h.value, h) ?><?cs /each ?><?cs each:p = Preset ?><?cs call:limit_choice("amount:" + p, "¥" + p) ?><?cs /each ?><?cs call:limit_choice("amount", t("driver.limit_amount")) ?><?cs call:limit_choice("energy", t("driver.limit_energy")) ?><?cs call:limit_choice("time", t("driver.limit_time")) ?>
</fieldset>
<div class="if-amount"><label for="amount"><?cs var:t("driver.amount_label") ?></label><input class="number" id="amount" name="amount" type="text" inputmode="decimal" maxlength="9" value="<?cs var:Start.amount ?>"></div>
<div class="if-energy"><label for="energy"><?cs var:t("driver.energy_label") ?></label><input class="number" id="energy" name="energy" type="text" inputmode="decimal" maxlength="7" value="<?cs var:Start.energy ?>"></div>
<div class="if-time"><label for="minutes"><?cs var:t("driver.minutes_label") ?></label><input class="number" id="minutes" name="minutes" type="text" inputmode="numeric" maxlength="4" value="<?cs var:Start.minutes ?>"></div>
<?cs if:Start.plate_required ?><label for="plate"><?cs var:t("driver.plate_label") ?></label><input id="plate" name="plate" type="text" maxlength="10" autocapitalize="characters" value="<?cs var:Start.plate ?>" required><?cs /if ?>
<p><button class="button" type="submit"><?cs var:t("driver.start") ?></button></p>
<p class="fine"><?cs var:t("driver.hold_note") ?></p>
</form>
<?cs else ?>
<?cs call:price_table() ?>
<p><a class="button" href="/d/login?next=/c/<?cs var:Place.code ?>"><?cs var:t("driver.login_to_charge") ?></a></p>
<?cs /if ?>
<?cs if:Place.hotline ?><p class="fine"><?cs var:t("driver.hotline") ?> <a href="tel:<?cs var:Place.hotline ?>"><?cs var:Place.hotline ?></a></p><?cs /if ?>
