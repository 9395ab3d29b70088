<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1><span class="page-note"><?cs var:Page.subject ?></span></div>
<form class="card narrow" method="post">
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<div class="card-body">
<p class="text-secondary"><?cs var:t("whatif.about") ?></p>
<?cs if:Form.error ?><div class="alert alert-danger" role="alert"><?cs var:Form.error ?></div><?cs /if ?>
<label class="form-label" for="month"><?cs var:t("whatif.month") ?></label>
<select class="form-select mb-3" id="month" name="month"><?cs each:m = Ask.month ?><option value="<?cs var:m ?>"<?cs if:m == Ask.chosen ?> selected<?cs /if ?>><?cs var:m ?></option><?cs /each ?></select>
<?cs if:subcount(Pick) ?><label class="form-check mb-2"><input class="form-check-input" type="checkbox" data-tick-all="pick"> <span class="form-check-label"><?cs var:t("screen.all") ?></span></label>
<ul class="picks"><?cs each:pick = Pick ?><li><label class="form-check"><input class="form-check-input" type="checkbox" name="pick" value="<?cs var:pick.id ?>"<?cs if:pick.checked == "1" ?> checked<?cs /if ?>> <span class="form-check-label"><?cs var:pick.label ?> <small class="text-secondary"><?cs var:pick.detail ?></small></span></label></li>
<?cs /each ?></ul>
<?cs else ?><p class="text-secondary mb-0"><?cs var:t("screen.nothing_to_pick") ?></p><?cs /if ?>
</div>
<div class="card-footer form-foot"><button class="btn btn-primary" type="submit"><?cs var:t("whatif.start") ?></button><a class="btn" href="/admin/tariff/<?cs var:Ask.tariff ?>"><?cs var:t("screen.cancel") ?></a></div>
</form>
