<?cs # The picture of a recognition. More.picture is filled by cgi/screen/camera.c. ?>
<?cs if:More.picture ?><div class="card narrow mb-3"><div class="card-body"><a href="/admin/snapshot/<?cs var:More.picture ?>/picture"><img class="event-picture" src="/admin/snapshot/<?cs var:More.picture ?>/file" alt="<?cs var:t("snapshot.larger") ?>"></a></div></div><?cs /if ?>
<link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
