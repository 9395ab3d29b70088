<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1></div>
<form class="card narrow" method="post" action="/admin/style" enctype="multipart/form-data" data-guard>
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<div class="card-body">
<div class="mb-3"><label class="form-label" for="name"><?cs var:t("style.name") ?></label>
<input class="form-control<?cs if:Form.error.name ?> is-invalid<?cs /if ?>" id="name" name="name" value="<?cs var:Form.name ?>" maxlength="30"><?cs if:Form.error.name ?><div class="invalid-feedback"><?cs var:Form.error.name ?></div><?cs /if ?></div>
<div class="mb-3"><label class="form-label" for="logo"><?cs var:t("style.logo") ?></label>
<?cs if:Form.logo && Style.logo ?><p class="style-logo"><img src="<?cs var:url(Style.logo) ?>" alt="<?cs var:t("style.logo") ?>" height="48"> <label class="form-check"><input class="form-check-input" type="checkbox" name="no_logo" value="1"><span class="form-check-label"><?cs var:t("style.no_logo") ?></span></label></p><?cs /if ?>
<input class="form-control<?cs if:Form.error.logo ?> is-invalid<?cs /if ?>" id="logo" name="logo" type="file" accept="image/png,image/jpeg,image/webp" aria-describedby="logo-hint"><?cs if:Form.error.logo ?><div class="invalid-feedback"><?cs var:Form.error.logo ?></div><?cs /if ?>
<div class="form-hint" id="logo-hint"><?cs var:t("style.logo_hint") ?></div></div>
<?cs each:c = Form.colour ?><div class="mb-3"><label class="form-label" for="colour-<?cs var:c.name ?>"><?cs var:c.label ?></label>
<div class="colour"><input class="form-control code<?cs if:c.error ?> is-invalid<?cs /if ?>" id="colour-<?cs var:c.name ?>" name="<?cs var:c.name ?>" value="<?cs var:c.value ?>" placeholder="<?cs var:c.own ?>" maxlength="7" spellcheck="false" autocapitalize="none" pattern="#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})"><input type="color" class="form-control form-control-color" data-colour="colour-<?cs var:c.name ?>" value="<?cs if:c.value ?><?cs var:c.value ?><?cs else ?><?cs var:c.own ?><?cs /if ?>" aria-label="<?cs var:c.label ?>"></div>
<?cs if:c.error ?><div class="text-danger"><?cs var:c.error ?></div><?cs /if ?><?cs if:c.weak ?><div class="alert alert-warning mt-2 mb-0" role="alert"><?cs var:c.weak ?> <button class="btn btn-sm" type="button" data-colour-take="colour-<?cs var:c.name ?>" data-value="<?cs var:c.nearest ?>"><?cs var:t("style.take") ?></button></div><?cs /if ?>
<div class="form-hint"><?cs var:t("style.own") ?> <?cs var:c.own ?></div></div>
<?cs /each ?>
<fieldset class="mb-3"><legend class="form-label"><?cs var:t("style.layout") ?></legend>
<label class="form-check form-check-inline"><input class="form-check-input" type="radio" name="layout" value="side"<?cs if:Form.layout == "side" ?> checked<?cs /if ?>><span class="form-check-label"><?cs var:t("style.side") ?></span></label>
<label class="form-check form-check-inline"><input class="form-check-input" type="radio" name="layout" value="top"<?cs if:Form.layout == "top" ?> checked<?cs /if ?>><span class="form-check-label"><?cs var:t("style.top") ?></span></label></fieldset>
<?cs if:Form.weak ?><label class="form-check"><input class="form-check-input" type="checkbox" name="keep" value="1"><span class="form-check-label"><?cs var:t("style.keep") ?></span></label><?cs /if ?>
</div>
<div class="card-footer form-foot"><button class="btn btn-primary" type="submit"><?cs var:t("screen.save") ?></button></div>
</form>
<script src="<?cs var:asset("style.js") ?>" defer></script>
