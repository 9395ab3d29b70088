<section id="task-progress" class="card mb-3"<?cs if:Task.open ?> hx-get="/admin/task/<?cs var:Task.id ?>/progress" hx-trigger="every 1s" hx-swap="outerHTML"<?cs /if ?>>
<div class="card-body">
<p><span class="badge bg-<?cs var:Task.colour ?>-lt"><?cs var:Task.status_text ?></span>
<?cs if:Task.status == "running" ?><span><?cs var:t("task_page.rows_done") ?> <strong><?cs var:Task.done ?></strong><?cs if:Task.total ?> / <?cs var:Task.total ?><?cs /if ?></span><?cs if:Task.left ?> <span class="text-secondary"><?cs var:Task.left ?></span><?cs /if ?><?cs /if ?>
<?cs if:Task.status == "pending" ?><span class="text-secondary"><?cs var:t("task_page.waiting") ?></span><?cs /if ?></p>
<?cs if:Task.open ?><progress class="progress" max="100" value="<?cs var:Task.percent ?>" aria-label="<?cs var:t("task_page.progress") ?>"><?cs var:Task.percent ?>%</progress>
<p class="text-secondary mt-2"><?cs var:t("task_page.may_leave") ?></p>
<?cs if:Task.may_cancel ?><form method="post" action="/admin/task/<?cs var:Task.id ?>/cancel"><input type="hidden" name="_csrf" value="<?cs var:Csrf ?>"><input type="hidden" name="_back" value="/admin/task/<?cs var:Task.id ?>"><button class="btn" type="submit"><?cs var:t("task_page.cancel") ?></button></form><?cs /if ?><?cs /if ?>
<?cs if:Task.message ?><p role="status"><?cs var:Task.message ?></p><?cs /if ?>
</div>
</section>
