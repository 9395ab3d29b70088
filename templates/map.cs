<?cs if:subcount(Map.points) ?><svg class="place-map" viewBox="0 0 1000 600" width="100%" role="group" aria-label="<?cs var:t("station.map") ?>">
<rect width="1000" height="600" fill="#eef3f9"></rect>
<g stroke="#d5dfeb"><line x1="0" x2="1000" y1="150" y2="150"></line><line x1="0" x2="1000" y1="300" y2="300"></line><line x1="0" x2="1000" y1="450" y2="450"></line><line x1="250" x2="250" y1="0" y2="600"></line><line x1="500" x2="500" y1="0" y2="600"></line><line x1="750" x2="750" y1="0" y2="600"></line></g>
<?cs each:p = Map.points ?><a href="<?cs var:url(p.path) ?>"><title><?cs var:p.name ?></title><circle cx="<?cs var:p.x ?>" cy="<?cs var:p.y ?>" r="16" fill="<?cs var:p.colour ?>" stroke="#fff" stroke-width="4"></circle><text x="<?cs var:p.x ?>" y="<?cs var:p.y ?>" dy="42" text-anchor="middle" font-size="26" fill="#17202e"><?cs var:p.name ?></text></a>
<?cs /each ?></svg><?cs /if ?>
