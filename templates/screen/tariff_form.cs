<?cs include!"field.cs" ?><link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1><span class="page-note"><?cs var:Page.subject ?></span></div>
<form class="card" method="post" action="<?cs var:url(Form.action) ?>" data-guard novalidate>
<button class="visually-hidden" type="submit" tabindex="-1" aria-hidden="true"><?cs var:t("action.save") ?></button>
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><input type="hidden" name="_token" value="<?cs var:Form.token ?>"><input type="hidden" name="_back" value="<?cs var:Form.back ?>"><input type="hidden" name="_version" value="<?cs var:Form.version ?>">
<div class="card-body">
<?cs if:Form.error ?><div class="alert alert-danger" role="alert"><?cs var:Form.error ?></div><?cs elif:Form.errors ?><div class="alert alert-danger" role="alert"><?cs var:t("engine.errors_before") ?> <?cs var:Form.errors ?> <?cs var:t("engine.errors_after") ?></div><?cs /if ?>
<div class="form-grid"><?cs each:g = Form.group ?><?cs if:!g ?><?cs each:f = g.field ?><?cs if:f.name != "slots" && f.name != "method" && f.name != "effective_at" && f.name != "at_once" ?><?cs call:form_field(f) ?><?cs /if ?><?cs /each ?><?cs /if ?><?cs /each ?></div>
<?cs if:Slot.bike != "0" ?><section class="for-bike"><h2 class="form-group-head mt-3"><?cs var:t("group.bike_terms") ?></h2>
<div class="form-grid"><?cs each:g = Form.group ?><?cs if:!g ?><?cs each:f = g.field ?><?cs if:f.name == "method" ?><div><label class="form-label required" for="method"><?cs var:f.label ?></label><select class="form-select<?cs if:f.error ?> is-invalid<?cs /if ?>" id="method" name="method"><option value=""></option><?cs each:m = Slot.method ?><option value="<?cs var:m.name ?>"<?cs if:m.name == f.value ?> selected<?cs /if ?>><?cs var:m.label ?></option><?cs /each ?></select><?cs if:f.error ?><div class="invalid-feedback d-block" role="alert"><?cs var:f.error ?></div><?cs /if ?></div><?cs /if ?><?cs /each ?><?cs elif:g == t("group.bike_terms") ?><?cs each:f = g.field ?><?cs call:form_field(f) ?><?cs /each ?><?cs /if ?><?cs /each ?></div></section><?cs /if ?>
<?cs if:Slot.bike != "1" ?><section class="for-slots"><h2 class="form-group-head mt-3"><?cs var:t("tariff.slots") ?></h2>
<p class="form-hint"><?cs var:t("tariff.rules") ?></p>
<svg class="day-bar" id="day-bar" viewBox="0 0 1440 60" preserveAspectRatio="none" role="img" aria-label="<?cs var:t("tariff.bar") ?>" hidden></svg>
<div class="day-scale" id="day-scale" hidden><span>00:00</span><span>04:00</span><span>08:00</span><span>12:00</span><span>16:00</span><span>20:00</span><span>24:00</span></div>
<?cs if:Slot.error ?><div class="alert alert-danger mt-2" role="alert" id="slot-refused"><?cs var:Slot.error ?></div><?cs /if ?>
<div class="slot-live" id="slot-live" role="status" aria-live="polite" data-gap="<?cs var:t("tariff.fault.gap") ?>" data-overlap="<?cs var:t("tariff.fault.overlap") ?>" data-first="<?cs var:t("tariff.fault.first_not_zero") ?>" data-short="<?cs var:t("tariff.fault.too_short") ?>" data-half="<?cs var:t("tariff.fault.not_half_hour") ?>" data-prices="<?cs var:t("tariff.fault.type_two_prices") ?>" data-price="<?cs var:t("tariff.row.price") ?>" data-time="<?cs var:t("tariff.row.time") ?>" data-good="<?cs var:t("tariff.good") ?>"></div>
<div class="table-responsive" tabindex="0"><table class="table table-sm slots" id="slots">
<thead><tr><th><?cs var:t("bill.type") ?></th><th><?cs var:t("tariff.start") ?></th><th><?cs var:t("tariff.end") ?></th><th><?cs var:t("field.energy_fee") ?> (<?cs var:t("tariff.per_kwh") ?>)</th><th><?cs var:t("field.service_fee") ?> (<?cs var:t("tariff.per_kwh") ?>)</th><th><?cs var:t("tariff.together") ?></th><th></th></tr></thead>
<tbody><?cs each:row = Slot.row ?><tr<?cs if:row.error ?> class="wrong"<?cs /if ?>>
<td><select class="form-select" name="slot_type" aria-label="<?cs var:t("bill.type") ?>"><?cs each:type = Slot.type ?><option value="<?cs var:type.name ?>" data-colour="<?cs var:type.colour ?>"<?cs if:type.name == row.type ?> selected<?cs /if ?>><?cs var:type.label ?></option><?cs /each ?></select></td>
<td><input class="form-control clock-cell" name="slot_start" value="<?cs var:row.start ?>" maxlength="5" placeholder="00:00" aria-label="<?cs var:t("tariff.start") ?>"></td>
<td><input class="form-control clock-cell" name="slot_end" value="<?cs var:row.end ?>" maxlength="5" placeholder="24:00" aria-label="<?cs var:t("tariff.end") ?>"></td>
<td><input class="form-control num" name="slot_energy" value="<?cs var:row.energy ?>" inputmode="decimal" maxlength="12" aria-label="<?cs var:t("field.energy_fee") ?>"></td>
<td><input class="form-control num" name="slot_service" value="<?cs var:row.service ?>" inputmode="decimal" maxlength="12" aria-label="<?cs var:t("field.service_fee") ?>"></td>
<td class="num slot-sum"></td>
<td><div class="row-actions"><button class="btn btn-sm" type="submit" name="row_split" value="<?cs var:row.at ?>"><?cs var:t("tariff.split") ?></button><button class="btn btn-sm" type="submit" name="row_remove" value="<?cs var:row.at ?>"><?cs var:t("tariff.remove") ?></button><?cs if:row.error ?><span class="text-danger"><?cs var:row.error ?></span><?cs /if ?></div></td></tr>
<?cs /each ?></tbody></table></div>
<button class="btn btn-sm" type="submit" name="row_add" value="1"><svg class="icon icon-s"><use href="<?cs var:asset("icons.svg") ?>#plus"/></svg> <?cs var:t("tariff.add") ?></button></section><?cs /if ?>
<?cs each:g = Form.group ?><?cs if:g == t("group.more_terms") ?><section class="for-drivers"><h2 class="form-group-head mt-3"><?cs var:g ?></h2><div class="form-grid"><?cs each:f = g.field ?><?cs call:form_field(f) ?><?cs /each ?></div></section><?cs /if ?><?cs /each ?>
<fieldset class="effective mt-3"><legend class="form-group-head mb-2"><?cs var:t("tariff.effective_at") ?></legend>
<?cs if:Slot.may_now == "1" ?><label class="form-check"><input class="form-check-input" type="radio" name="effective" value="now"<?cs if:Slot.effective == "now" ?> checked<?cs /if ?>> <span class="form-check-label"><?cs var:t("tariff.effective_now") ?></span></label><?cs /if ?>
<label class="form-check"><input class="form-check-input" type="radio" name="effective" value="midnight"<?cs if:Slot.effective == "midnight" ?> checked<?cs /if ?>> <span class="form-check-label"><?cs var:t("tariff.effective_midnight") ?></span></label>
<div class="effective-at"><label class="form-check"><input class="form-check-input" type="radio" name="effective" value="at"<?cs if:Slot.effective == "at" ?> checked<?cs /if ?>> <span class="form-check-label"><?cs var:t("tariff.effective_chosen") ?></span></label><input class="form-control" type="datetime-local" step="60" name="effective_at" value="<?cs var:Slot.effective_at ?>" aria-label="<?cs var:t("tariff.effective_at") ?>"></div>
<?cs each:g = Form.group ?><?cs each:f = g.field ?><?cs if:(f.name == "effective_at" || f.name == "at_once") && f.error ?><div class="text-danger" role="alert"><?cs var:f.error ?></div><?cs /if ?><?cs /each ?><?cs /each ?>
</fieldset>
</div>
<div class="card-footer form-foot"><button class="btn btn-primary" type="submit"><?cs var:t("action.save") ?></button><a class="btn" href="<?cs var:url(Form.back) ?>"><?cs var:t("engine.cancel") ?></a></div>
</form>
<?cs if:Slot.bike != "1" ?><script src="<?cs var:asset("tariff.js") ?>" defer></script><?cs /if ?>
