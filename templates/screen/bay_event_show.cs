<?cs include!"show_head.cs" ?>
<?cs if:Show.detail ?><?cs include!"screen/bay_event_picture.cs" ?><?cs /if ?>
<?cs include!"show_body.cs" ?>
