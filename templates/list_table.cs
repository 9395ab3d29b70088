<?cs # The table of a list with what stands under it; also alone, for refresh. Form method get: ticked records go to a page that asks. ?>
<section id="list"<?cs if:List.live ?> data-refresh="5" data-refresh-from="<?cs var:Page.path ?><?cs var:List.part ?>"<?cs /if ?>>
<?cs if:#List.rows ?><?cs if:List.has_actions ?><form id="act" method="post"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"></form><?cs /if ?><form method="get" action="<?cs var:url(Page.path) ?>">
<?cs if:subcount(List.batch) ?><div class="list-foot"><span><?cs var:t("engine.ticked") ?> <b data-ticked="id">0</b></span><?cs each:b = List.batch ?><button class="btn btn-sm<?cs if:b.danger ?> btn-outline-danger<?cs /if ?>" type="submit" formaction="<?cs var:url(b.href) ?>" data-needs-ticks="id"><?cs var:b ?></button>
<?cs /each ?></div><?cs /if ?>
<div class="list-wrap" tabindex="0"><table class="list">
<thead><tr><?cs if:subcount(List.batch) ?><th scope="col"><input class="tick" type="checkbox" data-tick-all="id" aria-label="<?cs var:t("engine.tick_all") ?>"></th><?cs /if ?><?cs include!"list_head.cs" ?><?cs if:List.has_actions ?><th scope="col" class="stick-end"><?cs var:t("engine.actions") ?></th><?cs /if ?></tr></thead>
<tbody>
<?cs each:row = List.row ?><tr><?cs if:subcount(List.batch) ?><td><input class="tick" type="checkbox" name="id" value="<?cs var:row.id ?>" aria-labelledby="r<?cs var:row.id ?>"></td><?cs /if ?><?cs include!"list_cells.cs" ?><?cs if:List.has_actions ?><td class="stick-end"><div class="row-actions"><?cs each:a = row.act ?><?cs if:a.post ?><button<?cs if:a.danger ?> class="text-danger"<?cs /if ?> form="act" formaction="<?cs var:url(a.href) ?>"><?cs var:a ?></button><?cs else ?><a href="<?cs var:url(a.href) ?>"<?cs if:a.danger ?> class="text-danger"<?cs /if ?>><?cs var:a ?></a><?cs /if ?><?cs /each ?><?cs if:subcount(row.more) ?><details class="drop"><summary><?cs var:t("engine.more") ?></summary><div class="drop-menu"><?cs each:a = row.more ?><?cs if:a.post ?><button<?cs if:a.danger ?> class="danger"<?cs /if ?> form="act" formaction="<?cs var:url(a.href) ?>"><?cs var:a ?></button><?cs else ?><a<?cs if:a.danger ?> class="danger"<?cs /if ?> href="<?cs var:url(a.href) ?>"><?cs var:a ?></a><?cs /if ?><?cs /each ?></div></details><?cs /if ?></div></td><?cs /if ?></tr>
<?cs /each ?></tbody>
<?cs if:subcount(List.page_total) ?><tfoot><tr><?cs if:subcount(List.batch) ?><td></td><?cs /if ?><?cs set:Foot.label = t("engine.page_total") ?><?cs each:c = List.page_total ?><?cs if:first(c) ?><th scope="row" class="stick"><?cs var:Foot.label ?><?cs if:c != "" ?> <?cs var:c ?><?cs /if ?></th><?cs else ?><td class="num"><?cs var:c ?></td><?cs /if ?><?cs /each ?><?cs if:List.has_actions ?><td></td><?cs /if ?></tr>
<?cs include!"list_totals.cs" ?></tfoot><?cs /if ?>
</table></div></form>
<?cs include!"pager.cs" ?>
<?cs else ?><div class="empty-list"><svg class="icon"><use href="<?cs var:asset("icons.svg") ?>#search"/></svg><strong><?cs var:List.empty ?></strong>
<?cs if:List.empty_href ?><p><a class="btn" href="<?cs var:url(List.empty_href) ?>"><?cs var:List.empty_label ?></a></p><?cs elif:List.may.create ?><p><a class="btn btn-primary" href="<?cs var:url(List.may.create) ?>"><?cs var:t("action.create") ?></a></p><?cs /if ?></div><?cs /if ?>
</section>
