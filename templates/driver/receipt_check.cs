<?cs include!"driver/receipt_facts.cs" ?><h1><?cs var:t("receipt.check") ?></h1>
<?cs if:!Receipt.no ?><p class="said bad" role="alert"><?cs var:t("receipt.forged") ?></p>
<?cs else ?><?cs if:Receipt.state.word != "revoked" ?><p class="said good" role="status"><?cs var:t("receipt.genuine") ?></p><?cs /if ?>
<?cs call:receipt_since() ?>
<section class="box" aria-label="<?cs var:t("receipt.title") ?>"><?cs call:receipt_facts() ?></section>
<p class="fine"><?cs var:t("receipt.compare") ?></p><?cs /if ?>
