<!doctype html>
<html lang="<?cs var:Lang ?>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title><?cs var:t("login.code_title") ?> - <?cs var:t("site.name") ?></title>
<link rel="icon" type="image/svg+xml" href="<?cs var:asset("logo.svg") ?>">
<link rel="stylesheet" href="<?cs var:asset("tabler.css") ?>">
<link rel="stylesheet" href="<?cs var:asset("app.css") ?>">
</head>
<body class="entrance">
<div class="entrance-side" aria-hidden="true"><div class="entrance-words"><img src="<?cs var:asset("logo.svg") ?>" alt="" width="64" height="64"><strong><?cs var:t("site.name") ?></strong><span><?cs var:t("login.lead") ?></span></div></div>
<main class="entrance-main">
<form class="entrance-form" method="post" action="/admin/login/code" autocomplete="off">
<h1><?cs var:t("login.code_title") ?></h1>
<p class="entrance-name"><?cs var:t("login.code_lead") ?></p>
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<input type="hidden" name="ticket" value="<?cs var:Login.ticket ?>">
<input type="hidden" name="next" value="<?cs var:Login.next ?>">
<?cs if:Login.remember ?><input type="hidden" name="remember" value="1">
<?cs /if ?><?cs if:Login.problem ?><div class="alert alert-danger" role="alert"><?cs var:Login.problem ?></div><?cs /if ?>
<div class="mb-3"><label class="form-label" for="code"><?cs var:t("factor.code") ?></label>
<input class="form-control" id="code" name="code" maxlength="24" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" aria-describedby="code-hint" required autofocus>
<div class="form-hint" id="code-hint"><?cs var:t("login.code_hint") ?></div></div>
<button class="btn btn-primary w-100" type="submit"><?cs var:t("login.submit") ?></button>
<p class="mt-3"><a href="/admin/login"><?cs var:t("login.other_account") ?></a></p>
</form>
</main>
</body>
</html>
