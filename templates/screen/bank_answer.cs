<?cs # Who owns the account: the amount that arrived. ?>
<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1><span class="page-note"><?cs var:Bank.number ?></span></div>
<form class="card narrow" method="post">
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<div class="card-body">
<?cs if:Form.error ?><div class="alert alert-danger" role="alert"><?cs var:Form.error ?></div><?cs /if ?>
<dl class="facts mb-3">
<div><dt><?cs var:t("bank_account.bank") ?></dt><dd><?cs var:Bank.bank ?></dd></div>
<div><dt><?cs var:t("bank_account.holder") ?></dt><dd><?cs var:Bank.holder ?></dd></div>
<div><dt><?cs var:t("bank_account.number") ?></dt><dd><?cs var:Bank.number ?></dd></div>
<div><dt><?cs var:t("bank_account.answer_by") ?></dt><dd><?cs var:Bank.answer_by ?></dd></div>
<div><dt><?cs var:t("bank_account.left") ?></dt><dd><?cs var:Bank.left ?></dd></div>
</dl>
<?cs if:Bank.open ?><label class="form-label required" for="amount"><?cs var:t("bank_account.amount") ?></label>
<input class="form-control num" id="amount" name="amount" inputmode="decimal" maxlength="6" required value="<?cs var:Form.typed ?>"><div class="form-hint"><?cs var:t("bank_account.answer_hint") ?></div><?cs /if ?>
</div>
<div class="card-footer form-foot"><?cs if:Bank.open ?><button class="btn btn-primary" type="submit"><?cs var:t("bank_account.answer") ?></button><?cs /if ?><a class="btn" href="/admin/bank_account"><?cs var:t("screen.cancel") ?></a></div>
</form>
