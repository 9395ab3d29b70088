<?cs # The bays of a station as they stand now. Board.* is filled by cgi/screen/bay_board.c. ?>
<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?> · <?cs var:Page.subject ?></h1>
<div class="page-buttons"><label class="form-check form-switch m-0"><input class="form-check-input" type="checkbox" data-refresh-switch="board" checked><span class="form-check-label"><?cs var:t("engine.refresh") ?></span></label></div></div>
<section id="board" data-refresh="5">
<p class="text-secondary"><?cs var:t("bay.count") ?> <b><?cs var:Board.count ?></b> · <?cs var:t("bay.held_now") ?> <b><?cs var:Board.held ?></b> · <?cs var:t("bay.empty_now") ?> <b><?cs var:Board.empty ?></b> · <?cs var:t("bay.as_of") ?> <time><?cs var:Board.at ?></time></p>
<?cs if:subcount(Board.bay) ?><div class="row row-cards g-2"><?cs each:b = Board.bay ?><div class="col-6 col-md-4 col-xl-3"><div class="card h-100">
<?cs if:b.picture ?><a href="/admin/snapshot/<?cs var:b.picture ?>/picture"><img class="card-img-top" src="/admin/snapshot/<?cs var:b.picture ?>/file" alt="<?cs var:b ?> <?cs var:b.picture.at ?>" loading="lazy" width="320" height="180"></a><?cs /if ?>
<div class="card-body p-2">
<div class="d-flex justify-content-between gap-2"><a class="fw-bold" href="/admin/bay/<?cs var:b.id ?>"><?cs var:b ?></a><span class="badge bg-<?cs var:b.state.colour ?>-lt"><?cs var:b.state ?></span></div>
<div class="text-secondary"><?cs var:b.area ?><?cs if:b.connector ?> · <?cs var:b.connector ?><?cs /if ?></div>
<?cs if:b.plate ?><div class="fs-3"><?cs var:b.plate ?></div><?cs /if ?>
<?cs if:b.entered ?><div><time><?cs var:b.entered ?></time> · <?cs var:b.minutes ?> <?cs var:t("bay.minutes") ?></div><?cs /if ?>
<div><?cs if:b.lock ?><?cs var:t("bay.lock_state") ?> <span class="badge bg-<?cs var:b.lock.colour ?>-lt"><?cs var:b.lock ?></span> · <?cs /if ?><?cs var:t("camera") ?> <?cs var:b.camera ?><?cs if:b.disabled ?> · <span class="badge bg-secondary-lt"><?cs var:t("choice.status.disabled") ?></span><?cs /if ?></div>
</div></div></div>
<?cs /each ?></div><?cs else ?><div class="card"><div class="empty-list"><strong><?cs var:t("bay.none") ?></strong><p><a class="btn" href="/admin/bay"><?cs var:t("bay") ?></a></p></div></div><?cs /if ?>
</section>
