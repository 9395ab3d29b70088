<?cs # Who pays: the account and the amount whole, once asked for; then the number of the bank's transfer. ?>
<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1><span class="page-note"><?cs var:Bank.provider ?></span></div>
<form class="card narrow" method="post">
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<div class="card-body">
<?cs if:Form.error ?><div class="alert alert-danger" role="alert"><?cs var:Form.error ?></div><?cs /if ?>
<dl class="facts mb-3">
<div><dt><?cs var:t("bank_account.bank") ?></dt><dd><?cs var:Bank.bank ?></dd></div>
<div><dt><?cs var:t("bank_account.holder") ?></dt><dd><?cs var:Bank.holder ?></dd></div>
<div><dt><?cs var:t("bank_account.number") ?></dt><dd><?cs var:Bank.number ?></dd></div>
<div><dt><?cs var:t("bank_account.state") ?></dt><dd><?cs var:Bank.state ?></dd></div>
<div><dt><?cs var:t("bank_account.pay_by") ?></dt><dd><?cs var:Bank.pay_by ?></dd></div>
<?cs if:Bank.amount ?><div><dt><?cs var:t("bank_account.amount") ?></dt><dd><strong><?cs var:Bank.amount ?></strong></dd></div><?cs /if ?>
</dl>
<?cs if:Bank.open ?><?cs if:Bank.amount ?><label class="form-label required" for="transfer_no"><?cs var:t("bank_account.transfer_no") ?></label>
<input class="form-control" id="transfer_no" name="transfer_no" maxlength="60" required value="<?cs var:Form.typed ?>"><div class="form-hint"><?cs var:t("bank_account.transfer_hint") ?></div>
<?cs else ?><p class="mb-0"><?cs var:t("bank_account.reveal_hint") ?></p><input type="hidden" name="step" value="reveal"><?cs /if ?><?cs /if ?>
</div>
<div class="card-footer form-foot"><?cs if:Bank.open ?><button class="btn btn-primary" type="submit"><?cs if:Bank.amount ?><?cs var:t("bank_account.pay_done") ?><?cs else ?><?cs var:t("bank_account.reveal") ?><?cs /if ?></button><?cs /if ?><a class="btn" href="/admin/bank_account"><?cs var:t("screen.cancel") ?></a></div>
</form>
