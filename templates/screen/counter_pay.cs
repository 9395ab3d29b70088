<?cs # The code to scan, and what became of it. Pay.* Person.* are filled by cgi/screen/counter_pay.c. ?>
<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<script src="<?cs var:asset("counter.js") ?>" defer></script>
<div class="page-head"><h1><?cs var:Page.heading ?></h1></div>
<section class="card narrow counter" id="pay"<?cs if:Pay.state == "waiting" || Pay.state == "created" ?> data-refresh="2"<?cs /if ?>><div class="card-body" role="status">
<p class="counter-sum"><?cs if:Pay.purpose == "card_fee" ?><?cs var:t("counter.card_of") ?> <span class="code"><?cs var:Pay.card ?></span><?cs else ?><?cs var:t("counter.recharge_of") ?><?cs /if ?> <strong><?cs var:Person.name ?></strong> <?cs var:Person.phone ?><br><strong class="counter-amount">¥<?cs var:Pay.amount ?></strong><?cs if:Pay.gift ?> <?cs var:t("counter.and_gift") ?> ¥<?cs var:Pay.gift ?><?cs /if ?></p>
<?cs if:Pay.state == "waiting" ?><p><img class="pay-code" src="<?cs var:url(Pay.qr) ?>" alt="<?cs var:t("counter.scan") ?>" width="280" height="280"></p><p><?cs var:t("counter.scan") ?></p>
<?cs elif:Pay.state == "created" ?><p class="alert alert-warning"><?cs var:t("counter.channel_silent") ?></p>
<?cs elif:Pay.state == "paid" ?><p class="alert alert-<?cs if:Pay.problem ?>warning<?cs else ?>success<?cs /if ?>"><?cs if:Pay.purpose != "card_fee" ?><?cs var:t("counter.credited") ?><?cs elif:Pay.problem ?><?cs var:t("counter.card_lost") ?><?cs else ?><?cs var:t("counter.card_bound") ?><?cs /if ?></p>
<dl class="counter-person"><div><dt><?cs var:t("counter.balance") ?></dt><dd>¥<?cs var:Person.balance ?></dd></div><div><dt><?cs var:t("counter.cash") ?></dt><dd>¥<?cs var:Person.cash ?></dd></div><div><dt><?cs var:t("counter.gift") ?></dt><dd>¥<?cs var:Person.gift ?></dd></div></dl>
<?cs else ?><p class="alert alert-danger"><?cs var:t("counter.not_paid") ?></p><?cs /if ?>
<?cs if:Pay.state == "waiting" || Pay.state == "created" ?><form method="post" action="<?cs var:url(Pay.path) ?>"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><button class="btn" type="submit"><?cs if:Pay.state == "created" ?><?cs var:t("counter.again") ?><?cs else ?><?cs var:t("counter.ask_now") ?><?cs /if ?></button></form>
<?cs else ?><p class="form-foot"><a class="btn btn-primary" href="<?cs if:Pay.purpose == "card_fee" ?>/admin/counter/card<?cs else ?>/admin/counter/recharge<?cs /if ?>" data-next autofocus><?cs var:t("counter.next") ?></a><?cs if:Pay.purpose == "card_fee" ?><a class="btn" href="/admin/token"><?cs var:t("token") ?></a><?cs /if ?></p><?cs /if ?>
<p class="form-hint"><?cs var:t("counter.no") ?> <span class="code"><?cs var:Pay.no ?></span></p>
</div></section>
