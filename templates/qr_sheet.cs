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
<?cs if:Sticker.name ?><div><dt><?cs var:t("qr.name") ?></dt><dd><?cs var:Sticker.name ?></dd></div><?cs /if ?>
<div><dt><?cs var:t("qr.url") ?></dt><dd><a href="<?cs var:url(Sticker.url) ?>"><?cs var:Sticker.url ?></a></dd></div>
</dl></div></section>
<section class="card mt-3"><div class="card-header"><h2 class="card-title"><?cs var:t("qr.templates") ?></h2></div><div class="card-body"><div class="row g-4">
<?cs each:m = Sticker.template ?><figure class="col-auto mb-0"><img class="qr-template border mb-2" src="<?cs var:url(Sticker.back) ?>/qr.png?template=<?cs var:m.name ?>" alt="<?cs var:m ?>" height="240">
<figcaption><strong><?cs var:m ?></strong><br><a class="btn btn-sm" href="<?cs var:url(Sticker.back) ?>/qr.png?template=<?cs var:m.name ?>" download="<?cs var:Sticker.code ?>-<?cs var:m.name ?>.png">PNG</a> <a class="btn btn-sm" href="<?cs var:url(Sticker.back) ?>/qr.pdf?template=<?cs var:m.name ?>" download="<?cs var:Sticker.code ?>-<?cs var:m.name ?>.pdf">PDF</a></figcaption></figure>
<?cs /each ?></div></div></section>
