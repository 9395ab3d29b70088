<?cs def:receipt_facts() ?><dl class="facts">
<div><dt><?cs var:t("receipt.no") ?></dt><dd><code><?cs var:Receipt.no ?></code></dd></div>
<div><dt><?cs var:t("driver.station") ?></dt><dd><?cs var:Receipt.station ?></dd></div>
<div><dt><?cs var:t("receipt.seller") ?></dt><dd><?cs var:Receipt.provider ?></dd></div>
<?cs if:Receipt.plate ?><div><dt><?cs var:t("receipt.plate") ?></dt><dd><?cs var:Receipt.plate ?></dd></div><?cs /if ?>
<div><dt><?cs var:t("receipt.ended_at") ?></dt><dd><?cs var:Receipt.ended ?></dd></div>
<div><dt><?cs var:t("receipt.energy") ?></dt><dd><?cs var:Receipt.energy ?> kWh</dd></div>
<div><dt><?cs var:t("receipt.energy_fee") ?></dt><dd>¥<?cs var:Receipt.energy_fee ?></dd></div>
<div><dt><?cs var:t("receipt.service_fee") ?></dt><dd>¥<?cs var:Receipt.service_fee ?></dd></div>
<?cs if:Receipt.less ?><div><dt><?cs var:t("receipt.less") ?></dt><dd>¥<?cs var:Receipt.less ?></dd></div><?cs /if ?>
<div><dt><?cs var:t("receipt.amount") ?></dt><dd><strong>¥<?cs var:Receipt.amount ?></strong></dd></div>
<div><dt><?cs var:t("receipt.session_no") ?></dt><dd><code><?cs var:Receipt.session_no ?></code></dd></div>
<div><dt><?cs var:t("receipt.valid_until") ?></dt><dd><?cs var:Receipt.valid ?></dd></div>
<div><dt><?cs var:t("receipt.prints") ?></dt><dd><?cs var:Receipt.prints ?></dd></div>
</dl><?cs /def ?>
<?cs def:receipt_since() ?><?cs if:Receipt.state.word == "revoked" ?><p class="said bad" role="alert"><?cs var:t("receipt.is_revoked") ?> <?cs var:Receipt.revoked ?><?cs if:Receipt.reason ?> · <?cs var:Receipt.reason ?><?cs /if ?></p>
<?cs elif:Receipt.state.word == "used" ?><p class="said"><?cs var:t("receipt.is_used") ?> <?cs var:Receipt.used ?></p>
<?cs elif:Receipt.over ?><p class="said"><?cs var:t("receipt.is_over") ?></p><?cs /if ?>
<?cs if:Receipt.now ?><p class="said"><?cs var:t("receipt.changed") ?> ¥<?cs var:Receipt.now ?></p><?cs /if ?><?cs /def ?>
