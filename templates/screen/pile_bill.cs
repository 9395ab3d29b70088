<?cs if:Show.detail ?><div class="card mb-3"><div class="card-header"><h2 class="card-title"><?cs var:t("pile.bill") ?></h2></div>
<?cs if:More.bill.rule ?><div class="card-body"><dl class="facts mb-0">
<div><dt><?cs var:t("field.tariff_id") ?></dt><dd><a href="/admin/tariff/<?cs var:More.bill.rule_id ?>"><?cs var:More.bill.rule ?></a></dd></div>
<div><dt><?cs var:t("pile.bill_set_at") ?></dt><dd><?cs var:More.bill.set_at ?></dd></div>
<div><dt><?cs var:t("field.station_id") ?></dt><dd><?cs var:More.bill.station ?></dd></div>
<div><dt><?cs var:t("field.area_id") ?></dt><dd><?cs var:More.bill.area ?></dd></div>
<div><dt><?cs var:t("tariff.method") ?></dt><dd><?cs var:More.bill.method ?></dd></div>
<div><dt><?cs var:t("tariff.effective_at") ?></dt><dd><?cs var:More.bill.effective_at ?></dd></div>
<div class="wide"><dt><?cs var:t("tariff.summary") ?></dt><dd><?cs var:More.bill.summary ?></dd></div>
</dl></div><?cs if:subcount(More.bill.slot) ?><div class="table-responsive" tabindex="0"><table class="table table-sm card-table"><thead><tr><th><?cs var:t("pile.bill_slot") ?></th><th><?cs var:t("pile.bill_time") ?></th><th class="num"><?cs var:t("field.energy_fee") ?></th><th class="num"><?cs var:t("field.service_fee") ?></th></tr></thead>
<tbody><?cs each:s = More.bill.slot ?><tr><td><?cs var:s ?></td><td><?cs var:s.time ?></td><td class="num"><?cs var:s.energy ?></td><td class="num"><?cs var:s.service ?></td></tr>
<?cs /each ?></tbody></table></div><?cs /if ?><?cs else ?><div class="card-body text-secondary"><?cs var:t("pile.bill_none") ?></div><?cs /if ?></div><?cs /if ?>
