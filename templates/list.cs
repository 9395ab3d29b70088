<?cs # A list: tabs, search bar, table. List.* is filled by cgi/resource/list.c and list_filter.c. ?>
<?cs include!"field.cs" ?>
<?cs def:filter_input(f) ?><div<?cs if:f.input == "dates" ?> class="wide"<?cs /if ?>>
<label for="f_<?cs var:f.name ?>"><?cs var:f ?></label>
<?cs if:f.input == "select" ?><select class="form-select" id="f_<?cs var:f.name ?>" name="<?cs var:f.name ?>"><option value=""><?cs var:t("engine.all") ?></option>
<?cs each:o = f.option ?><option value="<?cs var:o.value ?>"<?cs if:o.selected ?> selected<?cs /if ?>><?cs var:o ?></option>
<?cs /each ?></select>
<?cs elif:f.input == "lookup" ?><span class="lookup"><input class="form-control" id="f_<?cs var:f.name ?>" name="<?cs var:f.name ?>_q" value="<?cs var:f.title ?>" data-lookup="<?cs var:f.lookup ?>" placeholder="<?cs var:t("engine.type_ahead") ?>" autocomplete="off"><input type="hidden" name="<?cs var:f.name ?>" value="<?cs var:f.value ?>"></span>
<?cs elif:f.input == "dates" || f.input == "numbers" ?><span class="range"><input class="form-control" id="f_<?cs var:f.name ?>" name="<?cs var:f.name ?>_from"<?cs if:f.input == "dates" ?> type="date"<?cs else ?> inputmode="decimal"<?cs /if ?> value="<?cs var:f.from ?>"><span aria-hidden="true">–</span><input class="form-control" name="<?cs var:f.name ?>_to"<?cs if:f.input == "dates" ?> type="date"<?cs else ?> inputmode="decimal"<?cs /if ?> value="<?cs var:f.to ?>" aria-label="<?cs var:f ?> <?cs var:t("engine.to") ?>"></span>
<?cs if:subcount(f.preset) ?><span class="quick"><?cs each:p = f.preset ?><a href="<?cs var:url(p.href) ?>"<?cs if:p.now ?> class="fw-bold" aria-current="true"<?cs /if ?>><?cs var:p ?></a> <?cs /each ?></span><?cs /if ?>
<?cs else ?><input class="form-control" id="f_<?cs var:f.name ?>" name="<?cs var:f.name ?>" value="<?cs var:f.value ?>"><?cs /if ?>
<?cs if:f.error ?><div class="invalid-feedback d-block" role="alert"><?cs var:f.error ?></div><?cs /if ?></div>
<?cs /def ?>
<div class="page-head"><h1><?cs var:Page.title ?></h1>
<div class="page-buttons">
<?cs if:List.live ?><label class="form-check form-switch m-0"><input class="form-check-input" type="checkbox" data-refresh-switch="<?cs var:Page.resource ?>" checked><span class="form-check-label"><?cs var:t("engine.refresh") ?></span></label><?cs /if ?>
<?cs each:a = List.page_action ?><?cs if:a.post ?><form method="post" action="<?cs var:url(a.href) ?>"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><button class="btn" type="submit"><?cs var:a ?></button></form><?cs else ?><a class="btn" href="<?cs var:url(a.href) ?>"><?cs var:a ?></a><?cs /if ?>
<?cs /each ?><?cs if:List.may.import ?><a class="btn" href="<?cs var:url(List.may.import) ?>"><svg class="icon"><use href="<?cs var:asset("icons.svg") ?>#upload"/></svg><?cs var:t("action.import") ?></a>
<?cs /if ?><?cs if:List.may.export ?><form method="post" action="<?cs var:url(List.export) ?>"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><input type="hidden" name="_token" value="<?cs var:Form.token ?>"><button class="btn" type="submit"><svg class="icon"><use href="<?cs var:asset("icons.svg") ?>#download"/></svg><?cs var:t("action.export") ?></button></form>
<?cs /if ?><?cs if:List.may.create ?><a class="btn btn-primary" href="<?cs var:url(List.may.create) ?>"><svg class="icon"><use href="<?cs var:asset("icons.svg") ?>#plus"/></svg><?cs var:t("action.create") ?></a><?cs /if ?>
</div></div>
<?cs if:subcount(List.tab) ?><nav class="tabs" aria-label="<?cs var:t("engine.tabs") ?>"><?cs each:tab = List.tab ?><a href="<?cs var:url(tab.href) ?>"<?cs if:tab.now ?> class="active" aria-current="page"<?cs /if ?>><?cs var:tab ?><span class="count"><?cs var:tab.count ?></span></a>
<?cs /each ?></nav><?cs /if ?>
<div class="card">
<?cs if:subcount(List.filter) || subcount(List.folded) ?><details class="filters-fold"><summary><svg class="icon icon-s"><use href="<?cs var:asset("icons.svg") ?>#filter"/></svg> <?cs var:t("engine.filters") ?></summary></details><form class="filters" method="get" action="<?cs var:url(Page.path) ?>" role="search">
<?cs each:f = List.filter ?><?cs call:filter_input(f) ?>
<?cs /each ?><?cs if:List.tab_name ?><input type="hidden" name="tab" value="<?cs var:List.tab_name ?>"><?cs /if ?><?cs if:List.sort ?><input type="hidden" name="sort" value="<?cs var:List.sort ?>"><?cs /if ?><?cs if:List.size ?><input type="hidden" name="size" value="<?cs var:List.size ?>"><?cs /if ?>
<?cs if:List.more_href ?><a class="folded" href="<?cs var:url(List.more_href) ?>"><svg class="icon icon-s"><use href="<?cs var:asset("icons.svg") ?>#filter"/></svg> <?cs var:t("engine.more_filters") ?></a>
<?cs /if ?><?cs if:subcount(List.folded) ?><details class="folded" open><summary><svg class="icon icon-s"><use href="<?cs var:asset("icons.svg") ?>#filter"/></svg> <?cs var:t("engine.more_filters") ?></summary><div class="filters p-0">
<?cs each:f = List.folded ?><?cs call:filter_input(f) ?>
<?cs /each ?></div></details><?cs /if ?>
<div class="filter-buttons"><button class="btn btn-primary" type="submit"><svg class="icon"><use href="<?cs var:asset("icons.svg") ?>#search"/></svg><?cs var:t("engine.search") ?></button><a class="btn" href="<?cs var:url(Page.path) ?>"><?cs var:t("engine.reset") ?></a></div>
</form><?cs /if ?>
<?cs include!"list_table.cs" ?>
</div>
<a class="btn btn-sm mt-2" href="<?cs var:url(List.columns_href) ?>"><svg class="icon icon-s"><use href="<?cs var:asset("icons.svg") ?>#columns"/></svg> <?cs var:t("engine.columns") ?></a>
