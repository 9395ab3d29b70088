<?cs include!"show_head.cs" ?>
<section id="gateway" data-refresh="5"><?cs include!"show_body.cs" ?></section>
