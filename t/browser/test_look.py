"""Changed colours, a logo and the menu on top, as a person sees them (H12)."""
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "t/system"))

from instance import Instance  # noqa: E402
from page import Page  # noqa: E402
from pictures import png  # noqa: E402

COLOUR = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"


@pytest.fixture(scope="module")
def house():
    made = Instance("look")
    made.up("--bare")
    try:
        yield made
    finally:
        made.destroy()


@pytest.fixture()
def page(house, chromium):
    web = house.admin()
    page = Page(chromium, house.url)
    page.open("/admin/login")
    chromium.delete_all_cookies()
    for c in web.http.cookies:
        chromium.add_cookie({"name": c.name, "value": c.value, "path": "/"})
    yield page
    chromium.set_window_size(1366, 900)


def seen(page, css, what):
    return page.driver.execute_script(COLOUR, css, what)


@pytest.mark.feature("H12")
def test_changed_colours_are_seen(page, tmp_path):
    page.driver.get_log("browser")
    page.open("/admin/style")
    assert seen(page, "form .btn-primary", "backgroundColor") == "rgb(23, 105, 224)"
    page.fill(name="绿能充电", main="#ffcc00", menu="#f4f4f4", driver="#0a6b3d")
    logo = tmp_path / "logo.png"
    logo.write_bytes(png())
    page.field("logo").send_keys(str(logo))
    page.press("main form button[type=submit]")
    page.shows("4.5")                                             # yellow under white words
    page.click("用这个颜色")
    nearest = page.field("main").get_attribute("value")
    assert nearest != "#ffcc00"
    page.field("logo").send_keys(str(logo))
    page.click("顶部菜单")
    page.press("main form button[type=submit]")
    page.shows("风格已保存")
    rgb = f"rgb({int(nearest[1:3], 16)}, {int(nearest[3:5], 16)}, {int(nearest[5:7], 16)})"
    assert seen(page, "form .btn-primary", "backgroundColor") == rgb
    assert seen(page, ".side", "backgroundColor") == "rgb(244, 244, 244)" and seen(page, ".brand", "color") == "rgb(23, 32, 46)"
    assert page.driver.execute_script("const s = document.querySelector('.side').getBoundingClientRect(); return [s.width, s.height]")[0] > 1300
    assert page.driver.execute_script("const i = document.querySelector('.brand img'); return i.complete && i.naturalWidth === 64")
    page.click("系统管理", "summary")
    entry = next(e for e in page.all(".side-entry") if e.text == "风格设置")
    assert entry.is_displayed() and page.all(".side")[0].rect["height"] < 120
    page.press(entry)
    page.shows("公司名称")
    page.open("/d/login")
    assert seen(page, ".button", "backgroundColor") == "rgb(10, 107, 61)"
    page.shows("绿能充电")
    for width in (1366, 390):
        page.driver.set_window_size(width, 844)
        for path in ("/admin/", "/admin/style"):
            page.open(path)
            assert page.driver.execute_script("return document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1"), (width, path)
    assert not [e["message"] for e in page.driver.get_log("browser") if e["level"] == "SEVERE" and "422" not in e["message"]]
