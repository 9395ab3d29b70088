<div class="page-head"><h1><?cs var:Task.title ?></h1>
<div class="page-buttons"><?cs if:Task.file ?><a class="btn btn-primary" href="/admin/task/<?cs var:Task.id ?>/download" download><?cs var:t("task_page.download") ?></a><?cs /if ?>
<?cs if:Task.back ?><a class="btn" href="<?cs var:url(Task.back) ?>"><?cs var:t("task_page.to_list") ?></a><?cs /if ?>
<a class="btn" href="/admin/task"><?cs var:t("task_page.all_tasks") ?></a></div></div>
<?cs include!"task_progress.cs" ?>
<section class="card mb-3"><div class="card-header"><h2 class="card-title"><?cs var:t("task_page.about") ?></h2></div>
<div class="card-body"><dl class="facts">
<div><dt><?cs var:t("task_page.what") ?></dt><dd><?cs var:Task.kind_text ?><?cs if:Task.noun ?> · <?cs var:Task.noun ?><?cs /if ?></dd></div>
<?cs if:Task.file ?><div><dt><?cs var:t("task_page.the_file") ?></dt><dd><?cs var:Task.file ?> (<?cs var:Task.size ?>)</dd></div><?cs /if ?>
<?cs if:Task.status == "done" ?><div><dt><?cs var:t("task_page.the_rows") ?></dt><dd><?cs var:Task.rows ?></dd></div><?cs /if ?>
<div><dt><?cs var:t("task_page.began") ?></dt><dd><?cs var:Task.created ?></dd></div>
<?cs if:Task.ended ?><div><dt><?cs var:t("task_page.ended") ?></dt><dd><?cs var:Task.ended ?></dd></div><?cs /if ?>
<div><dt><?cs var:t("task_page.kept_until") ?></dt><dd><?cs var:Task.expires ?></dd></div>
</dl></div></section>
<?cs if:subcount(Problem) ?><section class="card"><div class="card-header"><h2 class="card-title"><?cs var:t("task_page.problems") ?></h2></div>
<div class="list-wrap" tabindex="0"><table class="table"><thead><tr><th class="num"><?cs var:t("import.line") ?></th><th><?cs var:t("import.column") ?></th><th><?cs var:t("import.value") ?></th><th><?cs var:t("import.problem") ?></th></tr></thead>
<tbody><?cs each:problem = Problem ?><tr><td class="num"><?cs var:problem.line ?></td><td><?cs var:problem.title ?></td><td><?cs var:problem.value ?></td><td><?cs var:problem.text ?></td></tr>
<?cs /each ?></tbody></table></div></section><?cs /if ?>
