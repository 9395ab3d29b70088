<?cs # The tree of departments; <details> folds it with and without scripts. Tree.* comes depth first, close counts the branches that end. ?>
<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1><div class="page-buttons"><a class="btn" href="/admin/department"><?cs var:t("department.list_view") ?></a></div></div>
<div class="card"><div class="card-body">
<?cs if:!subcount(Tree) ?><p class="text-secondary mb-0"><?cs var:t("department.none") ?></p><?cs else ?><ul class="departments">
<?cs each:d = Tree ?><li><a class="tree-link" href="<?cs var:url(d.href) ?>" aria-label="<?cs var:t("department.open") ?> <?cs var:d.name ?>"><?cs var:t("department.open") ?></a><?cs if:d.branch ?><details open><summary><?cs /if ?><b><?cs var:d.name ?></b><?cs if:d.owner && d.owner != d.name ?> <small class="text-secondary"><?cs var:d.owner ?></small><?cs /if ?><?cs if:d.disabled ?> <span class="badge"><?cs var:t("choice.status.disabled") ?></span><?cs /if ?> <small class="text-secondary"><?cs var:d.leader ?> <?cs var:d.phone ?> · <?cs var:t("department.people") ?> <?cs var:d.users ?></small><?cs if:d.branch ?></summary><ul>
<?cs else ?></li>
<?cs if:#d.close > #0 ?><?cs loop:i = #1, #d.close, #1 ?></ul></details></li>
<?cs /loop ?><?cs /if ?><?cs /if ?><?cs /each ?></ul><?cs /if ?>
</div></div>
