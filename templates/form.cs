<?cs # New and edit. Form.* is filled by cgi/resource/form.c. ?>
<?cs include!"field.cs" ?>
<div class="page-head"><h1><?cs var:Page.title ?></h1></div>
<form class="card" method="post" action="<?cs var:url(Form.action) ?>" data-guard novalidate>
<div class="card-body">
<?cs if:Form.stale ?><div class="alert alert-warning" role="alert"><div><strong><?cs var:t("engine.stale") ?></strong> <?cs var:Form.stale.by ?> <?cs var:Form.stale.at ?>
<?cs if:subcount(Form.stale.field) ?><table class="table table-sm mt-2 mb-0"><thead><tr><th scope="col"><?cs var:t("engine.field") ?></th><th scope="col"><?cs var:t("engine.stored") ?></th><th scope="col"><?cs var:t("engine.typed") ?></th></tr></thead><tbody><?cs each:f = Form.stale.field ?><tr><th scope="row"><?cs var:f ?></th><td><?cs var:f.stored ?></td><td><?cs var:f.typed ?></td></tr><?cs /each ?></tbody></table><?cs /if ?>
<p class="mb-0"><?cs var:t("engine.stale_todo") ?></p></div></div><?cs /if ?>
<?cs include!"form_fields.cs" ?>
<?cs if:Form.id ?><input type="hidden" name="_version" value="<?cs var:Form.version ?>"><?cs /if ?>
</div>
<div class="card-footer form-foot"><button class="btn btn-primary" type="submit"><?cs var:t("action.save") ?></button><a class="btn" href="<?cs var:url(Form.back) ?>"><?cs var:t("engine.cancel") ?></a></div>
</form>
