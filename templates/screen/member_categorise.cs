<div class="page-head"><h1><?cs var:Page.heading ?></h1>
<div class="page-buttons"><a class="btn" href="/admin/member"><?cs var:t("task_page.to_list") ?></a></div></div>
<?cs if:Move.problem ?><div class="alert alert-danger" role="alert"><?cs var:Move.problem ?></div><?cs /if ?>
<form class="card narrow" method="post" action="/admin/member/categorise" enctype="multipart/form-data">
<div class="card-body"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<div class="mb-3"><label class="form-label required" for="category"><?cs var:t("member.category_id") ?></label>
<select class="form-select" id="category" name="category" required><option value=""></option><option value="default"><?cs var:t("member.default_category") ?></option><?cs each:category = Category ?><option value="<?cs var:category.id ?>"<?cs if:category.selected ?> selected<?cs /if ?>><?cs var:category ?></option><?cs /each ?></select></div>
<div class="mb-3"><label class="form-label required" for="file"><?cs var:t("import.file") ?></label>
<input class="form-control" id="file" type="file" name="file" accept=".xlsx,.csv" aria-describedby="file-hint" required>
<div class="form-hint" id="file-hint"><?cs var:t("member.categorise_hint") ?> <?cs var:Move.limit ?></div></div>
<p><a href="/admin/member/import/template" download><?cs var:t("import.template") ?></a></p>
<p class="text-secondary"><?cs var:t("import.all_or_none") ?></p></div>
<div class="card-footer form-foot"><button class="btn btn-primary" type="submit"><?cs var:t("member.categorise") ?></button></div>
</form>
<?cs if:Move.row.0.line ?><section class="card"><div class="card-header"><h2 class="card-title"><?cs var:t("import.problems") ?></h2></div>
<div class="list-wrap" tabindex="0"><table class="table"><thead><tr><th><?cs var:t("import.line") ?></th><th><?cs var:t("import.column") ?></th><th><?cs var:t("import.value") ?></th><th><?cs var:t("import.problem") ?></th></tr></thead>
<tbody><?cs each:row = Move.row ?><tr><td><?cs var:row.line ?></td><td><?cs var:row.column ?></td><td><?cs var:row.value ?></td><td><?cs var:row.text ?></td></tr>
<?cs /each ?></tbody></table></div></section><?cs /if ?>
