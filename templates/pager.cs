<div class="list-foot"><span><?cs var:t("engine.count_before") ?> <b><?cs var:List.pager.count ?></b> <?cs var:t("engine.count_after") ?></span>
<span><?cs each:s = List.pager.size ?><?cs if:s.now ?><b><?cs var:s ?></b><?cs else ?><a href="<?cs var:url(s.href) ?>"><?cs var:s ?></a><?cs /if ?> <?cs /each ?><?cs var:t("engine.a_page") ?></span>
<nav class="pager" aria-label="<?cs var:t("engine.pages") ?>">
<?cs if:List.pager.previous ?><a class="btn btn-sm btn-icon" rel="prev" href="<?cs var:url(List.pager.previous) ?>" aria-label="<?cs var:t("engine.previous") ?>"><svg class="icon icon-s"><use href="<?cs var:asset("icons.svg") ?>#chevron_left"/></svg></a><?cs /if ?>
<?cs if:List.pager.first ?><a class="btn btn-sm" href="<?cs var:url(List.pager.first) ?>">1</a> … <?cs /if ?>
<?cs each:p = List.pager.page ?><?cs if:p.now ?><span class="btn btn-sm btn-primary" aria-current="page"><?cs var:p ?></span><?cs else ?><a class="btn btn-sm" href="<?cs var:url(p.href) ?>"><?cs var:p ?></a><?cs /if ?>
<?cs /each ?><?cs if:List.pager.last ?> … <a class="btn btn-sm" href="<?cs var:url(List.pager.last) ?>"><?cs var:List.pager.pages ?></a><?cs /if ?>
<?cs if:List.pager.next ?><a class="btn btn-sm btn-icon" rel="next" href="<?cs var:url(List.pager.next) ?>" aria-label="<?cs var:t("engine.next") ?>"><svg class="icon icon-s"><use href="<?cs var:asset("icons.svg") ?>#chevron_right"/></svg></a><?cs /if ?>
</nav>
<?cs if:#List.pager.pages > 1 ?><form class="pager-jump" method="get" action="<?cs var:url(Page.path) ?>"><?cs each:h = List.hidden ?><input type="hidden" name="<?cs var:h.name ?>" value="<?cs var:h ?>"><?cs /each ?><label><?cs var:t("engine.jump") ?> <input class="form-control form-control-sm" name="page" type="number" min="1" max="<?cs var:List.pager.pages ?>" value="<?cs var:List.pager.now ?>"></label></form><?cs /if ?>
</div>
