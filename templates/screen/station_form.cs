<?cs include!"form.cs" ?>
<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>"><link rel="stylesheet" href="<?cs var:asset("leaflet.css") ?>">
<template id="place-pick"><div class="wide"><span class="form-label"><?cs var:t("station.pick") ?></span><div class="place-pick" data-places="/admin/station/places" data-pick="1"></div><div class="form-hint"><?cs var:t("station.pick_hint") ?></div></div></template>
<script src="<?cs var:asset("leaflet.js") ?>" defer></script><script src="<?cs var:asset("place.js") ?>" defer></script>
