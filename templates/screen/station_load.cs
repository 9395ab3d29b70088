<?cs # A station's power limit and the shares of its piles. Load.* is filled by cgi/screen/station_load.c. ?>
<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?> · <?cs var:Page.subject ?></h1></div>
<p class="text-secondary"><?cs var:t("load.limit") ?> <b><?cs var:Load.limit ?></b> kW · <?cs var:Load.way ?> · <?cs var:t("bay.as_of") ?> <time><?cs var:Load.at ?></time></p>
<div class="card mb-3"><div class="card-header"><h2 class="card-title"><?cs var:t("load.now") ?></h2></div>
<?cs if:subcount(Load.pile) ?><div class="list-wrap" tabindex="0"><table class="list"><thead><tr><th><?cs var:t("pile") ?></th><th class="num"><?cs var:t("pile.load_priority") ?></th><th class="num"><?cs var:t("load.share") ?> kW</th><th class="num"><?cs var:t("load.used") ?> kW</th><th><?cs var:t("load.told") ?></th><th><?cs var:t("load.said") ?></th></tr></thead>
<tbody><?cs each:p = Load.pile ?><tr><td><a href="/admin/pile/<?cs var:p.id ?>"><?cs var:p.name ?></a> <span class="code"><?cs var:p.code ?></span></td><td class="num"><?cs var:p.priority ?></td><td class="num"><?cs var:p.share ?></td><td class="num"><?cs var:p.power ?></td><td><?cs var:p.told ?></td><td><?cs var:p.said ?></td></tr>
<?cs /each ?></tbody></table></div><?cs else ?><div class="card-body text-secondary"><?cs var:t("load.none") ?></div><?cs /if ?></div>
<?cs if:Load.any ?><div class="card mb-3"><div class="card-header"><h2 class="card-title"><?cs var:t("load.sums") ?></h2></div><div class="card-body"><div class="chart" data-chart="<?cs var:Load.sums ?>" role="img" aria-label="<?cs var:t("load.sums") ?>"></div></div></div>
<div class="card mb-3"><div class="card-header"><h2 class="card-title"><?cs var:t("load.shares") ?></h2></div><div class="card-body"><div class="chart" data-chart="<?cs var:Load.shares ?>" role="img" aria-label="<?cs var:t("load.shares") ?>"></div></div></div><?cs /if ?>
