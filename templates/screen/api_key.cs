<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1></div>
<form method="post" class="tree" data-guard>
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<div class="card mb-3"><div class="card-body">
<?cs if:Form.error ?><div class="alert alert-danger" role="alert"><?cs var:Form.error ?></div><?cs /if ?>
<div class="form-grid">
<div><label class="form-label required" for="name"><?cs var:t("api_key.name") ?></label><input class="form-control" id="name" name="name" maxlength="60" value="<?cs var:Form.name ?>" required></div>
<div><label class="form-label" for="expires_at"><?cs var:t("field.expires_at") ?></label><input class="form-control" id="expires_at" type="datetime-local" name="expires_at" value="<?cs var:Form.expires_at ?>"><div class="form-hint"><?cs var:t("api_key.forever") ?></div></div>
<?cs if:Form.factor ?><div><label class="form-label required" for="code"><?cs var:t("api_key.code") ?></label><input class="form-control" id="code" name="code" maxlength="30" autocomplete="one-time-code" inputmode="text" required><div class="form-hint"><?cs var:t("api_key.code_hint") ?></div></div>
<?cs /if ?></div></div></div>
<?cs include!"screen/tree.cs" ?>
<div class="form-foot sticky-foot"><button class="btn btn-primary" type="submit"><?cs var:t("api_key.create") ?></button><a class="btn" href="/admin/api_key"><?cs var:t("screen.cancel") ?></a></div>
</form>
