<?cs def:figures(r) ?><td class="num"><?cs var:r.sessions ?></td><td class="num"><?cs var:r.finished ?></td><td class="num"><?cs var:r.energy ?></td><td class="num"><?cs var:r.energy_fee ?></td><td class="num"><?cs var:r.service_fee ?></td><td class="num"><strong><?cs var:r.amount ?></strong></td><td class="num"><?cs var:r.refunds ?></td><td class="num"><?cs var:r.seconds ?></td><td class="num"><?cs var:r.used ?></td><?cs /def ?>
<?cs def:figure_heads() ?><th class="num"><?cs var:t("statistics.sessions") ?></th><th class="num"><?cs var:t("statistics.finished") ?></th><th class="num"><?cs var:t("statistics.energy") ?></th><th class="num"><?cs var:t("statistics.energy_fee") ?></th><th class="num"><?cs var:t("statistics.service_fee") ?></th><th class="num"><?cs var:t("statistics.amount") ?></th><th class="num"><?cs var:t("statistics.refunds") ?></th><th class="num"><?cs var:t("statistics.seconds") ?></th><th class="num"><?cs var:t("statistics.used") ?></th><?cs /def ?>
<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1><div class="page-buttons"><a class="btn" href="<?cs var:url(Ask.download) ?>"><svg class="icon"><use href="<?cs var:asset("icons.svg") ?>#download"/></svg><?cs var:t("statistics.download") ?></a></div></div>
<div class="card mb-3"><div class="card-body">
<?cs if:Form.error ?><div class="alert alert-danger" role="alert"><?cs var:Form.error ?></div><?cs /if ?>
<form class="filters" method="get">
<div><label class="form-label" for="from"><?cs var:t("statistics.from") ?></label><input class="form-control" id="from" type="date" name="from" value="<?cs var:Ask.from ?>"></div>
<div><label class="form-label" for="to"><?cs var:t("statistics.to") ?></label><input class="form-control" id="to" type="date" name="to" value="<?cs var:Ask.to ?>"></div>
<div><label class="form-label" for="kind"><?cs var:t("statistics.kind") ?></label><select class="form-select" id="kind" name="kind"><option value=""><?cs var:t("screen.all") ?></option><option value="car"<?cs if:Ask.kind == "car" ?> selected<?cs /if ?>><?cs var:t("choice.station_kind.car") ?></option><option value="ebike"<?cs if:Ask.kind == "ebike" ?> selected<?cs /if ?>><?cs var:t("choice.station_kind.ebike") ?></option></select></div>
<div><label class="form-label" for="station_id"><?cs var:t("field.station_id") ?></label><select class="form-select" id="station_id" name="station_id"><option value=""><?cs var:t("screen.all") ?></option><?cs each:s = Ask.station ?><option value="<?cs var:s.id ?>"<?cs if:s.chosen ?> selected<?cs /if ?>><?cs var:s ?></option><?cs /each ?></select></div>
<div class="filter-buttons"><button class="btn btn-primary" type="submit"><?cs var:t("statistics.ask") ?></button></div>
</form></div></div>
<div class="card mb-3"><div class="card-header"><h2 class="card-title"><?cs var:t("statistics.by_period") ?></h2></div><div class="card-body"><div class="chart" data-chart="<?cs var:Stat.days ?>" role="img" aria-label="<?cs var:t("statistics.by_period") ?>"></div></div></div>
<div class="card mb-3"><div class="card-header"><h2 class="card-title"><?cs var:t("statistics.by_station") ?></h2></div><div class="card-body"><div class="chart" data-chart="<?cs var:Stat.compare ?>" role="img" aria-label="<?cs var:t("statistics.by_station") ?>"></div></div>
<div class="table-responsive" tabindex="0"><table class="table table-sm card-table"><thead><tr><th><?cs var:t("field.station_id") ?></th><?cs call:figure_heads() ?></tr></thead>
<tbody><?cs each:r = Stat.station ?><tr><td><?cs var:r ?></td><?cs call:figures(r) ?></tr>
<?cs /each ?></tbody><tfoot><?cs each:r = Stat.all ?><tr><th><?cs var:r ?></th><?cs call:figures(r) ?></tr><?cs /each ?></tfoot></table></div></div>
<div class="card"><div class="card-header"><h2 class="card-title"><?cs var:t("statistics.by_period") ?></h2></div><div class="table-responsive" tabindex="0"><table class="table table-sm card-table"><thead><tr><th><?cs var:t("statistics.period") ?></th><?cs call:figure_heads() ?></tr></thead>
<tbody><?cs each:r = Stat.period ?><tr><td><?cs var:r ?></td><?cs call:figures(r) ?></tr>
<?cs /each ?></tbody></table></div></div>
