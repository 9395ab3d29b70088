<?cs # The connectors of a station as they stand now. Monitor.* is filled by cgi/screen/monitor.c. ?>
<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?> · <?cs var:Page.subject ?></h1>
<div class="page-buttons"><a class="btn" href="/admin/station/<?cs var:Monitor.id ?>"><?cs var:t("station") ?></a><label class="form-check form-switch m-0"><input class="form-check-input" type="checkbox" data-refresh-switch="monitor" checked><span class="form-check-label"><?cs var:t("engine.refresh") ?></span></label></div></div>
<section id="places" data-refresh="5">
<p class="signs"><?cs each:s = Monitor.state ?><span class="badge bg-<?cs var:s.colour ?>-lt"><?cs var:s ?> <b><?cs var:s.count ?></b></span> <?cs /each ?><span class="text-secondary"><?cs var:t("bay.as_of") ?> <time><?cs var:Monitor.made ?></time></span></p>
<?cs if:subcount(Monitor.place) ?><div class="places"><?cs each:p = Monitor.place ?><div class="card place"><div class="card-body p-2">
<div class="d-flex justify-content-between gap-2"><a class="fw-bold" href="<?cs var:url(p.href) ?>"><?cs var:p.name ?></a><span class="badge bg-<?cs var:p.state.colour ?>-lt"><?cs var:p.state ?></span></div>
<div class="text-secondary"><?cs var:p.pile ?> <span class="code"><?cs var:p.code ?></span><?cs if:p.disabled ?> · <?cs var:t("choice.status.disabled") ?><?cs /if ?><?cs each:s = p.sign ?> <span class="sign text-<?cs var:s.colour ?>" role="img" aria-label="<?cs var:s ?>" title="<?cs var:s ?>"><svg class="icon icon-s"><use href="<?cs var:asset("icons.svg") ?>#<?cs var:s.icon ?>"/></svg></span><?cs /each ?></div>
<?cs if:p.session ?><a class="place-charge" href="/admin/session/<?cs var:p.session ?>/monitor"><?cs if:p.power ?><b><?cs var:p.power ?></b> kW<?cs /if ?><?cs if:#p.soc ?> · SOC <b><?cs var:p.soc ?></b> %<?cs /if ?><br><?cs var:p.lasted ?> · <?cs var:p.energy ?> kWh · <b><?cs var:p.amount ?></b> <?cs var:t("unit.money") ?></a><?cs if:#p.soc ?><progress class="place-soc" max="100" value="<?cs var:p.soc ?>" aria-label="SOC"></progress><?cs /if ?><?cs /if ?>
</div></div>
<?cs /each ?></div><?cs else ?><div class="card"><div class="empty-list"><strong><?cs var:t("monitor.no_places") ?></strong><p><a class="btn" href="/admin/station/<?cs var:Monitor.id ?>"><?cs var:t("station") ?></a></p></div></div><?cs /if ?>
</section>
