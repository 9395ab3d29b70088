<h1><?cs var:Station.name ?></h1>
<?cs if:Station.picture ?><p><img class="station-picture" src="<?cs var:url(Station.picture) ?>" alt="" width="750" height="480"></p><?cs /if ?>
<div class="box"><dl class="facts"><div><dt><?cs var:t("driver.state") ?></dt><dd><?cs if:Station.shut ?><?cs var:t("driver.shut") ?><?cs else ?><strong><?cs var:Station.idle ?></strong>/<?cs var:Station.guns ?> <?cs var:t("driver.idle") ?><?cs /if ?></dd></div>
<div><dt><?cs var:t("driver.hours") ?></dt><dd><?cs var:Station.hours ?></dd></div>
<?cs if:Station.address ?><div><dt><?cs var:t("driver.address") ?></dt><dd><?cs var:Station.address ?></dd></div><?cs /if ?>
<?cs if:Station.hotline ?><div><dt><?cs var:t("driver.hotline") ?></dt><dd><a href="tel:<?cs var:Station.hotline ?>"><?cs var:Station.hotline ?></a></dd></div><?cs /if ?>
<?cs each:n = Notes ?><div><dt><?cs var:n.label ?></dt><dd><?cs var:n ?></dd></div>
<?cs /each ?></dl>
<?cs if:Station.parking_relief ?><p class="said good"><?cs var:t("station.parking_relief") ?></p><?cs /if ?>
<?cs if:Station.intro ?><p class="soft"><?cs var:Station.intro ?></p><?cs /if ?></div>
<div class="box"><?cs if:subcount(Guns) ?><ul class="list"><?cs each:g = Guns ?><li><a href="/c/<?cs var:g.code ?>"><span><strong><?cs var:g.pile ?></strong> <?cs var:g.name ?></span><span class="end"><span class="state <?cs var:g.state.colour ?>"><?cs var:g.state ?></span></span></a></li><?cs /each ?></ul>
<?cs else ?><p class="soft"><?cs var:t("driver.no_guns") ?></p><?cs /if ?></div>
<p><a class="button quiet" href="/d/private/<?cs var:Station.code ?>"><?cs var:t("driver.private_title") ?></a></p>
