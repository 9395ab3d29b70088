<h1><?cs var:t("wallet.title") ?></h1>
<div class="box"><dl class="facts"><div><dt><?cs var:t("wallet.cash") ?></dt><dd><strong>¥<?cs var:Wallet.cash ?></strong></dd></div>
<div><dt><?cs var:t("driver.gift") ?></dt><dd>¥<?cs var:Wallet.gift ?></dd></div>
<?cs if:Wallet.held ?><div><dt><?cs var:t("driver.held") ?></dt><dd>¥<?cs var:Wallet.held ?></dd></div><?cs /if ?></dl></div>
<?cs if:Recharge.on ?><section class="box" aria-labelledby="recharge-head"><h2 id="recharge-head"><?cs var:t("wallet.recharge") ?></h2>
<form method="post" action="/d/wallet/recharge"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><input type="hidden" name="once" value="<?cs var:Once ?>">
<fieldset class="choices row"><legend><?cs var:t("wallet.choose") ?></legend><?cs each:a = Recharge.amount ?><label class="choice"><input type="radio" name="amount" value="<?cs var:a ?>"<?cs if:a.chosen ?> checked<?cs /if ?>><span class="face">¥<?cs var:a ?></span></label><?cs /each ?></fieldset>
<label for="other"><?cs var:t("wallet.other") ?></label><input class="number" id="other" name="other" type="text" inputmode="decimal" maxlength="9" value="<?cs var:Recharge.other ?>">
<p><button class="button" type="submit"><?cs var:t("wallet.recharge") ?></button></p>
<p class="fine"><?cs var:Recharge.limits ?> <?cs var:Recharge.credit ?></p><?cs if:Recharge.text ?><p class="fine"><?cs var:Recharge.text ?></p><?cs /if ?></form></section><?cs /if ?>
<?cs if:Withdraw.on ?><section class="box" aria-labelledby="withdraw-head"><h2 id="withdraw-head"><?cs var:t("wallet.withdraw") ?></h2>
<form method="post" action="/d/wallet/withdraw"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><input type="hidden" name="once" value="<?cs var:Once ?>">
<label for="out"><?cs var:t("wallet.out") ?> (≤ ¥<?cs var:Withdraw.max ?>)</label><input class="number" id="out" name="out" type="text" inputmode="decimal" maxlength="9" value="<?cs var:Withdraw.out ?>">
<p><button class="button quiet" type="submit"><?cs var:t("wallet.withdraw") ?></button></p><?cs if:Withdraw.text ?><p class="fine"><?cs var:Withdraw.text ?></p><?cs /if ?></form>
<?cs if:subcount(Outs) ?><ul class="list"><?cs each:o = Outs ?><li><span class="item"><?cs var:o.at ?></span> <span class="end"><strong>¥<?cs var:o.amount ?></strong> <span class="state <?cs var:o.colour ?>"><?cs var:o ?></span></span></li><?cs /each ?></ul><?cs /if ?></section><?cs /if ?>
<section class="box" aria-labelledby="moves-head"><h2 id="moves-head"><?cs var:t("wallet.moves") ?></h2>
<?cs if:subcount(Moves) ?><dl class="facts"><?cs each:m = Moves ?><div><dt><?cs var:m ?><br><span class="fine"><?cs var:m.at ?></span></dt><dd>¥<?cs var:m.cash ?><?cs if:m.gift ?> <span class="fine"><?cs var:t("driver.gift") ?> ¥<?cs var:m.gift ?></span><?cs /if ?></dd></div><?cs /each ?></dl>
<?cs else ?><p class="soft"><?cs var:t("wallet.no_moves") ?></p><?cs /if ?></section>
