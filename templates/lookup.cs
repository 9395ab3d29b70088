<?cs each:o = option ?><option value="<?cs var:o.value ?>"><?cs var:o ?></option><?cs /each ?>
