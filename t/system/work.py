"""Long work seen from a browser: started, waited for, its file opened as Excel."""
import io
import re

import openpyxl

from instance import wait_for


def csrf(web):
    html = web.get("/admin/password").html
    return re.search(r'name="_csrf" value="([0-9a-f]+)"', html).group(1)


def task_of(page):
    found = re.search(r"/admin/task/(\d+)$", page.url)
    assert found, f"{page.url}: {page.status} {page.text[-500:]}"
    return int(found.group(1))


def export(web, resource, query=""):
    return task_of(web.post(f"/admin/{resource}/export?{query}", {"_csrf": csrf(web)}))


def upload(web, resource, name, data):
    """The import page's form with a file in it; the page that answers."""
    page = web.get(f"/admin/{resource}/import")
    assert page.status == 200, page.text[:300]
    return web.submit(page, page.form("_token", "file"), files={"file": (name, data)})


def ended(instance, task, seconds=60):
    """(status, message, file_rows) when the task has ended."""
    def row():
        found = instance.rows("select status, message, file_rows from task where id = %s", task)[0]
        return found if found[0] not in ("pending", "running") else None
    return wait_for(row, seconds, f"task {task} ends")


def running(instance, task):
    """Waits until a runner tells of rows it has done."""
    return wait_for(lambda: instance.value("select done from task where id = %s and status = 'running'", task), 30, "the task gets on", 0.02)


def download(web, task):
    answer = web.http.get(f"{web.base}/admin/task/{task}/download", timeout=60)
    assert answer.status_code == 200, answer.text[:300]
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
