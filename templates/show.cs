<?cs # A record. Show.* is filled by cgi/resource/show.c. A screen's own page includes show_head.cs and show_body.cs around its parts. ?>
<?cs include!"show_head.cs" ?>
<?cs include!"show_body.cs" ?>
