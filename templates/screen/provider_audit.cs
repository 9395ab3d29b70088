<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1><span class="page-note"><?cs var:Page.subject ?></span></div>
<form class="card narrow" method="post">
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<div class="card-body">
<?cs if:Form.error ?><div class="alert alert-danger" role="alert"><?cs var:Form.error ?></div><?cs /if ?>
<dl class="facts mb-3">
<div><dt><?cs var:t("provider.name") ?></dt><dd><?cs var:Ask.name ?></dd></div>
<div><dt><?cs var:t("field.contact") ?></dt><dd><?cs var:Ask.contact ?></dd></div>
<div><dt><?cs var:t("field.phone") ?></dt><dd><?cs var:Ask.phone ?></dd></div>
<div><dt><?cs var:t("field.email") ?></dt><dd><?cs var:Ask.email ?></dd></div>
</dl>
<fieldset class="mb-3"><legend class="form-label required"><?cs var:t("provider.verdict") ?></legend>
<label class="form-check"><input class="form-check-input" type="radio" name="verdict" value="approve" required> <span class="form-check-label"><?cs var:t("provider.approve") ?></span></label>
<label class="form-check"><input class="form-check-input" type="radio" name="verdict" value="reject"> <span class="form-check-label"><?cs var:t("provider.reject") ?></span></label>
</fieldset>
<label class="form-label" for="note"><?cs var:t("provider.audit_note") ?></label>
<textarea class="form-control" id="note" name="note" rows="2" maxlength="200"></textarea>
</div>
<div class="card-footer form-foot"><button class="btn btn-primary" type="submit"><?cs var:t("screen.save") ?></button><a class="btn" href="/admin/provider"><?cs var:t("screen.cancel") ?></a></div>
</form>
