<?cs # The counter: one thing at a time, by keyboard. Counter.* Person.* Ask.* are filled by cgi/screen/counter.c. ?>
<?cs def:facts() ?><dl class="counter-person" role="status"><div><dt><?cs var:t("counter.name") ?></dt><dd><strong><?cs var:Person.name ?></strong></dd></div><div><dt><?cs var:t("counter.phone") ?></dt><dd><?cs var:Person.phone ?></dd></div><div><dt><?cs var:t("counter.state") ?></dt><dd><span class="badge bg-<?cs var:Person.status.colour ?>-lt"><?cs var:Person.status ?></span></dd></div><div><dt><?cs var:t("counter.balance") ?></dt><dd>¥<?cs var:Person.balance ?></dd></div><div><dt><?cs var:t("counter.cash") ?></dt><dd>¥<?cs var:Person.cash ?></dd></div><div><dt><?cs var:t("counter.gift") ?></dt><dd>¥<?cs var:Person.gift ?></dd></div></dl>
<p class="counter-more"><a href="/admin/member/<?cs var:Person.id ?>"><?cs var:t("counter.record") ?></a> <a href="/admin/member/<?cs var:Person.id ?>?tab=statement"><?cs var:t("statement") ?></a><?cs if:Person.act ?> <a href="/admin/member/<?cs var:Person.id ?>/<?cs var:Person.act ?>"><?cs if:Person.act == "thaw" ?><?cs var:t("member.thaw") ?><?cs else ?><?cs var:t("member.freeze") ?><?cs /if ?></a><?cs /if ?></p><?cs /def ?>
<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<script src="<?cs var:asset("counter.js") ?>" defer></script>
<div class="page-head"><h1><?cs var:Page.heading ?></h1></div>
<nav class="counter-tabs" aria-label="<?cs var:t("menu.counter") ?>"><?cs each:c = Counter.tab ?><a class="btn<?cs if:c.active ?> btn-primary<?cs /if ?>" href="<?cs var:url(c.href) ?>" accesskey="<?cs var:c.key ?>"<?cs if:c.active ?> aria-current="page"<?cs /if ?>><?cs var:c ?> <kbd>Alt+<?cs var:c.key ?></kbd></a> <?cs /each ?></nav>
<div class="card narrow counter"><div class="card-body">
<?cs if:Form.error ?><div class="alert alert-danger" role="alert"><?cs var:Form.error ?></div><?cs /if ?>
<?cs if:Counter.do == "open" ?>
<form method="post" action="/admin/counter/open"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<?cs if:Owner ?><label class="form-label required" for="owner"><?cs var:Owner ?></label><select class="form-select" id="owner" name="owner" required><?cs each:o = Owner ?><option value="<?cs var:o.id ?>"<?cs if:o.chosen ?> selected<?cs /if ?>><?cs var:o ?></option><?cs /each ?></select><?cs /if ?>
<label class="form-label required" for="phone"><?cs var:t("counter.phone") ?></label><input class="form-control" id="phone" name="phone" inputmode="numeric" maxlength="11" value="<?cs var:Ask.phone ?>" autocomplete="off" required<?cs if:!Counter.code_sent ?> autofocus<?cs /if ?>>
<label class="form-label required" for="name"><?cs var:t("counter.name") ?></label><input class="form-control" id="name" name="name" maxlength="40" value="<?cs var:Ask.name ?>" autocomplete="off" required>
<?cs if:Counter.code_sent ?><label class="form-label required" for="code"><?cs var:t("counter.code") ?></label><input class="form-control" id="code" name="code" inputmode="numeric" maxlength="6" autocomplete="off" required autofocus>
<p class="form-hint"><?cs var:t("counter.code_hint") ?></p><?cs /if ?>
<div class="form-foot"><button class="btn btn-primary" type="submit"><?cs if:Counter.code_sent ?><?cs var:t("counter.open_now") ?><?cs else ?><?cs var:t("counter.send_code") ?><?cs /if ?></button></div>
</form>
<?cs elif:Counter.do == "card" ?>
<p class="alert alert-warning"><?cs var:Counter.notice ?></p>
<form method="get" action="/admin/counter/card">
<label class="form-label required" for="card"><?cs var:t("counter.card_no") ?></label><input class="form-control code" id="card" name="card" maxlength="20" value="<?cs var:Ask.card ?>" autocomplete="off" required<?cs if:Ask.card == "" ?> autofocus<?cs /if ?>>
<label class="form-label required" for="who"><?cs var:t("counter.phone") ?></label><input class="form-control" id="who" name="who" maxlength="20" value="<?cs var:Ask.who ?>" autocomplete="off" required<?cs if:Ask.card != "" && !Counter.fee ?> autofocus<?cs /if ?>>
<div class="form-foot"><button class="btn<?cs if:!Counter.fee ?> btn-primary<?cs /if ?>" type="submit"><?cs var:t("counter.find") ?></button></div>
</form>
<?cs if:Person.id ?><?cs call:facts() ?><?cs /if ?>
<?cs if:Counter.fee ?><form method="post" action="/admin/counter/card"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><input type="hidden" name="once" value="<?cs var:Once ?>"><input type="hidden" name="member" value="<?cs var:Person.id ?>"><input type="hidden" name="card" value="<?cs var:Ask.card ?>">
<div class="form-foot"><button class="btn btn-primary" type="submit" autofocus><?cs var:t("counter.card_now") ?> ¥<?cs var:Counter.fee ?></button></div></form><?cs /if ?>
<?cs elif:Counter.do == "replace" ?>
<p><?cs var:t("counter.replace_note") ?></p>
<form method="get" action="/admin/counter/replace">
<label class="form-label required" for="who"><?cs var:t("counter.who") ?></label><input class="form-control" id="who" name="who" maxlength="20" value="<?cs var:Ask.who ?>" autocomplete="off" required<?cs if:!subcount(Person.card) ?> autofocus<?cs /if ?>>
<div class="form-foot"><button class="btn<?cs if:!subcount(Person.card) ?> btn-primary<?cs /if ?>" type="submit"><?cs var:t("counter.find") ?></button></div>
</form>
<?cs if:Person.id ?><?cs call:facts() ?><?cs /if ?>
<?cs if:subcount(Person.card) ?><form method="post" action="/admin/counter/replace"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><input type="hidden" name="member" value="<?cs var:Person.id ?>">
<fieldset><legend class="form-label"><?cs var:t("counter.old_card") ?></legend><div class="offers"><?cs each:c = Person.card ?><label><input type="radio" name="token" value="<?cs var:c.id ?>"<?cs if:c.chosen ?> checked<?cs /if ?>> <span class="code"><?cs var:c ?></span></label> <?cs /each ?></div></fieldset>
<label class="form-label required" for="card"><?cs var:t("counter.new_card") ?></label><input class="form-control code" id="card" name="card" maxlength="20" autocomplete="off" required autofocus>
<div class="form-foot"><button class="btn btn-primary" type="submit"><?cs var:t("counter.replace_now") ?></button></div></form><?cs /if ?>
<?cs else ?>
<form method="get" action="/admin/counter/recharge">
<label class="form-label required" for="who"><?cs var:t("counter.who") ?></label><input class="form-control" id="who" name="who" maxlength="20" value="<?cs var:Ask.who ?>" autocomplete="off" required<?cs if:!subcount(Offer) ?> autofocus<?cs /if ?>>
<div class="form-foot"><button class="btn<?cs if:!subcount(Offer) ?> btn-primary<?cs /if ?>" type="submit"><?cs var:t("counter.find") ?></button></div>
</form>
<?cs if:Person.id ?><?cs call:facts() ?><?cs /if ?>
<?cs if:subcount(Offer) ?><form method="post" action="/admin/counter/recharge"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><input type="hidden" name="once" value="<?cs var:Once ?>"><input type="hidden" name="member" value="<?cs var:Person.id ?>">
<fieldset><legend class="form-label"><?cs var:t("counter.amount_legend") ?></legend><div class="offers"><?cs each:o = Offer ?><label><input type="radio" name="offer" value="<?cs var:o.word ?>"<?cs if:o.chosen ?> checked autofocus<?cs /if ?>> <span><?cs var:o ?></span></label> <?cs /each ?></div></fieldset>
<p class="form-hint"><?cs var:t("counter.check_first") ?></p>
<div class="form-foot"><button class="btn btn-primary" type="submit"><?cs var:t("counter.recharge_now") ?></button></div></form><?cs /if ?>
<?cs /if ?>
</div></div>
