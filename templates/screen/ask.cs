<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1><span class="page-note"><?cs var:Page.subject ?></span></div>
<form class="card narrow" method="post">
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<div class="card-body">
<?cs if:Form.error ?><div class="alert alert-danger" role="alert"><?cs var:Form.error ?></div><?cs /if ?>
<p class="mb-0"><?cs var:Ask.sentence ?></p>
</div>
<div class="card-footer form-foot"><button class="btn btn-primary" type="submit"><?cs var:t("screen.go_on") ?></button><a class="btn" href="<?cs var:url(Ask.back) ?>"><?cs var:t("screen.cancel") ?></a></div>
</form>
