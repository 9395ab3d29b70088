<div class="page-head"><h1><?cs var:t("me.title") ?></h1></div>
<div class="two-columns">
<section class="card" aria-labelledby="me-who"><div class="card-header"><h2 class="card-title" id="me-who"><?cs var:t("me.who") ?></h2></div>
<div class="card-body"><dl class="facts">
<div><dt><?cs var:t("me.login") ?></dt><dd><?cs var:Me.login ?></dd></div>
<div><dt><?cs var:t("me.name") ?></dt><dd><?cs var:Me.name ?></dd></div>
<div><dt><?cs var:t("me.phone") ?></dt><dd><?cs if:Me.phone ?><?cs var:Me.phone ?><?cs else ?>-<?cs /if ?></dd></div>
<div><dt><?cs var:t("me.email") ?></dt><dd id="me-email"><?cs if:Me.email ?><?cs var:Me.email ?> · <?cs if:Me.email_verified_at ?><?cs var:t("email.verified") ?><?cs else ?><?cs var:t("email.unverified") ?><?cs /if ?> <?cs /if ?><a class="btn btn-sm" href="/admin/me/email"><?cs if:Me.email && Me.email_verified_at ?><?cs var:t("me.change") ?><?cs elif:Me.email ?><?cs var:t("email.verify") ?><?cs else ?><?cs var:t("me.set") ?><?cs /if ?></a></dd></div>
<?cs if:Me.provider ?><div><dt><?cs var:t("provider") ?></dt><dd><?cs var:Me.provider ?></dd></div>
<?cs /if ?><?cs if:Me.property ?><div><dt><?cs var:t("property") ?></dt><dd><?cs var:Me.property ?></dd></div>
<?cs /if ?><?cs if:Me.fleet ?><div><dt><?cs var:t("fleet") ?></dt><dd><?cs var:Me.fleet ?></dd></div>
<?cs /if ?><div><dt><?cs var:t("role") ?></dt><dd><?cs if:Me.roles ?><?cs var:Me.roles ?><?cs else ?>-<?cs /if ?></dd></div>
</dl></div></section>
<section class="card" aria-labelledby="me-safe"><div class="card-header"><h2 class="card-title" id="me-safe"><?cs var:t("me.safe") ?></h2></div>
<div class="card-body"><dl class="facts">
<div><dt><?cs var:t("password.login_head") ?></dt><dd><a class="btn btn-sm" href="/admin/password"><?cs var:t("me.change") ?></a></dd></div>
<div><dt><?cs var:t("password.payment_head") ?></dt><dd><?cs if:!Me.has_payment ?><?cs var:t("me.unset") ?> · <?cs /if ?><a class="btn btn-sm" href="/admin/password"><?cs if:Me.has_payment ?><?cs var:t("me.change") ?><?cs else ?><?cs var:t("me.set") ?><?cs /if ?></a></dd></div>
<div><dt><?cs var:t("factor.title") ?></dt><dd id="me-factor"><?cs if:Me.factor_at ?><?cs var:t("me.factor_on") ?> <?cs var:Me.factor_at ?> · <span<?cs if:Me.codes_few ?> class="text-danger"<?cs /if ?>><?cs var:t("me.codes_left") ?> <?cs var:Me.codes_left ?></span> <a class="btn btn-sm" href="/admin/me/factor"><?cs var:t("me.change") ?></a><?cs else ?><?cs var:t("me.factor_off") ?> <a class="btn btn-sm" href="/admin/me/factor"><?cs var:t("me.factor_set") ?></a><?cs /if ?></dd></div>
</dl>
<form class="mt-3" method="post" action="/admin/me/lang"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<label class="form-label" for="me-lang"><?cs var:t("me.lang") ?></label>
<div class="d-flex gap-2"><select class="form-select w-auto" id="me-lang" name="lang"><option value="zh-CN"<?cs if:Me.lang == "zh-CN" ?> selected<?cs /if ?>>中文</option><option value="en"<?cs if:Me.lang == "en" ?> selected<?cs /if ?>>English</option></select><button class="btn" type="submit"><?cs var:t("password.submit") ?></button></div></form>
</div></section>
</div>
<section class="card mt-3" aria-labelledby="me-logins"><div class="card-header"><h2 class="card-title" id="me-logins"><?cs var:t("me.logins") ?></h2>
<?cs if:Me.others ?><form class="ms-auto" method="post" action="/admin/me/logins/end"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><button class="btn btn-sm" type="submit"><?cs var:t("me.end_others") ?></button></form><?cs /if ?></div>
<div class="table-responsive" tabindex="0" role="region" aria-labelledby="me-logins"><table class="table card-table" id="logins"><thead><tr><th><?cs var:t("me.address") ?></th><th><?cs var:t("me.browser") ?></th><th><?cs var:t("me.since") ?></th><th><?cs var:t("me.seen") ?></th><th><span class="visually-hidden"><?cs var:t("me.end") ?></span></th></tr></thead><tbody>
<?cs each:row = Me.login_row ?><tr><td><?cs var:row.ip ?></td><td title="<?cs var:row.agent ?>"><?cs var:row.browser ?></td><td><?cs var:row.since ?></td><td><?cs var:row.seen ?></td><td><?cs if:row.this ?><?cs var:t("me.this") ?><?cs else ?><form method="post" action="/admin/me/login/<?cs var:row.id ?>/end"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><button class="btn btn-sm" type="submit"><?cs var:t("me.end") ?></button></form><?cs /if ?></td></tr>
<?cs /each ?></tbody></table></div>
</section>
<p class="text-secondary mt-2"><?cs var:t("me.logins_note") ?></p>
