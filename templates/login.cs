<!doctype html>
<html lang="<?cs var:Lang ?>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title><?cs var:t("login.title") ?> - <?cs if:Style.name ?><?cs var:Style.name ?><?cs else ?><?cs var:t("site.name") ?><?cs /if ?></title>
<meta name="htmx-config" content='{"includeIndicatorStyles":false,"allowEval":false}'>
<link rel="icon" type="image/svg+xml" href="<?cs var:asset("logo.svg") ?>">
<link rel="stylesheet" href="<?cs var:asset("tabler.css") ?>">
<link rel="stylesheet" href="<?cs var:asset("app.css") ?>">
<?cs if:Style.css ?><link rel="stylesheet" href="<?cs var:url(Style.css) ?>">
<?cs /if ?><script src="<?cs var:asset("htmx.js") ?>" defer></script>
</head>
<body class="entrance">
<div class="entrance-side" aria-hidden="true"><div class="entrance-words"><?cs if:Style.logo ?><img class="logo" src="<?cs var:url(Style.logo) ?>" alt="" height="64"><?cs else ?><img src="<?cs var:asset("logo.svg") ?>" alt="" width="64" height="64"><?cs /if ?><strong><?cs if:Style.name ?><?cs var:Style.name ?><?cs else ?><?cs var:t("site.name") ?><?cs /if ?></strong><span><?cs var:t("login.lead") ?></span></div></div>
<main class="entrance-main">
<a class="entrance-lang" href="/admin/lang?to=<?cs var:t("app.lang_code") ?>" title="<?cs var:t("app.lang_switch") ?>"><?cs var:t("app.lang_other") ?></a>
<form class="entrance-form" method="post" action="/admin/login" autocomplete="on">
<h1><?cs var:t("login.welcome") ?></h1>
<p class="entrance-name"><?cs if:Style.name ?><?cs var:Style.name ?><?cs else ?><?cs var:t("site.name") ?><?cs /if ?></p>
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<input type="hidden" name="next" value="<?cs var:Login.next ?>">
<?cs if:Login.problem ?><div class="alert alert-danger" role="alert"><?cs var:Login.problem ?></div><?cs /if ?>
<div class="mb-3"><label class="form-label" for="account"><?cs var:t("login.account") ?></label>
<input class="form-control" id="account" name="account" value="<?cs var:Login.account ?>" maxlength="60" autocomplete="username" autocapitalize="none" spellcheck="false" required<?cs if:!Login.account ?> autofocus<?cs /if ?>></div>
<div class="mb-3"><label class="form-label" for="password"><?cs var:t("login.password") ?></label>
<input class="form-control" id="password" name="password" type="password" maxlength="100" autocomplete="current-password" required<?cs if:Login.account ?> autofocus<?cs /if ?>></div>
<div class="mb-3"><label class="form-label" for="captcha"><?cs var:t("login.captcha") ?></label>
<div class="captcha"><input class="form-control" id="captcha" name="captcha" maxlength="4" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="captcha-hint" required>
<div id="captcha-picture" class="captcha-picture"><?cs include!"login_captcha.cs" ?></div></div>
<div class="form-hint" id="captcha-hint"><?cs var:t("login.captcha_hint") ?></div></div>
<div class="mb-3"><label class="form-check"><input class="form-check-input" type="checkbox" name="remember" value="1"<?cs if:Login.remember ?> checked<?cs /if ?>><span class="form-check-label"><?cs var:t("login.remember") ?></span></label>
<div class="form-hint"><?cs var:t("login.remember_hint") ?></div></div>
<button class="btn btn-primary w-100" type="submit"><?cs var:t("login.submit") ?></button>
</form>
</main>
</body>
</html>
