"""An invoice as driver and finance see it: asked for on a phone, approved at a desk, read as the PDF in the mail."""
import pytest

from instance import Instance, wait_for
from page import Page
from test_ecard import log_in
from test_invoice import BUYER, World, text_of


@pytest.fixture(scope="module")
def world():
    made = Instance("invoice-walk")
    made.up("--bare")
    w = None
    try:
        w = World(made)
        yield w
    finally:
        if w:
            w.end()
        made.destroy()


@pytest.mark.feature("F8", "F9", "U8")
def test_an_invoice_is_asked_for_on_the_phone_and_comes_by_mail(chromium, world, tmp_path):
    order, page = world.order(), Page(chromium, world.i.url)
    chromium.delete_all_cookies()
    page.phone()
    page.open("/robots.txt")
    for cookie in world.web.http.cookies:
        chromium.add_cookie({"name": cookie.name, "value": cookie.value, "path": "/"})
    page.open("/d/")
    page.click("发票")
    page.shows("15.63")
    page.press(page.all("label.choice")[0])
    assert page.all(f'input[name=order][value="{order}"]:checked')
    page.fill(title=BUYER["title"], tax_no=BUYER["tax_no"].lower(), email=BUYER["email"])
    page.click("申请发票")
    page.shows("待开票")
    page.desktop()
    chromium.delete_all_cookies()
    log_in(page, world.i, world.i.login_name, world.i.password)
    page.open("/admin/invoice?tab=pending")
    page.shows(BUYER["title"])
    page.click("审核通过", "tbody a")
    page.shows("向税务接口提交发票")
    page.submit("main form[method=post] button[type=submit]")
    invoice = world.i.value("select max(id) from invoice")
    world.state_is(invoice, "issued")
    number = world.i.value("select invoice_no from invoice where id = %s", invoice)
    page.open("/admin/invoice?tab=issued")
    page.shows(number)
    mail = wait_for(lambda: world.post.to(BUYER["email"]), 15, "the mail")[0][4]
    text = text_of(next(mail.iter_attachments()).get_content(), tmp_path)
    assert number in text and "15.63" in text and BUYER["title"] in text
