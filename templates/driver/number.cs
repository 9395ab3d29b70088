<h1><?cs var:t("driver.number_title") ?></h1>
<?cs if:subcount(Found) ?><p><?cs var:t("driver.number_choose") ?></p>
<div class="box"><ul class="list"><?cs each:c = Found ?><li><a href="/c/<?cs var:c.code ?>"><span><strong><?cs var:c ?></strong><br><span class="soft"><?cs var:c.station ?> · <?cs var:c.pile ?></span></span><span class="end"><code><?cs var:c.code ?></code></span></a></li><?cs /each ?></ul></div>
<?cs /if ?>
<form class="box" method="get" action="/c/">
<label for="code"><?cs var:t("driver.number_label") ?></label>
<input class="number" id="code" name="code" type="text" inputmode="numeric" maxlength="40" autocomplete="off" value="<?cs var:Number.code ?>" aria-describedby="code-hint" required>
<p class="fine" id="code-hint"><?cs var:t("driver.number_hint") ?></p>
<p><button class="button" type="submit"><?cs var:t("driver.number_go") ?></button></p>
</form>
<p><a class="button quiet" href="/d/stations"><?cs var:t("driver.stations_title") ?></a></p>
