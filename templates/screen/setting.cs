<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1></div>
<form class="card narrow" method="post" data-guard>
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<div class="card-body">
<?cs each:row = Setting ?><div class="mb-3"><label class="form-label" for="<?cs var:row.name ?>"><?cs var:row.label ?></label>
<input class="form-control<?cs if:row.kind != "text" ?> num<?cs /if ?><?cs if:row.error ?> is-invalid<?cs /if ?>" id="<?cs var:row.name ?>" name="<?cs var:row.name ?>" value="<?cs var:row.value ?>" maxlength="200"<?cs if:row.kind == "number" ?> inputmode="numeric"<?cs elif:row.kind == "money" ?> inputmode="decimal"<?cs /if ?>>
<?cs if:row.error ?><div class="invalid-feedback"><?cs var:row.error ?></div><?cs /if ?><?cs if:row.fallback ?><div class="form-hint"><?cs var:t("setting.fallback") ?> <?cs var:row.fallback ?></div><?cs /if ?></div>
<?cs /each ?><p class="form-hint"><a href="/admin/anomaly"><?cs var:t("setting.anomaly") ?></a></p></div>
<div class="card-footer form-foot"><button class="btn btn-primary" type="submit"><?cs var:t("screen.save") ?></button></div>
</form>
