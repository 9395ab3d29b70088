<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1><span class="page-note"><?cs var:Page.subject ?></span></div>
<form class="card narrow" method="post" enctype="multipart/form-data">
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<div class="card-body">
<?cs if:Form.error ?><div class="alert alert-danger" role="alert"><?cs var:Form.error ?></div><?cs /if ?>
<?cs if:Picture.digest ?><p><img class="station-picture" src="/d/picture/<?cs var:Picture.station ?>?v=<?cs var:Picture.digest ?>" alt="<?cs var:Page.subject ?>" width="375" height="240"></p><?cs /if ?>
<label class="form-label" for="picture"><?cs var:t("station.picture_file") ?></label>
<input class="form-control" type="file" id="picture" name="picture" accept="image/png,image/jpeg,image/webp"><div class="form-hint"><?cs var:t("station.picture_hint") ?></div>
</div>
<div class="card-footer form-foot"><button class="btn btn-primary" type="submit"><?cs var:t("action.save") ?></button><?cs if:Picture.digest ?><button class="btn btn-outline-danger" type="submit" name="remove" value="1"><?cs var:t("station.picture_remove") ?></button><?cs /if ?><a class="btn" href="/admin/station/<?cs var:Picture.station ?>"><?cs var:t("screen.cancel") ?></a></div>
</form>
