<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1><span class="page-note"><?cs var:Page.subject ?></span></div>
<?cs if:Ask.everything == "1" ?><div class="alert alert-info" role="status"><?cs var:t("role.everything_note") ?></div><?cs /if ?>
<form method="post" class="tree" data-guard>
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<?cs include!"screen/tree.cs" ?>
<div class="form-foot sticky-foot"><?cs if:Ask.everything != "1" ?><button class="btn btn-primary" type="submit"><?cs var:t("screen.save") ?></button><?cs /if ?><a class="btn" href="/admin/role"><?cs var:t("screen.cancel") ?></a></div>
</form>
