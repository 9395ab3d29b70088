<?cs include!"screen/bill_lines.cs" ?><link rel="stylesheet" href="<?cs var:asset("screen.css") ?>">
<div class="page-head"><h1><?cs var:Page.heading ?></h1><span class="page-note"><?cs var:Page.subject ?></span></div>
<div class="card mb-3"><div class="card-body">
<?cs if:Ask.summary ?><p><strong><?cs var:t("tariff.number") ?> <?cs var:Ask.number ?></strong> <?cs var:Ask.summary ?></p>
<?cs if:Form.error ?><div class="alert alert-danger" role="alert"><?cs var:Form.error ?></div><?cs /if ?>
<form class="filters" method="get">
<?cs if:Ask.watt != "" ?><div><label class="form-label" for="watt"><?cs var:t("tariff.ask.watt") ?></label><input class="form-control num" id="watt" name="watt" inputmode="numeric" value="<?cs var:Ask.watt ?>" required></div><?cs /if ?>
<div><label class="form-label" for="energy"><?cs var:t("tariff.ask.kwh") ?></label><input class="form-control num" id="energy" name="energy" inputmode="decimal" value="<?cs var:Ask.energy ?>"<?cs if:Ask.watt == "" ?> required<?cs /if ?>></div>
<?cs if:Ask.day ?><div><label class="form-label" for="day"><?cs var:t("tariff.ask.day") ?></label><input class="form-control" id="day" type="date" name="day" value="<?cs var:Ask.day ?>"></div><?cs /if ?>
<div><label class="form-label" for="start"><?cs var:t("tariff.ask.from") ?></label><input class="form-control" id="start" type="time" name="start" value="<?cs var:Ask.start ?>" required></div>
<div><label class="form-label" for="minutes"><?cs var:t("tariff.ask.duration") ?></label><input class="form-control num" id="minutes" name="minutes" inputmode="numeric" value="<?cs var:Ask.minutes ?>" required></div>
<div class="filter-buttons"><button class="btn btn-primary" type="submit"><?cs var:t("tariff.calculate") ?></button></div>
</form>
<?cs else ?><p class="mb-0"><?cs var:t("tariff.ask.none") ?></p><?cs /if ?>
</div></div>
<?cs if:subcount(More.line) ?><div class="card"><div class="card-body"><p class="result"><?cs var:t("tariff.ask.result") ?> <strong><?cs var:More.line_sum.amount ?></strong> <?cs var:t("home.unit_yuan") ?></p><?cs call:bill_lines(More.line, More.line_sum) ?></div></div><?cs /if ?>
