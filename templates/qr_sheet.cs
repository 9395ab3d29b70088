<div class="page-head"><h1><?cs var:Page.title ?></h1>
<div class="page-buttons"><a class="btn btn-primary" href="<?cs var:url(Sticker.back) ?>/qr.png" download="<?cs var:Sticker.code ?>.png"><?cs var:t("qr.png") ?></a>
<a class="btn" href="<?cs var:url(Sticker.back) ?>/qr.svg" download="<?cs var:Sticker.code ?>.svg"><?cs var:t("qr.svg") ?></a>
<a class="btn" href="<?cs var:url(Sticker.back) ?>"><?cs var:t("app.back") ?></a></div></div>
<section class="card sticker"><div class="card-body">
<img src="<?cs var:url(Sticker.back) ?>/qr.svg" alt="<?cs var:Sticker.url ?>" width="280" height="280">
<p class="kpi-value"><?cs var:Sticker.code ?></p>
<p><?cs var:t("qr.scan") ?></p>
<dl class="facts">
<div><dt><?cs var:t("qr.station") ?></dt><dd><?cs var:Sticker.station ?></dd></div>
<div><dt><?cs var:t("qr.pile") ?></dt><dd><?cs var:Sticker.pile ?></dd></div>
<div><dt><?cs var:t("qr.serial") ?></dt><dd><?cs var:Sticker.serial ?></dd></div>
<div><dt><?cs var:t("qr.name") ?></dt><dd><?cs var:Sticker.name ?></dd></div>
<div><dt><?cs var:t("qr.url") ?></dt><dd><a href="<?cs var:url(Sticker.url) ?>"><?cs var:Sticker.url ?></a></dd></div>
</dl></div></section>
