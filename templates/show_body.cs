<?cs if:Show.detail ?><div class="card"><div class="card-body">
<?cs each:g = Show.group ?><?cs if:g ?><h2 class="form-group-head mb-2"><?cs var:g ?></h2><?cs /if ?>
<dl class="facts mb-3"><?cs each:f = g.field ?><div<?cs if:f.wide ?> class="wide"<?cs /if ?>><dt><?cs var:f.label ?></dt><dd<?cs if:f.class == "code" ?> class="code"<?cs /if ?>><?cs if:f.href ?><a href="<?cs var:url(f.href) ?>"><?cs /if ?><?cs if:f.colour ?><span class="badge bg-<?cs var:f.colour ?>-lt"><?cs var:f ?></span><?cs elif:f != "" ?><?cs var:f ?><?cs if:f.unit ?> <?cs var:f.unit ?><?cs /if ?><?cs else ?><span class="text-secondary">–</span><?cs /if ?><?cs if:f.href ?></a><?cs /if ?></dd></div>
<?cs /each ?></dl><?cs /each ?>
</div>
<?cs if:Show.updated.at ?><div class="card-footer text-secondary"><?cs var:t("engine.created") ?> <?cs var:Show.created.at ?> <?cs var:Show.created.by ?> · <?cs var:t("engine.updated") ?> <?cs var:Show.updated.at ?> <?cs var:Show.updated.by ?></div><?cs /if ?>
</div>
<?cs elif:subcount(Show.history) ?><div class="card"><div class="card-body"><ol class="steps-log"><?cs each:h = Show.history ?><li><time><?cs var:h.at ?></time><strong><?cs var:h.action ?></strong> <span class="text-secondary"><?cs var:h.by ?></span>
<?cs if:subcount(h.change) ?><ul class="list-unstyled mb-0"><?cs each:c = h.change ?><li><?cs var:c ?>: <?cs if:c.old != "" ?><del class="text-secondary"><?cs var:c.old ?></del> → <?cs /if ?><?cs if:c.new != "" ?><?cs var:c.new ?><?cs else ?>–<?cs /if ?></li><?cs /each ?></ul><?cs /if ?></li>
<?cs /each ?></ol></div></div>
<?cs elif:subcount(List.head) ?><div class="card">
<div class="list-foot"><?cs if:List.may.create ?><a class="btn btn-sm btn-primary" href="<?cs var:url(List.may.create) ?>"><?cs var:t("action.create") ?></a><?cs /if ?><?cs if:List.all_href ?><a class="btn btn-sm" href="<?cs var:url(List.all_href) ?>"><?cs var:t("engine.see_all") ?></a><?cs /if ?></div>
<?cs if:#List.rows ?><div class="list-wrap" tabindex="0"><table class="list"><thead><tr><?cs include!"list_head.cs" ?></tr></thead><tbody>
<?cs each:row = List.row ?><tr><?cs include!"list_cells.cs" ?></tr>
<?cs /each ?></tbody></table></div><?cs else ?><div class="empty-list"><strong><?cs var:List.empty ?></strong></div><?cs /if ?></div>
<?cs else ?><div class="card"><div class="empty-list"><strong><?cs var:t("engine.no_history") ?></strong></div></div><?cs /if ?>
