<?cs include!"show_head.cs" ?>
<?cs include!"screen/pile_bill.cs" ?><?cs include!"show_body.cs" ?>
