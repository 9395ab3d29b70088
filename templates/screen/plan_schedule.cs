<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1><div class="page-buttons"><a class="btn" href="<?cs var:url(Schedule.back) ?>"><?cs var:t("plan.back") ?></a></div></div>
<div class="card mb-3"><div class="card-body">
<?cs if:Form.error ?><div class="alert alert-danger" role="alert"><?cs var:Form.error ?></div><?cs /if ?>
<?cs if:Schedule.accepted ?><p><?cs var:t("plan.schedule_is") ?></p><?cs /if ?>
<form class="filters" method="get">
<div><label class="form-label" for="limit"><?cs var:t("plan.site_power") ?></label><input class="form-control" id="limit" name="limit" type="text" inputmode="numeric" maxlength="6" value="<?cs var:Schedule.limit ?>"></div>
<div><label class="form-label" for="until"><?cs var:t("plan.until") ?></label><input class="form-control" id="until" name="until" type="text" maxlength="5" value="<?cs var:Schedule.until ?>"></div>
<div class="filter-buttons"><button class="btn btn-primary" type="submit"><?cs var:t("plan.compute") ?></button></div>
</form></div></div>
<?cs if:Schedule.curve ?><div class="card mb-3"><div class="card-header"><h2 class="card-title"><?cs var:t("plan.load") ?></h2></div><div class="card-body"><p><?cs var:t("plan.cost") ?> <strong><?cs var:Schedule.cost ?></strong> <?cs var:Schedule.bound ?> <?cs var:Schedule.without ?></p><div class="chart" data-chart="<?cs var:Schedule.curve ?>" role="img" aria-label="<?cs var:t("plan.load") ?>"></div><p class="text-secondary"><?cs var:t("plan.schedule_note") ?></p>
<?cs if:Schedule.may_accept ?><form method="post"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><input type="hidden" name="limit" value="<?cs var:Schedule.limit ?>"><input type="hidden" name="until" value="<?cs var:Schedule.until ?>"><button class="btn btn-primary" type="submit"><?cs var:t("plan.schedule_take") ?></button> <span class="text-secondary"><?cs var:t("plan.schedule_take_note") ?></span></form><?cs /if ?></div>
<div class="table-responsive" tabindex="0"><table class="table table-sm card-table"><thead><tr><th><?cs var:t("plan_connector.connector_id") ?></th><th><?cs var:t("plan_connector.vehicle_id") ?></th><th class="num"><?cs var:t("plan.energy") ?></th><th><?cs var:t("plan.start") ?></th><th><?cs var:t("plan.end") ?></th><th class="num"><?cs var:t("plan.power") ?></th><th class="num"><?cs var:t("plan.missing") ?></th></tr></thead>
<tbody><?cs each:r = Schedule.row ?><tr><td><?cs var:r ?></td><td><?cs var:r.plate ?></td><td class="num"><?cs var:r.energy ?></td><td><?cs var:r.start ?></td><td><?cs var:r.end ?></td><td class="num"><?cs var:r.power ?></td><td class="num"><?cs var:r.missing ?></td></tr>
<?cs /each ?></tbody></table></div></div><?cs /if ?>
