<?cs # Which columns of a list are shown; remembered for the asker. Column.* is filled by cgi/resource/list.c. ?>
<div class="page-head"><h1><?cs var:Page.title ?></h1></div>
<form class="card narrow" method="post"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><input type="hidden" name="_back" value="<?cs var:Form.back ?>">
<div class="card-body tick-columns">
<?cs each:c = Column ?><label class="form-check"><input class="form-check-input" type="checkbox" name="column" value="<?cs var:c.name ?>"<?cs if:c.on ?> checked<?cs /if ?>><span class="form-check-label"><?cs var:c ?></span></label>
<?cs /each ?></div>
<div class="card-footer form-foot"><button class="btn btn-primary" type="submit"><?cs var:t("engine.apply") ?></button><a class="btn" href="<?cs var:url(Form.back) ?>"><?cs var:t("screen.cancel") ?></a></div>
</form>
