<?cs # What a fault code on a pile's screen means. Fault.* is filled by cgi/screen/fault.c. ?>
<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1></div>
<div class="card mb-3"><div class="card-body">
<?cs if:Form.error ?><div class="alert alert-danger" role="alert"><?cs var:Form.error ?></div><?cs /if ?>
<form class="filters p-0" method="get">
<div><label for="code"><?cs var:t("fault.code") ?></label><input class="form-control" id="code" name="code" inputmode="numeric" value="<?cs var:Ask.code ?>" placeholder="0072" data-search required></div>
<div class="filter-buttons"><button class="btn btn-primary" type="submit"><?cs var:t("fault.read") ?></button></div>
</form>
<?cs if:Ask.meaning ?><p class="result mt-3 mb-0" role="status"><strong><?cs var:Ask.meaning ?></strong></p><?cs /if ?>
</div></div>
<div class="card"><div class="list-wrap" tabindex="0"><table class="list"><thead><tr><th class="num"><?cs var:t("fault.bit") ?></th><th><?cs var:t("fault.single") ?></th><th><?cs var:t("fault.name") ?></th><th><?cs var:t("fault.lamp") ?></th></tr></thead>
<tbody><?cs each:f = Fault ?><tr><td class="num"><?cs var:f.bit ?></td><td class="code"><?cs var:f.code ?></td><th scope="row"><?cs var:f ?><?cs if:f.set ?> <span class="badge bg-red-lt"><?cs var:t("fault.now") ?></span><?cs /if ?></th><td><?cs var:f.lamp ?></td></tr>
<?cs /each ?></tbody></table></div><div class="card-footer text-secondary"><?cs var:t("fault.note") ?></div></div>
