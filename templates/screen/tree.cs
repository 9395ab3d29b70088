<?cs each:group = Tree ?><section class="card tree-group" role="group" aria-label="<?cs var:group.label ?>"><div class="card-header"><label class="form-check mb-0"><input class="form-check-input" type="checkbox" data-tree="all"> <span class="form-check-label card-title"><?cs var:group.label ?></span></label></div>
<?cs each:resource = group.resource ?><div class="tree-row"><label class="tree-name"><input type=checkbox data-tree="row"> <?cs var:resource.label ?></label>
<div class="tree-verbs"><?cs each:verb = resource.verb ?><label><input type=checkbox name=word value="<?cs var:verb.word ?>"<?cs if:verb.checked == "1" ?> checked<?cs /if ?><?cs if:verb.locked == "1" ?> disabled<?cs /if ?>> <?cs var:verb.label ?></label><?cs /each ?></div></div>
<?cs /each ?></section>
<?cs /each ?><script src="<?cs var:asset("tree.js") ?>" defer></script>
