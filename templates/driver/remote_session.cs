<p class="unseen" id="spoken" role="status" aria-live="polite"></p>
<?cs include!"driver/live.cs" ?>
<section class="box" aria-label="<?cs var:t("driver.about") ?>"><dl class="facts">
<div><dt><?cs var:t("driver.remote_platform") ?></dt><dd><?cs var:Session.platform ?></dd></div>
<div><dt><?cs var:t("driver.station") ?></dt><dd><?cs var:Session.station ?></dd></div>
<div><dt><?cs var:t("driver.connector") ?></dt><dd><code><?cs var:Session.connector ?></code></dd></div>
<?cs if:Session.prepaid ?><div><dt><?cs var:t("driver.bill_held") ?></dt><dd>¥<?cs var:Session.prepaid ?></dd></div><?cs /if ?>
<div><dt><?cs var:t("driver.requested") ?></dt><dd><?cs var:Session.requested ?></dd></div>
<?cs if:Session.started ?><div><dt><?cs var:t("driver.started") ?></dt><dd><?cs var:Session.started ?></dd></div><?cs /if ?>
<?cs if:Session.ended ?><div><dt><?cs var:t("driver.ended") ?></dt><dd><?cs var:Session.ended ?></dd></div><?cs /if ?>
<div><dt><?cs var:t("driver.no") ?></dt><dd><code><?cs var:Session.no ?></code></dd></div>
</dl></section>
<?cs if:Session.over ?><p class="buttons"><a class="button" href="/d/"><?cs var:t("driver.mine") ?></a><a class="button quiet" href="/d/remote"><?cs var:t("driver.remote_title") ?></a></p><?cs /if ?>
<?cs if:Session.hotline ?><p class="fine"><?cs var:t("driver.hotline") ?> <a href="tel:<?cs var:Session.hotline ?>"><?cs var:Session.hotline ?></a></p><?cs /if ?>
