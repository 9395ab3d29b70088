<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<?cs def:kpi(label, k, unit) ?><a class="kpi" href="<?cs var:url(k.href) ?>"><span class="kpi-label"><?cs var:label ?></span>
<span class="kpi-value d-block"><?cs var:k.value ?> <small><?cs var:unit ?></small></span>
<span class="kpi-note d-block"><span class="<?cs var:k.trend ?>"><?cs if:k.trend == "up" ?>▲<?cs elif:k.trend == "down" ?>▼<?cs else ?>=<?cs /if ?></span> <?cs var:t("home.yesterday") ?> <?cs var:k.before ?> · <?cs var:t("home.last_week") ?> <?cs var:k.week ?></span></a><?cs /def ?>
<?cs def:waiting(label, n, href) ?><a class="kpi<?cs if:n.any == "1" ?> kpi-any<?cs /if ?>" href="<?cs var:url(href) ?>"><span class="kpi-label"><?cs var:label ?></span><span class="kpi-value d-block"><?cs var:n ?></span></a><?cs /def ?>
<div class="page-head"><h1><?cs var:t("home.today") ?></h1><span class="page-note"><?cs var:t("home.compared") ?></span></div>
<div class="kpis"><?cs call:kpi(t("home.amount"), Home.kpi.amount, t("home.unit_yuan")) ?><?cs call:kpi(t("home.energy"), Home.kpi.energy, "kWh") ?><?cs call:kpi(t("home.sessions"), Home.kpi.sessions, t("home.unit_orders")) ?></div>
<div class="kpis kpis-small">
<?cs call:waiting(t("home.charging"), Home.now.charging, "/admin/session?tab=live") ?><?cs call:waiting(t("home.online"), Home.now.online, "/admin/pile?tab=online") ?><?cs call:waiting(t("home.offline"), Home.now.offline, "/admin/pile?tab=offline") ?><?cs call:waiting(t("home.fault"), Home.now.fault, "/admin/connector?tab=fault") ?><?cs call:waiting(t("home.suspended"), Home.now.suspended, "/admin/session?tab=suspended") ?><?cs call:waiting(t("home.anomaly"), Home.now.anomaly, "/admin/session?tab=anomaly") ?><?cs call:waiting(t("home.reports"), Home.now.reports, "/admin/daily_report?tab=pending") ?>
</div>
<?cs if:Home.later ?><div class="later" hx-get="/admin/home/figures" hx-trigger="load" hx-swap="outerHTML"><div class="card"><div class="empty-list"><progress aria-label="<?cs var:t("home.loading") ?>"></progress><noscript><a href="/admin/?figures=1"><?cs var:t("home.load") ?></a></noscript></div></div></div>
<?cs else ?><?cs include!"screen/home_figures.cs" ?><?cs /if ?>
<div class="home-thirds">
<div class="card"><div class="card-header"><h2 class="card-title"><?cs var:t("home.have") ?></h2></div><table class="table table-sm card-table"><thead><tr><th></th><th class="num"><?cs var:t("station") ?></th><th class="num"><?cs var:t("area") ?></th><th class="num"><?cs var:t("home.devices") ?></th></tr></thead>
<tbody><tr><th><?cs var:t("choice.station_kind.car") ?></th><td class="num"><?cs var:Home.have.car.stations ?></td><td class="num"><?cs var:Home.have.car.areas ?></td><td class="num"><?cs var:Home.have.car.piles ?></td></tr>
<tr><th><?cs var:t("choice.station_kind.ebike") ?></th><td class="num"><?cs var:Home.have.ebike.stations ?></td><td class="num"><?cs var:Home.have.ebike.areas ?></td><td class="num"><?cs var:Home.have.ebike.piles ?></td></tr></tbody></table>
<div class="card-body have-people"><a href="/admin/member"><?cs var:t("member") ?> <strong><?cs var:Home.have.members ?></strong></a> <a href="/admin/card"><?cs var:t("card") ?> <strong><?cs var:Home.have.cards ?></strong></a></div></div>
</div>
