<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1></div>
<?cs if:!Proof.id ?><div class="alert alert-warning" role="status"><?cs var:t("audit.chain.none") ?></div>
<?cs elif:Proof.findings == "0" ?><div class="alert alert-success" role="status"><?cs var:t("audit.chain.intact") ?></div>
<?cs else ?><div class="alert alert-danger" role="alert"><?cs var:t("audit.chain.broken") ?> <b><?cs var:Proof.findings ?></b></div><?cs /if ?>
<?cs if:subcount(Proof.finding) ?><div class="card mb-3"><div class="list-wrap" tabindex="0"><table class="list"><thead><tr><th><?cs var:t("audit.chain.what") ?></th><th class="num"><?cs var:t("audit.chain.seal") ?></th><th class="num"><?cs var:t("audit.chain.row") ?></th><th><?cs var:t("audit.chain.detail") ?></th></tr></thead>
<tbody><?cs each:f = Proof.finding ?><tr><td><?cs var:f ?></td><td class="num"><?cs var:f.seal ?></td><td class="num"><?cs var:f.row ?></td><td class="code"><?cs var:f.detail ?></td></tr>
<?cs /each ?></tbody></table></div><?cs if:#Proof.findings > 100 ?><div class="card-footer text-secondary"><?cs var:t("audit.chain.more") ?> <?cs var:Proof.findings ?></div><?cs /if ?></div><?cs /if ?>
<div class="card mb-3"><div class="card-header"><h2 class="card-title"><?cs var:t("audit.chain.last_proof") ?></h2></div><div class="card-body">
<?cs if:Proof.id ?><dl class="row mb-0"><dt class="col-4"><?cs var:t("audit.chain.at") ?></dt><dd class="col-8"><?cs var:Proof.at ?></dd>
<dt class="col-4"><?cs var:t("audit.chain.blocks") ?></dt><dd class="col-8"><?cs var:Proof.blocks ?></dd>
<dt class="col-4"><?cs var:t("audit.chain.rows") ?></dt><dd class="col-8"><?cs var:Proof.rows ?></dd>
<dt class="col-4"><?cs var:t("audit.chain.hash_only") ?></dt><dd class="col-8"><?cs var:Proof.archived ?></dd>
<dt class="col-4"><?cs var:t("audit.chain.seconds") ?></dt><dd class="col-8"><?cs var:Proof.seconds ?></dd></dl>
<?cs else ?><p class="mb-0"><?cs var:t("audit.chain.none") ?></p><?cs /if ?></div></div>
<div class="card mb-3"><div class="card-header"><h2 class="card-title"><?cs var:t("audit.chain.last_seal") ?></h2></div><div class="card-body">
<?cs if:Seal.id ?><dl class="row"><dt class="col-4"><?cs var:t("audit.chain.number") ?></dt><dd class="col-8"><?cs var:Seal.id ?></dd>
<dt class="col-4"><?cs var:t("audit.chain.hash") ?></dt><dd class="col-8 code text-break"><?cs var:Seal.hash ?></dd>
<dt class="col-4"><?cs var:t("audit.chain.at") ?></dt><dd class="col-8"><?cs var:Seal.at ?></dd>
<dt class="col-4"><?cs var:t("audit.chain.archived") ?></dt><dd class="col-8"><?cs var:Seal.archived ?></dd>
<dt class="col-4"><?cs var:t("audit.chain.waiting") ?></dt><dd class="col-8"><?cs var:Seal.waiting ?><?cs var:Seal.more ?></dd></dl>
<p class="text-secondary mb-0"><?cs var:t("audit.chain.note") ?></p>
<?cs else ?><p class="mb-0"><?cs var:t("audit.chain.not_sealed") ?></p><?cs /if ?></div></div>
