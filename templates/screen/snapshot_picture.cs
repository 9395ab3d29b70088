<?cs # A picture of a bay, large. Picture.* is filled by cgi/screen/bay_board.c. ?>
<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1></div>
<div class="card"><div class="card-body">
<p><?cs var:Picture.at ?> · <?cs var:Picture.camera ?><?cs if:Picture.bay ?> · <?cs var:Picture.bay ?><?cs /if ?></p>
<?cs if:Picture.zoom ?><div class="list-wrap" tabindex="0"><a href="?"><img src="<?cs var:url(Picture.file) ?>" alt="<?cs var:t("snapshot.smaller") ?>"></a></div>
<?cs else ?><a href="?zoom=1"><img class="w-100" src="<?cs var:url(Picture.file) ?>" alt="<?cs var:t("snapshot.larger") ?>"></a><?cs /if ?>
</div></div>
