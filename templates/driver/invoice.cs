<h1><?cs var:t("driver.invoice_title") ?></h1>
<?cs if:Problem ?><div class="alert bad" role="alert"><?cs var:Problem ?></div><?cs /if ?>
<section class="box" aria-labelledby="orders-head"><h2 id="orders-head"><?cs var:t("driver.invoice_orders") ?></h2>
<?cs if:!On ?><p class="soft"><?cs var:t("invoice.refused.off") ?></p>
<?cs elif:subcount(Orders) ?><form method="post" action="/d/invoice"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<fieldset class="choices"><legend><?cs var:t("driver.invoice_choose") ?></legend><?cs each:o = Orders ?><label class="choice"><input type="checkbox" name="order" value="<?cs var:o.id ?>"<?cs if:o.picked ?> checked<?cs /if ?>><span class="face"><?cs var:o.station ?> <strong>¥<?cs var:o.amount ?></strong><br><span class="fine"><?cs var:o.at ?> · <?cs var:o.energy ?> kWh</span></span></label><?cs /each ?></fieldset>
<label for="title"><?cs var:t("invoice.title") ?></label><input id="title" name="title" type="text" maxlength="100" required value="<?cs var:Form.title ?>">
<label for="tax_no"><?cs var:t("invoice.tax_no") ?></label><input id="tax_no" name="tax_no" type="text" maxlength="24" required autocapitalize="characters" value="<?cs var:Form.tax_no ?>">
<label for="email"><?cs var:t("invoice.email") ?></label><input id="email" name="email" type="email" maxlength="100" required value="<?cs var:Form.email ?>">
<?cs if:Form.paper ?><fieldset class="choices row"><legend><?cs var:t("invoice.medium") ?></legend><?cs if:Form.electronic ?><label class="choice"><input type="radio" name="medium" value="electronic"<?cs if:!Form.on_paper ?> checked<?cs /if ?>><span class="face"><?cs var:t("choice.invoice_medium.electronic") ?></span></label><?cs /if ?><label class="choice"><input type="radio" name="medium" value="paper"<?cs if:Form.on_paper ?> checked<?cs /if ?>><span class="face"><?cs var:t("choice.invoice_medium.paper") ?></span></label></fieldset><?cs /if ?>
<?cs if:Form.text ?><p class="fine"><?cs var:Form.text ?></p><?cs /if ?>
<p><button class="button" type="submit"><?cs var:t("driver.invoice_ask") ?></button></p></form>
<?cs else ?><p class="soft"><?cs var:t("driver.invoice_no_orders") ?></p><?cs /if ?></section>
<section class="box" aria-labelledby="invoices-head"><h2 id="invoices-head"><?cs var:t("driver.invoice_mine") ?></h2>
<?cs if:subcount(Invoices) ?><ul class="list"><?cs each:v = Invoices ?><li><span class="item"><strong><?cs var:v.title ?></strong><br><span class="fine"><?cs var:v ?> · <?cs var:v.at ?></span></span> <span class="end"><strong>¥<?cs var:v.amount ?></strong> <span class="state <?cs var:v.state.colour ?>"><?cs var:v.state ?></span><?cs if:v.pdf ?><br><a href="<?cs var:url(v.pdf) ?>">PDF</a><?cs /if ?></span></li><?cs /each ?></ul>
<?cs else ?><p class="soft"><?cs var:t("driver.invoice_none") ?></p><?cs /if ?></section>
