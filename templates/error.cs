<!doctype html>
<html lang="<?cs var:Lang ?>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title><?cs var:Error.status ?> <?cs var:Error.text ?> - <?cs var:t("site.name") ?></title>
<link rel="icon" type="image/svg+xml" href="<?cs var:asset("logo.svg") ?>">
<link rel="stylesheet" href="<?cs var:asset("driver.css") ?>">
</head>
<body class="failure">
<main class="screen">
<p class="failure-status"><?cs var:Error.status ?></p>
<h1><?cs var:Error.text ?></h1>
<p><?cs var:Error.todo ?></p>
<p class="buttons"><?cs if:User.kind == "member" ?><a class="button" href="/d/"><?cs var:t("error.home") ?></a><?cs else ?><?cs if:User.kind != "nobody" ?><a class="button" href="/admin/"><?cs var:t("error.home") ?></a><?cs /if ?><?cs /if ?>
<a class="button quiet" href="<?cs var:url(Here) ?>"><?cs var:t("error.reload") ?></a></p>
<p class="fine"><?cs var:t("error.request") ?> <code><?cs var:RequestId ?></code></p>
</main>
</body>
</html>
