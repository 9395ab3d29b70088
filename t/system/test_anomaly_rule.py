"""The anomaly rules' page: limits are tried on the orders of the last 30 days by the rules themselves before they are saved (O16)."""
import re

import pytest

from people import Tenant


@pytest.fixture(scope="module")
def orders(instance):
    """Charges of 20 hours, of 20 hours and a second, of 25 hours; one longer, but long ago."""
    t = Tenant(instance)
    pile = t.insert("pile", station_id=t.station, area_id=t.area, code="AR1", serial="77700000009901", name="桩")
    gun = t.insert("connector", pile_id=pile, station_id=t.station, number=1, code="AR1-1", name="枪")
    for n, (seconds, ago) in enumerate(((72000, 2), (72001, 2), (90000, 3), (99999, 40))):
        made = t.insert("session", no=f"{9900 + n:032d}", provider_id=t.provider, property_id=t.property, station_id=t.station, area_id=t.area,
                        pile_id=pile, connector_id=gun, start_mode="app", pay_kind="wallet", state="finished", energy="30.0000", amount="30",
                        seconds=seconds, requested_at="2026-01-01")
        instance.sql("update session set requested_at = now() - interval %s day, started_at = now() - interval %s day, ended_at = now() - interval %s day"
                     " + interval %s second, settled_at = ended_at where id = %s", ago, ago, ago, seconds, made)
        if seconds == 90000:
            instance.sql("insert into session_anomaly (session_id, rule, detail, created_at) values (%s, 'e', '', now())", made)
    return t


def row(page, rule):
    cells = re.search(rf'id="rule_{rule}".*?</tr>', page.html, re.S)[0]
    return [int(n.replace(",", "")) if n else None for n in re.findall(r'<td class="num">([\d,]*)</td>', cells)]


@pytest.mark.feature("O16e", "O16f")
def test_other_limits_are_tried_before_they_are_saved(instance, orders):
    web = instance.admin()
    written, now = row(web.get("/admin/anomaly"), "e")
    assert (written, now) == (1, 1), "of the last 30 days alone"
    tried = web.get("/admin/anomaly?anomaly_hours=20")
    assert row(tried, "e") == [1, 1, 2, 1, 0], "20 hours are not more than 20 hours, a second more is"
    assert row(tried, "f")[2:] == [row(tried, "f")[1], 0, 0]
    assert re.search(r'id="otherwise">(\d+)<', tried.html)[1] == "1"
    assert row(web.get("/admin/anomaly?anomaly_hours=25"), "e") == [1, 1, 0, 0, 1]
    assert row(web.get("/admin/anomaly?anomaly_energy=29"), "f")[3] >= 3
    assert instance.value("select count(*) from setting where name = 'anomaly_hours'") == 0, "a trial saves nothing"
    bad = web.get("/admin/anomaly?anomaly_hours=many")
    assert bad.status == 422 and 'id="otherwise"' not in bad.html
    plain = web.get("/admin/anomaly")
    first = web.submit(plain, plain.form("anomaly_hours"), {"anomaly_hours": "20"})
    saved = "select count(*) from setting where name like 'anomaly_%%'"
    assert first.status == 200 and instance.value(saved) == 0, "saving shows the trial first"
    assert row(first, "e") == [1, 1, 2, 1, 0]
    other = web.submit(first, first.form("trial"), {"anomaly_hours": "19"})
    assert instance.value(saved) == 0 and row(other, "e")[2] == 3, "other limits than those tried are tried, not saved"
    try:
        instance.sql("insert into setting (name, value, updated_at) values ('anomaly_energy', '600', now())")
        web.submit(first, first.form("trial"))
        assert instance.value("select count(*) from setting where name = 'anomaly_hours'") == 0, "somebody changed another limit meanwhile"
        instance.sql("delete from setting where name = 'anomaly_energy'")
        done = web.submit(first, first.form("trial"))
        assert done.status == 200 and instance.value("select value from setting where name = 'anomaly_hours'") == "20"
        assert instance.value(saved) == 1, "what was not changed stays at its default"
        assert row(web.get("/admin/anomaly"), "e") == [1, 2]
        assert instance.value("select count(*) from audit where resource = 'setting' and field = 'anomaly_hours'") == 1
    finally:
        instance.sql("delete from setting where name like 'anomaly_%%'")


@pytest.mark.feature("O16e")
def test_the_page_of_settings_saves_no_limit_untried(instance):
    web = instance.admin()
    page = web.get("/admin/setting")
    assert 'name="anomaly_hours"' not in page.html and 'name="anomaly_audit"' in page.html
    done = web.post("/admin/setting", {"_csrf": dict(page.form("anomaly_audit").values)["_csrf"], "anomaly_hours": "7"})
    assert done.status == 200
    assert instance.value("select count(*) from setting where name = 'anomaly_hours'") == 0


@pytest.mark.feature("O16e", "W1")
def test_limits_are_the_platforms(orders):
    assert orders.web().get("/admin/anomaly").status == 403
