<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1></div>
<?cs if:subcount(Leak) ?><div class="card mb-3"><div class="table-responsive" tabindex="0"><table class="table table-sm card-table"><thead><tr><th><?cs var:t("leak.cause") ?></th><th><?cs var:t("field.station_id") ?></th><th class="num"><?cs var:t("leak.count") ?></th><th class="num"><?cs var:t("leak.hours") ?></th><th class="num"><?cs var:t("leak.loss") ?></th><th></th></tr></thead>
<tbody><?cs each:l = Leak ?><tr><td class="text-nowrap"><?cs var:l ?></td><td class="text-nowrap"><?cs var:l.station ?></td><td class="num"><?cs var:l.count ?></td><td class="num"><?cs var:l.hours ?></td><td class="num"><strong><?cs var:l.loss ?></strong></td><td><a href="<?cs var:url(l.href) ?>"><?cs var:t("leak.go") ?></a></td></tr>
<?cs /each ?></tbody><tfoot><tr><th><?cs var:t("leak.total") ?></th><td></td><td></td><td></td><th class="num"><?cs var:Leaks.total ?></th><td></td></tr></tfoot></table></div></div>
<?cs else ?><div class="card mb-3"><div class="card-body"><?cs var:t("leak.none") ?></div></div><?cs /if ?>
<div class="card"><div class="card-header"><h2 class="card-title"><?cs var:t("leak.how") ?></h2></div><div class="card-body"><p><?cs var:t("leak.how_income") ?></p><p class="mb-0"><?cs var:t("leak.how_price") ?></p></div></div>
