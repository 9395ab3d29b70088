<?cs def:bill_lines(lines, sum) ?><div class="table-responsive" tabindex="0"><table class="table table-sm bill">
<thead><tr><th><?cs var:t("bill.time") ?></th><th><?cs var:t("bill.type") ?></th><th class="num"><?cs var:t("bill.energy") ?></th><th class="num"><?cs var:t("bill.price") ?></th><th class="num"><?cs var:t("field.energy_fee") ?></th><th class="num"><?cs var:t("field.service_fee") ?></th><th class="num"><?cs var:t("bill.amount") ?></th></tr></thead>
<tbody><?cs each:line = lines ?><tr>
<?cs if:line.kind == "energy" ?><td><?cs var:line.from ?> - <?cs var:u8.slice(line.to, 11, 19) ?></td><td><span class="badge bg-<?cs var:line.colour ?>-lt"><?cs var:line.type ?></span></td><td class="num"><?cs var:line.energy ?></td><td class="num"><?cs var:line.energy_price ?> + <?cs var:line.service_price ?></td><td class="num"><?cs var:line.energy_fee ?></td><td class="num"><?cs var:line.service_fee ?></td>
<?cs else ?><td colspan="4"><?cs if:line.kind == "discount" ?><?cs var:t("bill.discount") ?><?cs else ?><?cs var:t("bill.rounding") ?><?cs /if ?></td><td class="num"><?cs var:line.energy_fee ?></td><td class="num"><?cs var:line.service_fee ?></td><?cs /if ?><td class="num"><?cs var:line.amount ?></td></tr>
<?cs /each ?></tbody>
<tfoot><tr><th colspan="2"><?cs var:t("bill.sum") ?></th><th class="num"><?cs var:sum.energy ?></th><th></th><th class="num"><?cs var:sum.energy_fee ?></th><th class="num"><?cs var:sum.service_fee ?></th><th class="num"><?cs var:sum.amount ?></th></tr></tfoot>
</table></div><?cs /def ?>
