<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1></div>
<div class="card narrow">
<div class="card-body">
<div class="alert alert-warning" role="status"><svg class="icon"><use href="<?cs var:asset("icons.svg") ?>#alert_triangle"/></svg> <?cs var:Secret.note ?></div>
<dl class="facts">
<div><dt><?cs var:t("screen.secret_name") ?></dt><dd class="code" id="secret-name"><?cs var:Secret.name ?></dd></div>
<div><dt><?cs var:t("screen.secret_text") ?></dt><dd class="code secret" id="secret-text"><?cs var:Secret.text ?></dd></div>
</dl>
</div>
<div class="card-footer form-foot"><button class="btn" type="button" data-copy="<?cs var:Secret.text ?>"><?cs var:t("screen.copy") ?></button><a class="btn btn-primary" href="<?cs var:url(Secret.back) ?>"><?cs var:t("screen.secret_kept") ?></a></div>
</div>
