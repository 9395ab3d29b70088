"""The operator's look: logo judged by content, colours with their contrast, sheets that change their address (H12)."""
import re

import pytest

from clerk import Clerk, biggest, errors
from people import Tenant
from pictures import png


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><script>alert(1)</script></svg>'


@pytest.fixture(scope="module")
def clerk(instance):
    return Clerk(instance)


def send(clerk, values=None, logo=None, status=200):
    page, form = clerk.form("/admin/style")
    files = {"logo": logo} if logo else {"logo": ("", b"")}
    done = clerk.web.submit(page, form, values or {}, files=files)
    assert done.status == status, f"{done.status} {errors(done)} {done.text[:400]}"
    return done


def sheet(clerk, page, path="/admin/style.css"):
    found = re.search(rf'href="({re.escape(path)}\?h=[0-9a-f]{{16}})"', page.html)
    return found and found[1]


def value(instance):
    return instance.value("select value from setting where name = 'style'")


@pytest.mark.feature("H12")
def test_colours_come_by_a_sheet_with_its_hash_in_its_address(clerk, instance):
    assert sheet(clerk, clerk.get("/admin/")) is None                    # nothing set: nothing loaded
    send(clerk, {"main": "#7a1fa2", "menu": "2b2b40", "driver": "#0a6b3d", "name": "绿能充电", "layout": "top"})
    page = clerk.get("/admin/")
    first = sheet(clerk, page)
    css = clerk.web.http.get(clerk.web.base + first)
    assert css.headers["Content-Type"].startswith("text/css") and "immutable" in css.headers["Cache-Control"]
    assert "--tblr-primary:#7a1fa2" in css.text and "--tblr-primary-rgb:122,31,162" in css.text and "--side-colour:#2b2b40" in css.text
    assert "frame-top" in page.html and "绿能充电" in page.text and " style=" not in page.html and "<style" not in page.html
    assert "no-cache" in clerk.web.http.get(clerk.web.base + "/admin/style.css?h=0000000000000000").headers["Cache-Control"]
    nobody = instance.session()                                          # the log-in page and the drivers' pages look the same
    assert sheet(clerk, nobody.get("/admin/login")) == first and "绿能充电" in nobody.get("/admin/login").text
    driver = nobody.get("/d/login")
    assert "--blue:#0a6b3d" in nobody.http.get(nobody.base + sheet(clerk, driver, "/d/style.css")).text
    assert 'content="#0a6b3d"' in driver.html and "绿能充电" in driver.text
    send(clerk, {"main": "#1259c3"})
    assert sheet(clerk, clerk.get("/admin/")) != first
    log = instance.rows("select field, old_value, new_value from audit where resource = 'setting' and field = 'style.main' order by id")
    assert log == [("style.main", "", "#7a1fa2"), ("style.main", "#7a1fa2", "#1259c3")]


@pytest.mark.feature("H12")
def test_a_colour_that_is_hard_to_read_is_warned_of_and_the_nearest_is_offered(clerk, instance):
    before = value(instance)
    page = send(clerk, {"main": "#ffcc00"}, status=422)
    assert value(instance) == before and "4.5" in page.text
    nearest = re.search(r'data-colour-take="colour-main" data-value="(#[0-9a-f]{6})"', page.html)[1]

    def light(c):
        v = [int(c[i:i + 2], 16) / 255 for i in (1, 3, 5)]
        v = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in v]
        return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]
    assert 4.5 <= 1.05 / (light(nearest) + 0.05) < 4.8                   # passes, and no darker than needed
    kept = clerk.web.submit(page, biggest(page), {"main": "#ffcc00", "keep": "1"}, files={"logo": ("", b"")})
    assert kept.status == 200 and "main=#ffcc00" in value(instance)
    send(clerk, {"main": nearest})
    assert f"main={nearest}" in value(instance)
    for bad in ("red", "#12345", "#gggggg", "#123456;}body{display:none}"):
        page = send(clerk, {"main": bad}, status=422)
        assert "#1769e0" in " ".join(errors(page)), bad
    assert f"main={nearest}" in value(instance)
    send(clerk, {"main": ""})
    assert "main= " in value(instance)


@pytest.mark.feature("H12")
def test_a_logo_is_judged_by_its_content(clerk, instance):
    for name, data, why in (("logo.png", SVG, "SVG"), ("logo.svg", SVG, "SVG"), ("logo.png", b"GIF89a" + b"x" * 100, "SVG"),
                            ("logo.png", png()[:-4], "SVG"), ("logo.png", png(8, 8), "像素"), ("logo.png", png(3000, 20), "像素"),
                            ("logo.png", png()[:-12] + b"x" * 600_000 + png()[-12:], "512")):
        page = send(clerk, {}, (name, data, "image/png"), status=422)
        assert why in " ".join(errors(page)), (name, why, errors(page))
    assert "logo= " in value(instance)
    send(clerk, {}, ("any.txt", png(), "text/plain"))                    # what it is called does not matter
    page = clerk.get("/admin/")
    address = re.search(r'src="(/admin/style/logo\?h=[0-9a-f]{16}\.png)"', page.html)[1]
    got = instance.session().http.get(clerk.web.base + address)
    assert got.content == png() and got.headers["Content-Type"] == "image/png" and "immutable" in got.headers["Cache-Control"]
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "/d/style/logo?h=" in instance.session().get("/d/login").html
    send(clerk, {"no_logo": "1"})
    assert "/admin/style/logo" not in clerk.get("/admin/").html
    assert clerk.web.get("/admin/style/logo").status == 404


@pytest.mark.feature("H12")
def test_the_style_is_the_platforms(instance):
    tenant = Tenant(instance, ("station.list", "setting.update"))
    web = tenant.web()
    assert web.get("/admin/style").status == 403
    csrf = dict(web.get("/admin/password").forms[0].values)["_csrf"]
    assert web.post("/admin/style", {"_csrf": csrf, "main": "#000000"}).status == 403
