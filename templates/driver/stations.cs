<h1><?cs var:t("driver.stations_title") ?></h1>
<form class="box" method="get" action="/d/stations"><label for="q"><?cs var:t("driver.stations_search") ?></label>
<input id="q" name="q" type="text" maxlength="40" value="<?cs var:Query ?>"><p><button class="button quiet" type="submit"><?cs var:t("driver.stations_find") ?></button></p></form>
<p><a class="button quiet" href="/d/remote"><?cs var:t("driver.remote_title") ?></a></p>
<?cs if:subcount(Map.points) ?><div class="box"><?cs include!"map.cs" ?></div><?cs /if ?>
<div class="box"><?cs if:subcount(Stations) ?><ul class="list"><?cs each:s = Stations ?><li><a href="/d/station/<?cs var:s.code ?>"><span><strong><?cs var:s.name ?></strong> <span class="state <?cs var:s.kind.colour ?>"><?cs var:s.kind ?></span><?cs if:s.pinned ?> <span class="state orange"><?cs var:t("driver.pinned") ?></span><?cs /if ?><br><span class="soft"><?cs var:s.address ?></span></span><span class="end"><?cs if:s.shut ?><span class="state"><?cs var:t("driver.shut") ?></span><?cs else ?><strong><?cs var:s.idle ?></strong>/<?cs var:s.guns ?> <?cs var:t("driver.idle") ?><?cs /if ?></span></a></li><?cs /each ?></ul>
<?cs else ?><p class="soft"><?cs var:t("driver.stations_none") ?></p><?cs /if ?></div>
