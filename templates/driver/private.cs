<h1><?cs var:t("driver.private_title") ?></h1>
<?cs if:Wish.filed ?><p class="said good" role="status"><?cs var:t("driver.private_done") ?></p><?cs else ?>
<p class="soft"><?cs var:t("driver.private_about") ?> <?cs var:Wish.station ?></p>
<form class="box" method="post"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<label for="name"><?cs var:t("private_pile.name") ?></label><input id="name" name="name" type="text" maxlength="40" autocomplete="name" value="<?cs var:Wish.name ?>" required>
<label for="phone"><?cs var:t("private_pile.phone") ?></label><input id="phone" name="phone" type="tel" inputmode="tel" maxlength="11" autocomplete="tel" value="<?cs var:Wish.phone ?>" required>
<label for="address"><?cs var:t("private_pile.address") ?></label><input id="address" name="address" type="text" maxlength="200" value="<?cs var:Wish.address ?>" required>
<label for="vehicle"><?cs var:t("private_pile.vehicle") ?></label><input id="vehicle" name="vehicle" type="text" maxlength="60" value="<?cs var:Wish.vehicle ?>">
<label for="wish"><?cs var:t("private_pile.wish") ?></label><input id="wish" name="wish" type="text" maxlength="500" value="<?cs var:Wish.wish ?>">
<p><button class="button" type="submit"><?cs var:t("driver.private_go") ?></button></p></form><?cs /if ?>
