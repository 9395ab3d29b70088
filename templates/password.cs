<?cs def:password_form(which, head, note, hint, problem, old) ?>
<form class="card" method="post" action="/admin/password" autocomplete="off">
<div class="card-header"><h2 class="card-title"><?cs var:head ?></h2></div>
<div class="card-body">
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><input type="hidden" name="which" value="<?cs var:which ?>">
<?cs if:note ?><div class="alert alert-warning" role="status"><?cs var:note ?></div><?cs /if ?>
<?cs if:problem ?><div class="alert alert-danger" role="alert"><?cs var:problem ?></div><?cs /if ?>
<div class="mb-3"><label class="form-label required" for="<?cs var:which ?>-old"><?cs var:old ?></label><input class="form-control" id="<?cs var:which ?>-old" type="password" name="old" maxlength="100" autocomplete="current-password" required></div>
<div class="mb-3"><label class="form-label required" for="<?cs var:which ?>-new"><?cs var:t("password.new") ?></label><input class="form-control" id="<?cs var:which ?>-new" type="password" name="new" maxlength="64" autocomplete="new-password" aria-describedby="<?cs var:which ?>-hint" required><div class="form-hint" id="<?cs var:which ?>-hint"><?cs var:hint ?></div></div>
<div class="mb-3"><label class="form-label required" for="<?cs var:which ?>-again"><?cs var:t("password.again") ?></label><input class="form-control" id="<?cs var:which ?>-again" type="password" name="again" maxlength="64" autocomplete="new-password" required></div>
</div>
<div class="card-footer"><button class="btn btn-primary" type="submit"><?cs var:t("password.submit") ?></button></div>
</form>
<?cs /def ?>
<div class="page-head"><h1><?cs var:t("password.title") ?></h1></div>
<div class="two-columns">
<?cs if:Password.must_login ?><?cs call:password_form("login", t("password.login_head"), t("password.first"), Password.hint, Password.problem.login, t("password.old")) ?>
<?cs else ?><?cs call:password_form("login", t("password.login_head"), "", Password.hint, Password.problem.login, t("password.old")) ?><?cs /if ?>
<?cs if:Password.has_payment ?><?cs set:Password.old = t("password.old") ?><?cs else ?><?cs set:Password.old = t("password.old_login") ?><?cs /if ?>
<?cs if:Password.must_payment ?><?cs call:password_form("payment", t("password.payment_head"), t("password.first_payment"), t("password.payment_hint"), Password.problem.payment, Password.old) ?>
<?cs else ?><?cs call:password_form("payment", t("password.payment_head"), "", t("password.payment_hint"), Password.problem.payment, Password.old) ?><?cs /if ?>
</div>
<p class="text-secondary"><?cs var:t("password.others_out") ?></p>
