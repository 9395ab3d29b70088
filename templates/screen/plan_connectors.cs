<?cs # The connectors of a plan's station, ticked. Connector.*, Vehicle.* are filled by cgi/screen/plan_connectors.c. ?>
<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1><span class="page-note"><?cs var:Page.subject ?></span></div>
<form class="card" method="post" data-guard>
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<div class="card-body">
<?cs if:Form.error ?><div class="alert alert-danger" role="alert"><?cs var:Form.error ?></div><?cs /if ?>
<p class="text-secondary"><?cs var:t("plan.connectors_note") ?></p>
<?cs if:!subcount(Connector) ?><p class="text-secondary mb-0"><?cs var:t("screen.nothing_to_pick") ?></p><?cs /if ?></div>
<?cs if:subcount(Connector) ?><div class="list-wrap" tabindex="0"><table class="list ticks"><thead><tr><th><?cs var:t("plan_connector.connector_id") ?></th><th><?cs var:t("plan.state_now") ?></th><th><?cs var:t("plan.way") ?></th><th><?cs var:t("plan_connector.vehicle_id") ?></th><th><?cs var:t("plan.energy") ?></th><th><?cs var:t("plan_connector.leave_time") ?></th></tr></thead>
<tbody><?cs each:c = Connector ?><?cs if:c.area ?><tr><th colspan="6" scope="rowgroup"><?cs var:c.area ?></th></tr>
<?cs /if ?><tr><td><label class="form-check mb-0"><input class="form-check-input" type="checkbox" name="on<?cs var:c ?>" value="1"<?cs if:c.on ?> checked<?cs /if ?><?cs if:c.taken ?> disabled<?cs /if ?>> <span class="form-check-label"><?cs var:c.name ?></span></label><?cs if:c.problem ?><div class="invalid-feedback d-block"><?cs var:c.problem ?></div><?cs /if ?><?cs if:c.taken ?><div class="text-secondary"><?cs var:t("plan.taken") ?></div><?cs /if ?></td><td><span class="badge bg-<?cs var:c.state.colour ?>-lt"><?cs var:c.state ?></span></td><td><?cs var:c.way ?></td>
<?cs if:c.taken ?><td></td><td></td><td></td><?cs else ?><td><input class="form-control" name="plate<?cs var:c ?>" list="vehicles" maxlength="12" value="<?cs var:c.plate ?>" aria-label="<?cs var:t("plan_connector.vehicle_id") ?>"></td><td><input class="form-control" name="energy<?cs var:c ?>" inputmode="decimal" maxlength="8" value="<?cs var:c.energy ?>" aria-label="<?cs var:t("plan.energy") ?>"></td><td><input class="form-control" name="leave<?cs var:c ?>" maxlength="5" value="<?cs var:c.leave ?>" aria-label="<?cs var:t("plan_connector.leave_time") ?>"></td><?cs /if ?></tr>
<?cs /each ?></tbody></table></div><?cs /if ?>
<datalist id="vehicles"><?cs each:v = Vehicle ?><option value="<?cs var:v ?>"></option><?cs /each ?></datalist>
<div class="card-footer form-foot"><button class="btn btn-primary" type="submit"><?cs var:t("screen.save") ?></button><a class="btn" href="<?cs var:url(Ask.back) ?>"><?cs var:t("screen.cancel") ?></a></div>
</form>
