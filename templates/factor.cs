<div class="page-head"><h1><?cs var:t("factor.title") ?></h1></div>
<?cs if:Factor.must ?><div class="alert alert-warning" role="status"><?cs var:t("factor.must") ?></div><?cs /if ?>
<?cs if:Factor.problem ?><div class="alert alert-danger" role="alert"><?cs var:Factor.problem ?></div><?cs /if ?>
<?cs if:Factor.on ?><div class="two-columns">
<form class="card" method="post" action="/admin/me/factor/codes" autocomplete="off">
<div class="card-header"><h2 class="card-title"><?cs var:t("factor.codes_title") ?></h2></div>
<div class="card-body"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<p><?cs var:t("factor.codes_again") ?></p>
<label class="form-label required" for="codes-code"><?cs var:t("factor.code") ?></label><input class="form-control" id="codes-code" name="code" maxlength="24" autocomplete="one-time-code" required></div>
<div class="card-footer"><button class="btn btn-primary" type="submit"><?cs var:t("factor.codes_make") ?></button></div>
</form>
<?cs if:Factor.wanted ?><div class="card"><div class="card-header"><h2 class="card-title"><?cs var:t("factor.off_head") ?></h2></div><div class="card-body"><p class="mb-0"><?cs var:t("factor.wanted") ?></p></div></div>
<?cs else ?><form class="card" method="post" action="/admin/me/factor/off" autocomplete="off">
<div class="card-header"><h2 class="card-title"><?cs var:t("factor.off_head") ?></h2></div>
<div class="card-body"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<p><?cs var:t("factor.off_note") ?></p>
<label class="form-label required" for="off-code"><?cs var:t("factor.code") ?></label><input class="form-control" id="off-code" name="code" maxlength="24" autocomplete="one-time-code" required></div>
<div class="card-footer"><button class="btn btn-danger" type="submit"><?cs var:t("factor.off") ?></button></div>
</form><?cs /if ?>
</div>
<p><a href="/admin/me"><?cs var:t("factor.back") ?></a></p>
<?cs else ?><form class="card" method="post" action="/admin/me/factor" autocomplete="off">
<div class="card-body">
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><input type="hidden" name="offer" value="<?cs var:Factor.offer ?>">
<ol>
<li class="mb-3"><?cs var:t("factor.step_app") ?></li>
<li class="mb-3"><?cs var:t("factor.step_scan") ?><br><img class="mt-2" src="data:image/svg+xml;base64,<?cs var:Factor.picture ?>" alt="<?cs var:t("factor.picture") ?>" width="200" height="200"><br><?cs var:t("factor.step_type") ?> <code id="factor-secret"><?cs var:Factor.secret ?></code></li>
<li><label class="form-label required" for="factor-code"><?cs var:t("factor.step_code") ?></label><input class="form-control w-auto" id="factor-code" name="code" maxlength="8" inputmode="numeric" autocomplete="one-time-code" required></li>
</ol>
</div>
<div class="card-footer"><button class="btn btn-primary" type="submit"><?cs var:t("factor.on") ?></button></div>
</form>
<?cs if:!Factor.must ?><p class="mt-3"><a href="/admin/me"><?cs var:t("factor.back") ?></a></p><?cs /if ?><?cs /if ?>
