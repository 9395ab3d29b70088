<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1></div>
<form class="card narrow" method="post" action="<?cs if:Email.token ?>/admin/me/email/verify<?cs else ?>/admin/me/email<?cs /if ?>">
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<?cs if:Email.token ?><input type="hidden" name="token" value="<?cs var:Email.token ?>"><?cs /if ?>
<div class="card-body">
<?cs if:Form.error ?><div class="alert alert-danger" role="alert"><?cs var:Form.error ?></div><?cs /if ?>
<dl class="facts">
<div><dt><?cs var:t("field.email") ?></dt><dd><?cs if:Email.address ?><?cs var:Email.address ?><?cs else ?><?cs var:t("email.none") ?><?cs /if ?></dd></div>
<div><dt><?cs var:t("email.state") ?></dt><dd><?cs if:Email.verified ?><?cs var:t("email.verified_at") ?> <?cs var:Email.verified ?><?cs else ?><?cs var:t("email.unverified") ?><?cs /if ?></dd></div>
</dl>
</div>
<?cs if:Email.token ?><div class="card-footer form-foot"><button class="btn btn-primary" type="submit"><?cs var:t("email.confirm") ?></button></div>
<?cs elif:Email.address && !Email.verified ?><div class="card-footer form-foot"><button class="btn btn-primary" type="submit"><?cs var:t("email.send") ?></button></div><?cs /if ?>
</form>
