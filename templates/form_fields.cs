<?cs # Inputs of Form.group.*, errors counted on top; inside a <form>. ?>
<?cs if:Form.errors ?><div class="alert alert-danger" role="alert"><div><?cs if:Form.error ?><?cs var:Form.error ?><?cs else ?><?cs var:t("engine.errors_before") ?> <?cs var:Form.errors ?> <?cs var:t("engine.errors_after") ?><?cs /if ?></div></div><?cs /if ?>
<div class="form-grid"><?cs each:g = Form.group ?><?cs if:g ?><h2 class="form-group-head"><?cs var:g ?></h2><?cs /if ?>
<?cs each:f = g.field ?><?cs call:form_field(f) ?><?cs /each ?><?cs /each ?></div>
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><input type="hidden" name="_token" value="<?cs var:Form.token ?>"><input type="hidden" name="_back" value="<?cs var:Form.back ?>">
