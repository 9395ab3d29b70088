<h1><?cs var:t("driver.remote_title") ?></h1>
<?cs if:Running ?><p class="said good"><?cs var:t("driver.running_here") ?></p><p><a class="button" href="<?cs var:url(Running) ?>"><?cs var:t("driver.to_session") ?></a></p><?cs /if ?>
<form class="box" method="get" action="/d/remote"><label for="q"><?cs var:t("driver.stations_search") ?></label>
<input id="q" name="q" type="text" maxlength="40" value="<?cs var:Query ?>"><p><button class="button quiet" type="submit"><?cs var:t("driver.stations_find") ?></button></p></form>
<div class="box"><?cs if:subcount(Stations) ?><ul class="list"><?cs each:s = Stations ?><li><a href="/d/remote/<?cs var:s.id ?>"><span><strong><?cs var:s.name ?></strong> <span class="state blue"><?cs var:s.platform ?></span><br><span class="soft"><?cs var:s.address ?></span></span><span class="end"><strong><?cs var:s.idle ?></strong>/<?cs var:s.guns ?> <?cs var:t("driver.idle") ?></span></a></li><?cs /each ?></ul>
<?cs else ?><p class="soft"><?cs var:t("driver.stations_none") ?></p><?cs /if ?></div>
