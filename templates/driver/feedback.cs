<h1><?cs var:t("review.feedback_title") ?></h1>
<section class="box" aria-label="<?cs var:t("review.feedback_title") ?>"><form method="post" action="/d/feedback"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>">
<label for="content"><?cs var:t("review.feedback_words") ?></label><textarea id="content" name="content" rows="4" maxlength="1000" required><?cs var:Form.content ?></textarea>
<p><button class="button" type="submit"><?cs var:t("review.send") ?></button></p></form></section>
<section class="box" aria-labelledby="said-head"><h2 id="said-head"><?cs var:t("review.feedback_mine") ?></h2>
<?cs if:subcount(Said) ?><ul class="list"><?cs each:s = Said ?><li><span class="item"><span class="fine"><?cs var:s ?></span><br><?cs var:s.content ?><?cs if:s.reply ?><br><strong><?cs var:t("review.reply") ?></strong> <?cs var:s.reply ?> <span class="fine"><?cs var:s.reply.at ?></span><?cs /if ?></span></li><?cs /each ?></ul>
<?cs else ?><p class="soft"><?cs var:t("review.feedback_none") ?></p><?cs /if ?></section>
