<!doctype html>
<html lang="<?cs var:Lang ?>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="csrf" content="<?cs var:Csrf ?>">
<meta name="htmx-config" content='{"includeIndicatorStyles":false,"allowEval":false,"historyCacheSize":0,"responseHandling":[{"code":"204","swap":false},{"code":"...","swap":true}]}'>
<?cs if:Page.refresh ?><noscript><meta http-equiv="refresh" content="<?cs var:Page.refresh ?>"></noscript>
<?cs /if ?><title><?cs if:Page.title ?><?cs var:Page.title ?> - <?cs /if ?><?cs if:Style.name ?><?cs var:Style.name ?><?cs else ?><?cs var:t("site.name") ?><?cs /if ?></title>
<link rel="icon" type="image/svg+xml" href="<?cs var:asset("logo.svg") ?>">
<link rel="stylesheet" href="<?cs var:asset("tabler.css") ?>">
<link rel="stylesheet" href="<?cs var:asset("app.css") ?>">
<?cs if:Style.css ?><link rel="stylesheet" href="<?cs var:url(Style.css) ?>">
<?cs /if ?><script src="<?cs var:asset("htmx.js") ?>" defer></script>
<script src="<?cs var:asset("tabler.js") ?>" defer></script>
<?cs if:Page.chart ?><script src="<?cs var:asset("echarts.js") ?>" defer></script>
<script src="<?cs var:asset("chart.js") ?>" defer></script>
<?cs /if ?><?cs if:Page.map ?><link rel="stylesheet" href="<?cs var:asset("leaflet.css") ?>">
<script src="<?cs var:asset("leaflet.js") ?>" defer></script>
<?cs /if ?><script src="<?cs var:asset("app.js") ?>" defer></script>
</head>
<body data-leave="<?cs var:t("app.leave") ?>" data-confirm="<?cs var:t("app.confirm") ?>" data-offline="<?cs var:t("app.offline") ?>" data-nothing="<?cs var:t("app.nothing") ?>">
<a class="skip" href="#main"><?cs var:t("app.skip") ?></a>
<div class="frame<?cs if:Style.layout ?> frame-top<?cs /if ?>">
<?cs include!"nav.cs" ?>
<div class="frame-body">
<header class="topbar">
<a class="topbar-menu" href="#menu" aria-label="<?cs var:t("app.menu") ?>"><svg class="icon"><use href="<?cs var:asset("icons.svg") ?>#menu_2"/></svg></a>
<nav class="crumbs" aria-label="breadcrumb"><ol class="breadcrumb">
<li class="breadcrumb-item"><a href="/admin/"><?cs var:t("app.home") ?></a></li>
<?cs each:crumb = Page.crumb ?><li class="breadcrumb-item"><?cs if:crumb.href ?><a href="<?cs var:url(crumb.href) ?>"><?cs var:crumb ?></a><?cs else ?><?cs var:crumb ?><?cs /if ?></li>
<?cs /each ?><?cs if:Page.title ?><li class="breadcrumb-item active" aria-current="page"><?cs var:Page.title ?></li><?cs /if ?>
</ol></nav>
<div class="topbar-end">
<time class="clock" data-clock="<?cs var:Now.seconds ?>" data-offset="<?cs var:Now.offset ?>" title="<?cs var:t("app.clock") ?>"><?cs var:Now ?></time>
<a class="topbar-link" href="/admin/lang?to=<?cs var:t("app.lang_code") ?>" title="<?cs var:t("app.lang_switch") ?>"><svg class="icon"><use href="<?cs var:asset("icons.svg") ?>#language"/></svg><span><?cs var:t("app.lang_other") ?></span></a>
<details class="drop">
<summary class="topbar-link" aria-label="<?cs var:t("app.user") ?>"><svg class="icon"><use href="<?cs var:asset("icons.svg") ?>#user"/></svg><span><?cs var:User.name ?></span><svg class="icon icon-s"><use href="<?cs var:asset("icons.svg") ?>#chevron_down"/></svg></summary>
<div class="drop-menu drop-end">
<div class="drop-head"><?cs var:t("app.user") ?><strong><?cs var:User.login ?></strong></div>
<a class="drop-item" href="/admin/me"><svg class="icon"><use href="<?cs var:asset("icons.svg") ?>#user"/></svg><?cs var:t("me.title") ?></a>
<a class="drop-item" href="/admin/password"><svg class="icon"><use href="<?cs var:asset("icons.svg") ?>#key"/></svg><?cs var:t("app.password") ?></a>
<form method="post" action="/admin/logout"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><button class="drop-item" type="submit"><svg class="icon"><use href="<?cs var:asset("icons.svg") ?>#logout"/></svg><?cs var:t("app.logout") ?></button></form>
</div>
</details>
</div>
</header>
<main id="main" class="content" tabindex="-1">
<?cs if:Saying ?><div class="alert alert-success saying" role="status"><svg class="icon"><use href="<?cs var:asset("icons.svg") ?>#circle_check"/></svg><div><?cs var:Saying ?></div></div><?cs /if ?>
<?cs include!"content.cs" ?>
</main>
</div>
</div>
</body>
</html>
