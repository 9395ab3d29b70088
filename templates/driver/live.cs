<div data-live="<?cs if:!Session.over ?><?cs var:Session.path ?><?cs /if ?>" data-state="<?cs var:Session.state.word ?>" data-spoken="<?cs var:Session.sentence ?>"<?cs if:Session.over ?> data-done="1"<?cs /if ?>>
<h1><span class="state <?cs var:Session.state.colour ?>"><?cs var:Session.state ?></span></h1>
<p><?cs var:Session.sentence ?><?cs if:Session.over ?><?cs if:Session.reason ?> <span class="soft">(<?cs var:Session.reason ?>)</span><?cs /if ?><?cs /if ?></p>
<div class="box">
<div class="big"><strong><?cs var:Session.energy ?></strong><span>kWh</span></div>
<?cs if:Session.soc ?><progress class="charge" max="100" value="<?cs var:Session.soc ?>"><?cs var:Session.soc ?>%</progress><?cs /if ?>
<dl class="meters">
<div><dt><?cs var:t("driver.fee") ?></dt><dd>¥<?cs var:Session.amount ?></dd></div>
<div><dt><?cs var:t("driver.time") ?></dt><dd><?cs var:Session.time ?></dd></div>
<?cs if:Session.soc ?><div><dt><?cs var:t("driver.soc") ?></dt><dd><?cs var:Session.soc ?>%</dd></div><?cs /if ?>
<?cs if:!Session.over ?><div><dt><?cs var:t("driver.power") ?></dt><dd><?cs var:Session.power ?> kW</dd></div>
<?cs if:Session.voltage ?><div><dt><?cs var:t("driver.voltage") ?></dt><dd><?cs var:Session.voltage ?> V</dd></div><?cs /if ?>
<?cs if:Session.current ?><div><dt><?cs var:t("driver.current") ?></dt><dd><?cs var:Session.current ?> A</dd></div><?cs /if ?><?cs /if ?>
</dl>
</div>
<?cs if:Session.may_stop ?><form method="post" action="<?cs var:url(Session.path) ?>/stop"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><p><button class="button stop" type="submit" data-confirm="<?cs var:t("driver.stop_confirm") ?>"><?cs var:t("driver.stop") ?></button></p></form><?cs /if ?>
</div>
