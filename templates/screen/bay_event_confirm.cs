<?cs include!"screen/bay_event_picture.cs" ?>
<?cs include!"confirm.cs" ?>
