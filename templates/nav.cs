<aside id="menu" class="side" data-bs-theme="dark">
<div class="side-head"><a class="brand" href="/admin/"><?cs if:Style.logo ?><img class="logo" src="<?cs var:url(Style.logo) ?>" alt="" height="28"><?cs else ?><img src="<?cs var:asset("logo.svg") ?>" alt="" width="28" height="28"><?cs /if ?><span><?cs if:Style.name ?><?cs var:Style.name ?><?cs else ?><?cs var:t("site.name") ?><?cs /if ?></span></a>
<a class="side-close" href="#" aria-label="<?cs var:t("app.close") ?>"><svg class="icon"><use href="<?cs var:asset("icons.svg") ?>#x"/></svg></a></div>
<nav class="side-nav" aria-label="<?cs var:t("app.menu") ?>">
<a class="side-link<?cs if:Page.active == "home" ?> active<?cs /if ?>"<?cs if:Page.active == "home" ?> aria-current="page"<?cs /if ?> href="/admin/"><svg class="icon"><use href="<?cs var:asset("icons.svg") ?>#menu_home"/></svg><?cs var:t("app.home") ?></a>
<?cs each:group = Menu ?><?cs if:subcount(group.entry) == #1 ?><?cs each:entry = group.entry ?><a class="side-link<?cs if:entry.active ?> active<?cs /if ?>"<?cs if:entry.active ?> aria-current="page"<?cs /if ?> href="<?cs var:url(entry.href) ?>"><svg class="icon"><use href="<?cs var:asset("icons.svg") ?>#menu_<?cs var:group.name ?>"/></svg><?cs var:entry ?></a>
<?cs /each ?><?cs elif:subcount(group.entry) ?><details class="side-group"<?cs if:Style.layout ?> name="menu"<?cs elif:group.active ?> open<?cs /if ?>>
<summary class="side-link<?cs if:group.active ?> here<?cs /if ?>"><svg class="icon"><use href="<?cs var:asset("icons.svg") ?>#menu_<?cs var:group.name ?>"/></svg><?cs var:group ?><svg class="icon icon-s side-arrow"><use href="<?cs var:asset("icons.svg") ?>#chevron_down"/></svg></summary>
<div class="side-entries"><?cs each:entry = group.entry ?><a class="side-entry<?cs if:entry.active ?> active<?cs /if ?>"<?cs if:entry.active ?> aria-current="page"<?cs /if ?> href="<?cs var:url(entry.href) ?>"><?cs var:entry ?></a>
<?cs /each ?></div></details>
<?cs /if ?><?cs /each ?></nav>
</aside>
<a class="side-shade" href="#" tabindex="-1" aria-hidden="true"></a>
