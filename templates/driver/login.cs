<h1><?cs var:t("driver.login_title") ?></h1>
<?cs if:Login.code_sent ?>
<p><?cs var:t("driver.code_sent") ?> <strong><?cs var:Login.phone ?></strong></p>
<form class="box" method="post" action="/d/login">
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><input type="hidden" name="next" value="<?cs var:Login.next ?>"><input type="hidden" name="phone" value="<?cs var:Login.phone ?>">
<label for="code"><?cs var:t("driver.code_label") ?></label>
<input class="number" id="code" name="code" type="text" inputmode="numeric" pattern="[0-9]{6}" maxlength="6" autocomplete="one-time-code" autofocus required>
<p><button class="button" type="submit"><?cs var:t("driver.login_submit") ?></button></p>
</form>
<form method="post" action="/d/login"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><input type="hidden" name="next" value="<?cs var:Login.next ?>"><input type="hidden" name="phone" value="<?cs var:Login.phone ?>"><button class="as-link" type="submit" data-wait="<?cs var:Login.wait ?>" data-words="<?cs var:t("driver.code_again") ?>"><?cs var:t("driver.code_again") ?></button></form>
<p><a href="/d/login?next=<?cs var:Login.next ?>"><?cs var:t("driver.other_phone") ?></a></p>
<?cs else ?>
<p class="soft"><?cs var:t("driver.login_lead") ?></p>
<form class="box" method="post" action="/d/login">
<input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><input type="hidden" name="next" value="<?cs var:Login.next ?>">
<label for="phone"><?cs var:t("driver.phone_label") ?></label>
<input class="number" id="phone" name="phone" type="tel" inputmode="tel" pattern="1[3-9][0-9]{9}" maxlength="11" autocomplete="tel-national" value="<?cs var:Login.phone ?>" autofocus required>
<p><button class="button" type="submit"><?cs var:t("driver.code_get") ?></button></p>
</form>
<?cs /if ?>
<?cs if:Login.sandbox ?><p class="fine"><?cs var:t("driver.sandbox_note") ?> <a href="/dev/sms" target="_blank" rel="noopener"><?cs var:t("driver.sandbox_title") ?></a></p><?cs /if ?>
