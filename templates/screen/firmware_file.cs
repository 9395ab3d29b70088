<div class="page-head"><h1><?cs var:Page.heading ?></h1></div>
<form class="card narrow" method="post" action="/admin/firmware/<?cs var:Firmware.id ?>/file" enctype="multipart/form-data">
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<div class="card-body">
<div class="mb-3"><label class="form-label" for="file"><?cs var:t("firmware.file_name") ?></label>
<input class="form-control<?cs if:Form.error.file ?> is-invalid<?cs /if ?>" id="file" name="file" type="file" required aria-describedby="file-hint"><?cs if:Form.error.file ?><div class="invalid-feedback"><?cs var:Form.error.file ?></div><?cs /if ?>
<div class="form-hint" id="file-hint"><?cs var:t("firmware.file_hint") ?></div></div>
<div class="mb-3"><label class="form-label" for="sha256"><?cs var:t("firmware.expected") ?></label>
<input class="form-control code" id="sha256" name="sha256" value="<?cs var:Form.sha256 ?>" maxlength="64" spellcheck="false" autocapitalize="none"></div>
</div>
<div class="card-footer form-foot"><button class="btn btn-primary" type="submit"><?cs var:t("screen.save") ?></button></div>
</form>
