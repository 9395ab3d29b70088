<?cs # What became of each record of a batch. ?>
<div class="page-head"><h1><?cs var:Page.title ?></h1></div>
<div class="card narrow"><div class="card-body"><p><?cs var:t("engine.batch_fine") ?> <b><?cs var:Batch.done ?></b>, <?cs var:t("engine.batch_failed") ?> <b class="text-danger"><?cs var:Batch.failed ?></b></p></div>
<table class="list"><thead><tr><th scope="col"><?cs var:Page.noun ?></th><th scope="col"><?cs var:t("engine.result") ?></th></tr></thead>
<tbody><?cs each:r = Batch.row ?><tr><th scope="row"><?cs var:r ?></th><td<?cs if:r.error ?> class="text-danger"<?cs /if ?>><?cs if:r.error ?><?cs var:r.error ?><?cs else ?><?cs var:t("engine.fine") ?><?cs /if ?></td></tr>
<?cs /each ?></tbody></table>
<div class="card-footer"><a class="btn" href="<?cs var:url(Batch.back) ?>"><?cs var:t("engine.back_to_list") ?></a></div></div>
