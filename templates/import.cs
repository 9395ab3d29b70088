<div class="page-head"><h1><?cs var:Page.title ?></h1>
<div class="page-buttons"><a class="btn" href="<?cs var:url(Import.back) ?>"><?cs var:t("task_page.to_list") ?></a></div></div>
<?cs if:Import.problem ?><div class="alert alert-danger" role="alert"><?cs var:Import.problem ?></div><?cs /if ?>
<div class="two-columns">
<section class="card"><div class="card-header"><h2 class="card-title"><?cs var:t("import.step_template") ?></h2></div>
<div class="card-body"><p><?cs var:t("import.about_template") ?></p>
<p><a class="btn" href="<?cs var:url(Import.back) ?>/import/template" download><?cs var:t("import.template") ?></a></p></div></section>
<form class="card" method="post" action="<?cs var:url(Import.back) ?>/import" enctype="multipart/form-data">
<div class="card-header"><h2 class="card-title"><?cs var:t("import.step_upload") ?></h2></div>
<div class="card-body"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><input type="hidden" name="_token" value="<?cs var:Import.token ?>">
<div class="mb-3"><label class="form-label required" for="import-file"><?cs var:t("import.file") ?></label>
<input class="form-control" id="import-file" type="file" name="file" accept=".xlsx,.csv" aria-describedby="import-hint" required>
<div class="form-hint" id="import-hint"><?cs var:Import.limit ?></div></div>
<p class="text-secondary"><?cs var:t("import.all_or_none") ?></p></div>
<div class="card-footer"><button class="btn btn-primary" type="submit"><?cs var:t("import.submit") ?></button></div>
</form>
</div>
<section class="card"><div class="card-header"><h2 class="card-title"><?cs var:t("import.help") ?></h2></div>
<div class="list-wrap" tabindex="0"><table class="table"><thead><tr><th><?cs var:t("import.column") ?></th><th><?cs var:t("import.required") ?></th><th><?cs var:t("import.hint_title") ?></th><th><?cs var:t("import.choices") ?></th></tr></thead>
<tbody><?cs each:column = Column ?><tr><td><?cs var:column.title ?></td><td><?cs if:column.required ?><?cs var:t("bool.yes") ?><?cs /if ?></td><td><?cs var:column.hint ?></td><td><?cs var:column.choices ?></td></tr>
<?cs /each ?></tbody></table></div></section>
