<h1><?cs var:t("wallet.pay_title") ?></h1>
<div class="box" data-state="<?cs var:Pay.state.word ?>"><dl class="facts"><div><dt><?cs var:Pay.purpose ?></dt><dd><strong>¥<?cs var:Pay.amount ?></strong></dd></div>
<div><dt><?cs var:t("wallet.state") ?></dt><dd><span class="state <?cs var:Pay.state.colour ?>" role="status"><?cs var:Pay.state ?></span></dd></div>
<div><dt><?cs var:t("wallet.no") ?></dt><dd><code><?cs var:Pay.no ?></code></dd></div></dl></div>
<?cs if:Pay.state.word == "waiting" ?>
<?cs if:Pay.qr ?><p><img class="pay-code" src="<?cs var:url(Pay.qr) ?>" alt="<?cs var:t("wallet.scan") ?>" width="220" height="220"></p><p><?cs var:t("wallet.scan") ?></p><?cs /if ?>
<?cs if:Pay.window ?><p><button class="button" type="button" data-window="<?cs var:Pay.window ?>"><?cs var:t("wallet.pay_now") ?></button></p><p class="said bad" role="alert" data-outside hidden><?cs var:t("wallet.in_wechat") ?></p><?cs /if ?>
<?cs if:Pay.link ?><p><a class="button" href="<?cs var:url(Pay.link) ?>" rel="noopener"><?cs var:t("wallet.open") ?></a></p><?cs /if ?>
<?cs /if ?>
<?cs if:Pay.state.word == "created" ?><?cs if:!Pay.who ?><p class="said bad"><?cs var:t("wallet.not_asked") ?></p><?cs elif:Pay.in_app == "1" ?><p><a class="button" href="<?cs var:url(Pay.who) ?>"><?cs var:t("wallet.pay_now") ?></a></p><?cs else ?><p class="said bad" role="alert"><?cs var:t("wallet.in_wechat") ?></p><?cs /if ?><?cs /if ?>
<?cs if:Pay.state.word == "waiting" || (Pay.state.word == "created" && !Pay.who) ?><form id="paid-already" method="post" action="<?cs var:url(Pay.path) ?>"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><p><button class="button quiet" type="submit"><?cs if:Pay.state.word == "created" ?><?cs var:t("wallet.again") ?><?cs else ?><?cs var:t("wallet.paid_already") ?><?cs /if ?></button></p></form><?cs /if ?>
<?cs if:Pay.state.word == "paid" ?><?cs if:Pay.refused ?><p class="said bad" role="alert"><?cs var:t("wallet.start_refused") ?> <?cs var:Pay.refused ?></p><?cs elif:Pay.purpose.word == "prepay" ?><p class="said good" role="status"><?cs var:t("wallet.starting") ?></p><?cs else ?><p class="said good" role="status"><?cs var:t("wallet.credited") ?></p><?cs /if ?><?cs /if ?>
<?cs if:Pay.state.word == "closed" ?><p class="said bad"><?cs var:t("wallet.closed") ?></p><?cs /if ?>
<?cs if:Pay.state.word == "failed" ?><p class="said bad"><?cs var:t("wallet.failed") ?></p><?cs /if ?>
<p><a href="/d/wallet"><?cs var:t("wallet.back") ?></a></p>
