<h1><span class="state <?cs var:Booking.state.colour ?>"><?cs var:Booking.state ?></span></h1>
<p role="status"><?cs var:Booking.sentence ?></p>
<div class="box">
<?cs if:Booking.open ?><div class="big"><span><?cs var:t("driver.booking_until") ?></span> <strong><?cs var:u8.slice(Booking.until, 11, 16) ?></strong></div><?cs /if ?>
<dl class="facts">
<div><dt><?cs var:t("driver.station") ?></dt><dd><?cs var:Booking.station ?></dd></div>
<?cs if:Booking.address ?><div><dt><?cs var:t("driver.address") ?></dt><dd><?cs var:Booking.address ?></dd></div><?cs /if ?>
<div><dt><?cs var:t("driver.pile") ?></dt><dd><?cs var:Booking.pile ?> · <?cs var:Booking.connector ?> <code><?cs var:Booking.code ?></code></dd></div>
<?cs if:Booking.bay ?><div><dt><?cs var:t("driver.booking_bay") ?></dt><dd><?cs var:Booking.bay ?></dd></div><?cs /if ?>
<?cs if:Booking.plate ?><div><dt><?cs var:t("driver.booking_plate") ?></dt><dd><?cs var:Booking.plate ?></dd></div><?cs /if ?>
<div><dt><?cs var:t("reservation.booked_at") ?></dt><dd><?cs var:Booking.at ?></dd></div>
<div><dt><?cs var:t("driver.booking_until") ?></dt><dd><?cs var:Booking.until ?></dd></div>
<div><dt><?cs var:t("driver.booking_fee") ?></dt><dd>¥<?cs var:Booking.fee ?> <span class="state <?cs var:Booking.fee.state.colour ?>"><?cs var:Booking.fee.state ?></span></dd></div>
<?cs if:Booking.minutes ?><div><dt><?cs var:t("driver.booking_minutes") ?></dt><dd><?cs var:Booking.minutes ?> · ¥<?cs var:Booking.occupancy ?></dd></div><?cs /if ?>
<div><dt><?cs var:t("reservation.no") ?></dt><dd><code><?cs var:Booking.no ?></code></dd></div>
</dl>
</div>
<?cs if:Lock ?><section class="box" aria-labelledby="lock-head"<?cs if:Lock.moving ?> data-live="<?cs var:url(Booking.path) ?>"<?cs else ?> data-live="" data-done="1"<?cs /if ?>>
<h2 id="lock-head"><?cs var:t("driver.lock_head") ?></h2>
<p role="status"><?cs var:Lock ?></p>
<?cs if:Lock.go == "down" ?><form method="post" action="<?cs var:url(Booking.path) ?>/lock"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><input type="hidden" name="to" value="down"><p><button class="button" type="submit" data-confirm="<?cs var:t("driver.lock_down_confirm") ?>"><?cs var:t("driver.lock_down") ?></button></p></form><?cs elif:Lock.go == "up" ?><form method="post" action="<?cs var:url(Booking.path) ?>/lock"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><input type="hidden" name="to" value="up"><p><button class="button quiet" type="submit" data-confirm="<?cs var:t("driver.lock_up_confirm") ?>"><?cs var:t("driver.lock_up") ?></button></p></form><?cs /if ?>
</section><?cs /if ?>
<p class="buttons"><?cs if:Booking.session ?><a class="button" href="<?cs var:url(Booking.session) ?>"><?cs var:t("driver.to_session") ?></a><?cs elif:Booking.open ?><a class="button" href="/c/<?cs var:Booking.code ?>"><?cs var:t("driver.booking_charge") ?></a><?cs /if ?><a class="button quiet" href="/d/reservation"><?cs var:t("driver.my_bookings") ?></a></p>
<?cs if:Booking.cancel ?><form method="post" action="<?cs var:url(Booking.path) ?>/cancel"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><p class="fine"><?cs var:Booking.cancel ?></p><p><button class="button stop" type="submit" data-confirm="<?cs var:t("driver.booking_cancel_confirm") ?>"><?cs var:t("driver.booking_cancel") ?></button></p></form><?cs /if ?>
<?cs if:Booking.hotline ?><p class="fine"><?cs var:t("driver.hotline") ?> <a href="tel:<?cs var:Booking.hotline ?>"><?cs var:Booking.hotline ?></a></p><?cs /if ?>
