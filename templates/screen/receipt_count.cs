<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1><div class="page-buttons"><a class="btn" href="/admin/receipt/count/download?from=<?cs var:Ask.from ?>&amp;to=<?cs var:Ask.to ?>"><svg class="icon"><use href="<?cs var:asset("icons.svg") ?>#download"/></svg><?cs var:t("statistics.download") ?></a></div></div>
<div class="card mb-3"><div class="card-body"><form class="filters" method="get">
<div><label class="form-label" for="from"><?cs var:t("statistics.from") ?></label><input class="form-control" id="from" type="date" name="from" value="<?cs var:Ask.from ?>"></div>
<div><label class="form-label" for="to"><?cs var:t("statistics.to") ?></label><input class="form-control" id="to" type="date" name="to" value="<?cs var:Ask.to ?>"></div>
<div class="filter-buttons"><button class="btn btn-primary" type="submit"><?cs var:t("statistics.ask") ?></button></div>
</form></div></div>
<div class="card"><?cs if:subcount(Count) ?><div class="table-responsive" tabindex="0"><table class="table table-sm card-table"><thead><tr><th><?cs var:t("receipt.day") ?></th><th><?cs var:t("field.station_id") ?></th><th class="num"><?cs var:t("receipt.count_taken") ?></th><th class="num"><?cs var:t("receipt.count_used") ?></th><th class="num"><?cs var:t("receipt.count_amount") ?></th></tr></thead>
<tbody><?cs each:r = Count ?><tr><td><?cs var:r ?></td><td><?cs var:r.station ?></td><td class="num"><?cs var:r.taken ?></td><td class="num"><?cs var:r.used ?></td><td class="num"><?cs var:r.amount ?></td></tr>
<?cs /each ?></tbody><tfoot><tr><th colspan="2"><?cs var:t("engine.all_total") ?></th><td class="num"><?cs var:All.taken ?></td><td class="num"><?cs var:All.used ?></td><td class="num"><?cs var:All.amount ?></td></tr></tfoot></table></div>
<?cs else ?><div class="card-body text-secondary"><?cs var:t("receipt.count_none") ?></div><?cs /if ?></div>
