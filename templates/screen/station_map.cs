<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1><div class="page-buttons"><a class="btn" href="/admin/station"><?cs var:t("engine.see_all") ?></a></div></div>
<div class="card"><div class="place-pick tall" data-places="/admin/station/places" data-none="<?cs var:t("station.map_none") ?>"></div><noscript><div class="card-body"><?cs var:t("station.map_script") ?></div></noscript></div>
<script src="<?cs var:asset("place.js") ?>" defer></script>
