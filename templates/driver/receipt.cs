<?cs include!"driver/receipt_facts.cs" ?><h1><?cs var:t("receipt.title") ?> <span class="state <?cs var:Receipt.state.colour ?>"><?cs var:Receipt.state ?></span></h1>
<?cs call:receipt_since() ?>
<section class="box" aria-label="<?cs var:t("receipt.title") ?>"><?cs call:receipt_facts() ?>
<p><img class="pay-code" src="<?cs var:url(Receipt.path) ?>/qr" alt="<?cs var:t("receipt.scan") ?>" width="180" height="180"></p><p class="fine"><?cs var:t("receipt.scan") ?> <a href="<?cs var:url(Receipt.check) ?>"><?cs var:t("receipt.check") ?></a></p></section>
<form method="post" action="<?cs var:url(Receipt.path) ?>/pdf"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><p><button class="button" type="submit"><?cs var:t("receipt.print") ?></button></p></form>
<p><a href="<?cs var:url(Receipt.session) ?>"><?cs var:t("receipt.back") ?></a></p>
