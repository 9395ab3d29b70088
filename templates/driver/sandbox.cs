<h1><?cs var:t("driver.sandbox_title") ?></h1>
<p class="soft"><?cs var:t("driver.sandbox_lead") ?></p>
<div class="box"><?cs if:subcount(Sms) ?><table><thead><tr><th scope="col"><?cs var:t("driver.phone_label") ?></th><th scope="col"><?cs var:t("driver.code_label") ?></th><th scope="col" class="num"><?cs var:t("driver.sent_at") ?></th></tr></thead>
<tbody><?cs each:s = Sms ?><tr><td><?cs var:s ?></td><td><strong><?cs var:s.code ?></strong></td><td class="num"><?cs var:s.at ?></td></tr><?cs /each ?></tbody></table><?cs else ?><p class="soft"><?cs var:t("driver.sandbox_none") ?></p><?cs /if ?></div>
