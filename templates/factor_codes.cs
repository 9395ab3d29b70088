<div class="page-head"><h1><?cs var:t("factor.codes_title") ?></h1></div>
<div class="card">
<div class="card-body">
<div class="alert alert-warning" role="status"><?cs var:t("factor.codes_note") ?></div>
<ul class="list-unstyled" id="recovery-codes"><?cs each:code = Factor.code ?><li><code><?cs var:code ?></code></li><?cs /each ?></ul>
</div>
<div class="card-footer"><button class="btn" type="button" data-copy="<?cs var:Factor.codes ?>"><?cs var:t("screen.copy") ?></button> <a class="btn btn-primary" href="/admin/me"><?cs var:t("factor.codes_kept") ?></a></div>
</div>
