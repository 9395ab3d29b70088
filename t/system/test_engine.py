"""Lists, forms, details and actions of the back office, through nginx as a browser without scripts would use them."""
import re
import secrets
import threading

import pytest

from instance import Instance
from tenants import Tenants, count_of, csrf_of


@pytest.fixture(scope="module")
def place():
    made = Instance("engine")
    made.up("--bare")
    try:
        made.admin_web = made.admin()
        made.tenants = Tenants(made)
        yield made
    finally:
        made.destroy()


@pytest.fixture
def web(place):
    return place.admin_web


def errors(page):
    """field -> what stands under its input."""
    return {m[0]: re.sub(r"<[^>]*>", "", m[1]).strip()
            for m in re.findall(r'<div class="invalid-feedback d-block" id="h_(\w+)"[^>]*>(.*?)</div>', page.html, re.S)}


def new_property(web, place, **values):
    page = web.get("/admin/property/new")
    form = page.form("_token", "name")
    sent = {"provider_id": str(place.tenants.rows["provider"]["a1"]), "name": "东湖物业", "phone": "13700000001", **values}
    return web.submit(page, form, sent)


def edit(web, path, **values):
    page = web.get(path)
    return web.submit(page, page.form("_version"), values)


# --- forms

def test_a_wrong_form_says_so_at_the_field_and_keeps_what_was_typed(place, web):
    done = new_property(web, place, name="", phone="1370000", email="nobody", contact="王五 & 赵六")
    assert done.status == 422
    assert set(errors(done)) == {"name", "phone", "email"}, errors(done)
    assert "3" in re.search(r'role="alert"><div>(.*?)</div>', done.html, re.S).group(1)
    kept = dict(done.form("_token", "name").values)
    assert kept["contact"] == "王五 & 赵六" and kept["phone"] == "1370000"
    assert place.value("select count(*) from property where contact like '王五%%'") == 0


def test_a_form_posted_twice_gives_one_record(place, web):
    page = web.get("/admin/property/new")
    form = page.form("_token", "name")
    values = {"provider_id": str(place.tenants.rows["provider"]["a1"]), "name": "一次物业", "phone": "13700000002"}
    assert web.submit(page, form, values).status == 200
    again = web.submit(page, form, values)
    assert again.status == 200 and "一次物业" in again.text
    assert place.value("select count(*) from property where name = '一次物业'") == 1


def test_two_posts_at_the_same_moment_give_one_record(place, web):
    page = web.get("/admin/property/new")
    form = page.form("_token", "name")
    values = [(n, v) for n, v in form.values if n not in ("name", "phone", "provider_id")]
    values += [("name", "同时物业"), ("phone", "13700000003"), ("provider_id", str(place.tenants.rows["provider"]["a1"]))]
    threads = [threading.Thread(target=web.post, args=(form.action, values)) for _ in range(6)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert place.value("select count(*) from property where name = '同时物业'") == 1


def test_a_form_without_its_token_is_refused(place, web):
    page = web.get("/admin/property/new")
    values = [(n, v) for n, v in page.form("_token", "name").values if n not in ("_token", "name", "phone")]
    done = web.post("/admin/property/new", [*values, ("name", "无令牌物业"), ("phone", "13700000009")])
    assert done.status == 422 and place.value("select count(*) from property where name = '无令牌物业'") == 0


@pytest.mark.feature("G4")
def test_a_name_taken_is_an_error_of_its_field(place, web):
    assert new_property(web, place, name="甲", phone="13700000004").status == 200
    done = new_property(web, place, name="乙", phone="13700000004")
    assert done.status == 422 and list(errors(done)) == ["phone"]


def test_only_what_differs_is_written_and_audited(place, web):
    new_property(web, place, name="审计物业", phone="13700000005", contact="旧")
    row = place.value("select id from property where name = '审计物业'")
    done = edit(web, f"/admin/property/{row}/edit", contact="新")
    assert done.status == 200 and "审计物业" in done.text
    changes = place.rows("select field, old_value, new_value, actor from audit where resource = 'property' and record_id = %s"
                         " and action = 'update'", row)
    assert changes == (("contact", "旧", "新", place.login_name),) or changes == [("contact", "旧", "新", place.login_name)]
    version = place.value("select version from property where id = %s", row)
    edit(web, f"/admin/property/{row}/edit")
    assert place.value("select version from property where id = %s", row) == version, "a form without changes writes nothing"
    history = web.get(f"/admin/property/{row}?tab=history").text
    assert "旧" in history and "新" in history


def test_who_comes_second_sees_what_the_first_changed(place, web):
    new_property(web, place, name="并发物业", phone="13700000006", contact="零")
    row = place.value("select id from property where name = '并发物业'")
    mine = web.get(f"/admin/property/{row}/edit")
    edit(web, f"/admin/property/{row}/edit", contact="一")
    late = web.submit(mine, mine.form("_version"), {"contact": "二"})
    assert late.status == 409 and "一" in late.text and "二" in late.html
    assert place.value("select contact from property where id = %s", row) == "一"
    again = web.submit(late, late.form("_version"), {})
    assert again.status == 200 and place.value("select contact from property where id = %s", row) == "二"


def test_personal_data_is_masked_and_not_lost_by_an_edit(place, web):
    new_property(web, place, name="隐私物业", phone="13712345678")
    row = place.value("select id from property where name = '隐私物业'")
    assert "13712345678" not in web.get("/admin/property").html
    shown = web.get(f"/admin/property/{row}")
    assert "13712345678" not in shown.html and "137****5678" in shown.html
    form = web.get(f"/admin/property/{row}/edit")
    assert "13712345678" not in form.html
    web.submit(form, form.form("_version"), {"contact": "某人"})
    assert place.value("select phone from property where id = %s", row) == "13712345678"
    whole = web.post(f"/admin/property/{row}/whole", {"_csrf": csrf_of(shown)})
    assert whole.status == 200 and "13712345678" in whole.html
    assert place.value("select count(*) from audit where resource = 'property' and record_id = %s and action = 'whole'", row) == 1


def test_one_returns_to_where_one_came_from(place, web):
    row = place.tenants.rows["property"]["a1"]
    came = f"{place.url}/admin/property?sort=-name&size=50"
    page = web.get(f"/admin/property/{row}/edit", headers={"Referer": came})
    assert web.submit(page, page.form("_version"), {}).url == came
    page = web.get(f"/admin/property/{row}/edit", headers={"Referer": "https://evil.example/admin/property"})
    done = web.submit(page, page.form("_version"), {"_back": "//evil.example/"})
    assert done.url.startswith(place.url)


def test_a_new_record_starts_from_the_page_it_was_asked_on(place, web):
    station = place.tenants.rows["station"]["a2"]
    page = web.get(f"/admin/station/{station}?tab=area")
    link = re.search(r'href="(/admin/area/new[^"]*)"', page.html).group(1)
    form = web.get(link.replace("&amp;", "&")).form("_token", "station_id")
    assert ("station_id", str(station)) in form.values


# --- lists

@pytest.mark.feature("H8")
def test_search_sort_size_and_page(place, web):
    provider = place.tenants.rows["provider"]["b"]
    for i in range(25):
        place.tenants.add("property", provider_id=provider, name=f"排序{i:02d}", phone=f"136000000{i:02d}", city="深圳" if i % 2 else "广州")
    assert count_of(web.get("/admin/property?name=排序")) == 25
    page = web.get("/admin/property?name=排序&sort=-name&size=10&page=2")
    names = re.findall(r"排序\d\d", re.sub(r"<thead>.*?</thead>", "", page.html[page.html.index("<tbody>"):], flags=re.S))
    assert list(dict.fromkeys(names)) == [f"排序{i:02d}" for i in range(14, 4, -1)]
    assert count_of(web.get(f"/admin/property?provider_id={provider}&name=排序")) == 25
    assert count_of(web.get("/admin/property?name=排序%25")) == 0, "a % is a character"
    for evil in ("name%20desc", "name;drop%20table%20x", "(select%201)", "password_hash", "-"):
        assert web.get(f"/admin/property?sort={evil}").status == 200
    nothing = web.get("/admin/property?name=没有这个")
    assert count_of(nothing) == 0 and 'class="empty-list"' in nothing.html and 'href="/admin/property"' in nothing.html


def test_a_filter_that_is_no_value_says_so_and_finds_nothing(place, web):
    page = web.get("/admin/session?requested_at_from=heute")
    assert page.status == 200 and 'role="alert"' in page.html and count_of(page) == 0


def test_chosen_columns_are_remembered(place, web):
    page = web.get("/admin/property/columns?_back=/admin/property")
    done = web.submit(page, page.form("column"), {"column": ["name", "status"]})
    assert done.url.endswith("/admin/property")
    heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', web.get("/admin/property").html, re.S)
    assert len(heads) == 4, heads                # tick, two columns, actions
    again = web.get("/admin/property/columns")
    assert sorted(v for n, v in again.form("column").values if n == "column") == ["name", "status"]
    web.submit(page, page.form("column"), {"column": ["name"]})
    place.tenants.sql("delete from user_preference where name = 'columns:property'")


def test_rarer_filters_come_when_asked_for_or_used(web):
    page = web.get("/admin/session")
    assert "plate" not in page.form("no") and 'href="?more=1"' in page.html
    assert "plate" in web.get("/admin/session?more=1").form("no")
    used = web.get("/admin/session?plate=A")
    assert dict(used.form("no").values)["plate"] == "A" and "more=1" not in used.html


@pytest.mark.feature("H9", "H11")
def test_a_big_list_opens_on_a_week_and_counts_to_a_cap(place, web):
    t = place.tenants
    columns = ("kind, provider_id, property_id, station_id, area_id, pile_id, connector_id, member_id, phone, start_mode, pay_kind, state,"
               " seconds, energy, amount, created_at, updated_at")
    t.sql(f"insert into session (no, requested_at, {columns}) select concat('B', lpad(seq, 8, '0')), now() - interval (seq %% 140) hour,"
          f" kind, provider_id, property_id, station_id, area_id, pile_id, connector_id, member_id, phone, start_mode, pay_kind, 'finished',"
          f" 60, 1.5, 2.25, created_at, updated_at from session, seq_1_to_10150 where session.id = %s", t.rows["session"]["b"])
    t.sql("update session set requested_at = requested_at - interval 30 day where no like 'B000000%%'")
    page = web.get("/admin/session")
    assert "10,000+" in page.text and "1000+" in page.text
    assert 'hx-get="/admin/session/totals' in page.html, "sums over more than is counted come after the page"
    totals = web.get("/admin/session?totals=1")
    week = place.rows("select sum(amount) from session where requested_at >= curdate() - interval 6 day")[0][0]
    assert f"{week:,.2f}" in totals.text
    own = web.get("/admin/session?no=B00000001")
    assert count_of(own) == 0, "out of the window"
    everything = web.get("/admin/session?no=B00000001&requested_at_from=&requested_at_to=")
    assert count_of(everything) == 1
    deep = web.get("/admin/session?page=500&size=20")
    assert deep.status == 200 and len(re.findall(r'<tr><td><input', deep.html)) == 20
    assert web.get("/admin/session?page=999999&size=100").status == 200
    t.sql("delete from session where no like 'B0%%'")


def test_page_and_search_totals(place, web):
    t = place.tenants
    for i in range(12):
        t.add("daily_report", day=f"2026-10-{i + 1:02d}", direction="receivable", provider_id=t.rows["provider"]["b"],
              partner_id=t.rows["provider"]["a1"], sessions=2, energy="10.1250", energy_fee="0.10", service_fee="0.20", amount="1234.56789")
    page = web.get("/admin/daily_report?size=10&day_from=2026-10-01&day_to=2026-10-31")
    assert count_of(page) == 12
    foot = page.html[page.html.index("<tfoot>"):page.html.index("</tfoot>")]
    assert "12,345.68" in foot and "14,814.81" in foot and "121.500" in foot and "101.250" in foot


# --- references

@pytest.fixture(scope="module")
def crowd(place):
    provider = place.tenants.rows["provider"]["b"]
    return [place.tenants.add("property", provider_id=provider, name=f"众多物业{i:03d}", phone=f"1350000{i:04d}") for i in range(230)]


def test_many_references_are_typed_ahead(place, web, crowd):
    page = web.get("/admin/station/new")
    form = page.form("_token", "property_id")
    assert "property_id_q" in form and 'data-lookup="/admin/property/lookup?for=station.property_id"' in page.html
    rows = web.get("/admin/property/lookup?for=station.property_id&q=物业017", headers={"Accept": "application/json"}).response.json()
    assert [r["title"] for r in rows] == ["众多物业017"] and rows[0]["id"] == crowd[17]
    few = web.get(f"/admin/property/lookup?for=station.property_id&provider_id={place.tenants.rows['provider']['a1']}&q=众多",
                  headers={"Accept": "application/json"}).response.json()
    assert few == [], "narrowed by the field it depends on"


def test_without_scripts_words_find_the_record(place, web, crowd):
    page = web.get("/admin/station/new")
    form = page.form("_token", "property_id")
    sent = {"name": "打字站", "provider_id": str(place.tenants.rows["provider"]["b"]), "property_id_q": "众多物业02"}
    many = web.submit(page, form, sent)
    assert many.status == 422 and "property_id" in errors(many)
    offered = many.form("_token", "property_id")
    assert len([v for v in offered.choices["property_id"] if v]) == 10, "what the words may mean is offered"
    done = web.submit(many, offered, {"property_id": str(crowd[21])})
    assert done.status == 200
    row, property_id = place.rows("select id, property_id from station where name = '打字站'")[0]
    assert property_id == crowd[21]
    page = web.get(f"/admin/station?property_id_q=众多物业021")
    assert count_of(page) == 1 and "打字站" in page.text
    shown = page.form("property_id_q")
    assert ("property_id", str(crowd[21])) in shown.values
    assert count_of(web.submit(page, shown, {"property_id_q": "众多物业030"})) == 0, "words changed after the choice count"
    assert count_of(web.submit(page, shown, {"property_id_q": ""})) > 1


def test_a_reference_must_fit_the_one_it_depends_on(place, web):
    rows = place.tenants.rows
    page = web.get("/admin/area/new")
    assert page.status == 200
    page = web.get("/admin/pile/new")
    done = web.submit(page, page.form("_token", "area_id"), {
        "name": "错位桩", "serial": "32010600019236", "station_id": str(rows["station"]["a1"]), "area_id": str(rows["area"]["b"])})
    assert done.status == 422 and "area_id" in errors(done)
    part = web.get(f"/admin/pile/input?field=area_id&station_id={rows['station']['a1']}", headers={"HX-Request": "true"})
    assert f'value="{rows["area"]["a1"]}"' in part.html and f'value="{rows["area"]["b"]}"' not in part.html


# --- actions

def test_disable_enable_delete_with_a_question(place, web):
    new_property(web, place, name="开关物业", phone="13700000007")
    row = place.value("select id from property where name = '开关物业'")
    ask = web.get(f"/admin/property/{row}/disable")
    assert "开关物业" in ask.text and place.value("select status from property where id = %s", row) == "enabled"
    web.submit(ask, ask.form("_token", action="/disable"), {})
    assert place.value("select status from property where id = %s", row) == "disabled"
    again = web.submit(ask, ask.form("_token", action="/disable"), {})
    assert again.status == 200, "the same question answered twice is answered once"
    late = web.get(f"/admin/property/{row}/disable")
    refused = web.submit(late, late.form("_token", action="/disable"), {})
    assert refused.status == 422, "not in this state"
    listed = web.get("/admin/property?name=开关物业")
    web.post(f"/admin/property/{row}/enable", {"_csrf": csrf_of(listed)})
    assert place.value("select status from property where id = %s", row) == "enabled"
    ask = web.get(f"/admin/property/{row}/delete")
    web.submit(ask, ask.form("_token", action="/delete"), {})
    assert place.value("select deleted from property where id = %s", row) == row
    assert web.get(f"/admin/property/{row}").status == 404
    assert place.rows("select action from audit where resource = 'property' and record_id = %s and action <> 'create' order by id", row) \
        == [("disable",), ("enable",), ("delete",)]


def test_a_batch_tells_of_each_record(place, web):
    rows = [place.tenants.add("property", provider_id=place.tenants.rows["provider"]["b"], name=f"批量{i}", phone=f"1340000000{i}") for i in range(3)]
    place.sql("update property set status = 'disabled' where id = %s", rows[1])
    nothing = web.get("/admin/property/batch/disable")
    assert nothing.status == 200 and "saying" in nothing.html
    ask = web.get("/admin/property/batch/disable?" + "&".join(f"id={r}" for r in rows))
    form = ask.form("_token", action="/batch/disable")
    assert [v for n, v in form.values if n == "id"] == [str(r) for r in rows]
    done = web.submit(ask, form, {})
    assert done.status == 200 and done.html.count("text-danger") == 2      # the figure and the one row
    assert {s for (s,) in place.rows("select status from property where id in (%s, %s, %s)", *rows)} == {"disabled"}
    place.sql("update property set status = 'enabled' where id = %s", rows[0])
    web.submit(ask, form, {})
    assert place.value("select status from property where id = %s", rows[0]) == "enabled", "the second post of one form does nothing"


@pytest.mark.feature("G14")
def test_money_asks_for_the_payment_password(place, web, resources_with_payment):
    """Every action that asks for it: without, wrong, and the question itself shows the input."""
    n = 0
    for name, action in resources_with_payment:
        row = place.tenants.rows[name]["a1"]
        before = place.tenants.checksum(("user", "audit"))
        ask = web.get(f"/admin/{name}/{row}/{action}")
        if ask.status == 404:
            continue
        form = ask.form("_token", "_payment")
        for wrong in ("", "not it"):
            refused = web.submit(ask, form, {"_payment": wrong, **{k: "1" for k, t in form.types.items() if t == "text" and not k.startswith("_")}})
            assert refused.status == 422, f"{name}.{action}: {refused.status}"
            n += 1
        place.sql("delete from throttle")
        after = place.tenants.checksum(("user", "audit"))
        assert {t for t in before if before[t] != after[t]} <= {"setting"}, "a refused action writes nothing"
    assert n > 0


@pytest.fixture(scope="module")
def resources_with_payment(place):
    import json
    tables = json.loads(place.program("admin", "--resources").stdout)
    return [(r["name"], a["name"]) for r in tables for a in r["actions"] if "payment" in a["flags"] and "row" in a["flags"]]


def test_an_unknown_resource_record_or_action_is_not_found(web):
    token = csrf_of(web.get("/admin/property"))
    for path in ("/admin/nothing", "/admin/property/abc", "/admin/property/999999", "/admin/property/999999/edit", "/admin/property/1/explode"):
        assert web.get(path).status == 404, path
    assert web.post("/admin/property/999999/disable", {"_csrf": token, "_token": secrets.token_hex(16)}).status == 404
