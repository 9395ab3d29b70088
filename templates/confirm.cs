<?cs # An action asks: what, with which record, its inputs, the payment password. Confirm.*, Form.* are filled by cgi/resource/action.c. ?>
<?cs include!"field.cs" ?>
<div class="page-head"><h1><?cs var:Page.title ?></h1></div>
<form class="card narrow" method="post" action="<?cs var:url(Form.action) ?>" novalidate>
<div class="card-body">
<p class="<?cs if:Confirm.danger ?>text-danger <?cs /if ?>fs-3"><?cs var:Confirm.text ?></p>
<?cs if:subcount(Confirm.record) ?><ul><?cs each:r = Confirm.record ?><li><?cs var:r ?><input type="hidden" name="id" value="<?cs var:r.id ?>"></li><?cs /each ?></ul><?cs /if ?>
<?cs include!"form_fields.cs" ?>
<?cs if:Confirm.payment ?><div class="mt-3"><label class="form-label required" for="f_payment"><?cs var:t("payment.password") ?></label>
<input class="form-control<?cs if:Confirm.payment_error ?> is-invalid<?cs /if ?>" id="f_payment" type="password" name="_payment" maxlength="100" autocomplete="off" required>
<?cs if:Confirm.payment_error ?><div class="invalid-feedback d-block" role="alert"><?cs var:Confirm.payment_error ?></div><?cs /if ?></div><?cs /if ?>
</div>
<div class="card-footer form-foot"><button class="btn <?cs if:Confirm.danger ?>btn-danger<?cs else ?>btn-primary<?cs /if ?>" type="submit"><?cs var:Confirm.label ?></button><a class="btn" href="<?cs var:url(Form.back) ?>"><?cs var:t("engine.cancel") ?></a></div>
</form>
