<?cs # The merchant's own page; for the platform's people the platform's number. ?>
<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1><span class="page-note"><?cs var:Merchant.name ?></span></div>
<form class="card narrow" method="post" data-guard>
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<div class="card-body">
<?cs if:Form.error ?><div class="alert alert-danger" role="alert"><?cs var:Form.error ?></div><?cs /if ?>
<?cs if:Merchant.platform ?><p><?cs var:t("merchant.platform") ?></p><?cs else ?><dl class="facts mb-3">
<div><dt><?cs var:t("provider.name") ?></dt><dd><?cs var:Merchant.name ?></dd></div>
<div><dt><?cs var:t("provider.kind") ?></dt><dd><?cs var:Merchant.kind ?></dd></div>
<div><dt><?cs var:t("field.contact") ?></dt><dd><?cs var:Merchant.contact ?></dd></div>
<div><dt><?cs var:t("field.phone") ?></dt><dd><?cs var:Merchant.phone ?></dd></div>
<div><dt><?cs var:t("field.email") ?></dt><dd><?cs var:Merchant.email ?></dd></div>
<div><dt><?cs var:t("field.audit_status") ?></dt><dd><?cs var:Merchant.audit_status ?></dd></div>
<div><dt><?cs var:t("field.status") ?></dt><dd><?cs var:Merchant.status ?></dd></div>
<div><dt><?cs var:t("provider.properties") ?></dt><dd><?cs var:Merchant.properties ?></dd></div>
<div><dt><?cs var:t("field.stations") ?></dt><dd><?cs var:Merchant.stations ?></dd></div>
<div><dt><?cs var:t("merchant.bank_accounts") ?></dt><dd><?cs if:Merchant.may_bank ?><a href="/admin/bank_account"><?cs var:Merchant.bank_accounts ?></a><?cs else ?><?cs var:Merchant.bank_accounts ?><?cs /if ?></dd></div>
</dl><?cs /if ?>
<label class="form-label" for="service_phone"><?cs var:t("merchant.service_phone") ?></label>
<input class="form-control" id="service_phone" name="service_phone" inputmode="tel" maxlength="20" value="<?cs var:Merchant.service_phone ?>"<?cs if:!Merchant.may_edit ?> disabled<?cs /if ?>>
<div class="form-hint"><?cs var:t("merchant.service_phone_hint") ?></div>
</div>
<?cs if:Merchant.may_edit ?><div class="card-footer form-foot"><button class="btn btn-primary" type="submit"><?cs var:t("screen.save") ?></button></div><?cs /if ?>
</form>
