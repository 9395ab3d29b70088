<!doctype html>
<html lang="<?cs var:Lang ?>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="theme-color" content="<?cs if:Style.driver ?><?cs var:Style.driver ?><?cs else ?>#1769e0<?cs /if ?>">
<meta name="format-detection" content="telephone=no">
<title><?cs var:Page.title ?> - <?cs if:Style.name ?><?cs var:Style.name ?><?cs else ?><?cs var:t("driver.site") ?><?cs /if ?></title>
<link rel="icon" type="image/svg+xml" href="<?cs var:asset("logo.svg") ?>">
<link rel="stylesheet" href="<?cs var:asset("driver.css") ?>">
<?cs if:Style.driver_css ?><link rel="stylesheet" href="<?cs var:url(Style.driver_css) ?>">
<?cs /if ?><?cs if:Page.reload ?><meta http-equiv="refresh" content="<?cs var:Page.reload ?>">
<?cs /if ?><?cs if:Page.refresh ?><noscript><meta http-equiv="refresh" content="<?cs var:Page.refresh ?>"></noscript>
<?cs /if ?><script src="<?cs var:asset("driver.js") ?>" defer></script>
</head>
<body>
<header class="bar"><a class="brand" href="<?cs if:User.kind == "member" ?>/d/<?cs else ?>/c/<?cs /if ?>"><?cs if:Style.logo ?><img class="logo" src="<?cs var:url(Style.logo) ?>" alt="" height="28"><?cs else ?><img src="<?cs var:asset("logo.svg") ?>" alt="" width="28" height="28"><?cs /if ?><?cs if:Style.name ?><?cs var:Style.name ?><?cs else ?><?cs var:t("driver.site") ?><?cs /if ?></a>
<nav class="end"><?cs if:User.kind == "member" ?><a href="/d/"><?cs var:t("driver.mine") ?></a><?cs /if ?><a href="/d/lang?to=<?cs var:t("app.lang_code") ?>" lang="<?cs var:t("app.lang_code") ?>"><?cs var:t("app.lang_other") ?></a></nav></header>
<main class="screen">
<?cs if:Saying ?><p class="said good" role="status"><?cs var:Saying ?></p><?cs /if ?>
<?cs if:Problem ?><p class="said bad" role="alert"><?cs var:Problem ?></p><?cs /if ?>
<?cs include!"content.cs" ?>
</main>
</body>
</html>
