"""What last month would have brought under another tariff: rated again from the bills, nothing else changed (P5, W6 of the operator's desk)."""
import datetime
import re

import pytest

from clerk import Clerk
from work import ended


@pytest.fixture(scope="module")
def clerk(demo):
    return Clerk(demo, demo.admin())


def months(ago):
    first = datetime.date.today().replace(day=1)
    for _ in range(ago):
        first = (first - datetime.timedelta(days=1)).replace(day=1)
    return first


@pytest.mark.feature("P5", "P12")
def test_same_prices_bring_the_same_and_dearer_ones_more(clerk, demo):
    station, tariff = demo.rows("select s.id, s.tariff_id from station s join session x on x.station_id = s.id and x.state = 'finished'"
                                " where s.kind = 'car' and s.tariff_id is not null group by s.id order by count(*) desc limit 1")[0]
    page = clerk.get(f"/admin/tariff/{tariff}/what_if")
    month = months(1).strftime("%Y-%m")
    assert month in page.text
    done = clerk.send(f"/admin/tariff/{tariff}/what_if", {"month": month, "pick": [str(station)]})
    first = clerk.newest("whatif")
    assert done.url.endswith(f"/admin/whatif/{first}")
    assert ended(demo, demo.value("select max(id) from task"))[0] == "done"
    counted, before, after, energy = demo.rows("select sessions, amount_before, amount_after, energy from whatif where id = %s", first)[0]
    ours = demo.rows("select count(*), sum(c.amount), sum(c.energy) from session s join cdr c on c.session_id = s.id where s.station_id = %s"
                     " and s.state = 'finished' and s.voided = 0 and s.requested_at >= %s and s.requested_at < %s", station, months(1), months(0))[0]
    assert counted > 20 and (counted, before, energy) == ours
    members = demo.value("select count(*) from session s join tariff_version v on v.id = s.tariff_version_id where s.station_id = %s"
                         " and v.tariff_id <> %s and s.requested_at >= %s and s.requested_at < %s", station, tariff, months(1), months(0))
    assert after == before or members, "the tariff in force brings what it brought"
    # a yuan more each kWh: the energy's sum more, but for the fen of each bill
    provider = demo.value("select provider_id from station where id = %s", station)
    dear = clerk.tariff(provider, "涨价试算", [("flat", "00:00", "24:00", "1.0", "1.0")])
    clerk.send(f"/admin/tariff/{dear}/what_if", {"month": month, "pick": [str(station)]})
    assert ended(demo, demo.value("select max(id) from task"))[0] == "done"
    second = clerk.newest("whatif")
    after = demo.value("select amount_after from whatif where id = %s", second)
    assert abs(after - 2 * energy) <= counted * 1 / 100, (after, energy)
    assert demo.rows("select sum(amount_before), sum(amount_after), sum(energy) from whatif_slot where whatif_id = %s", second)[0] == (before, after, energy)
    page = clerk.get(f"/admin/whatif/{second}")
    assert "按时段的收入" in page.text and re.search(r"data-chart=", page.html)
    assert demo.value("select count(*) from cdr where created_at > now() - interval 1 minute and revision > 1") == 0


@pytest.mark.feature("P5")
def test_what_cannot_be_asked_is_said(clerk, demo):
    tariff = demo.value("select max(tariff_id) from tariff_version v join tariff t on t.id = v.tariff_id where t.kind = 'car'")
    path = f"/admin/tariff/{tariff}/what_if"
    before = demo.value("select count(*) from whatif")
    assert "请至少选择一个电站" in clerk.send(path, {"pick": None}, status=422).text
    assert "请选择月份" in clerk.send(path, {"month": "2020-01"}, status=422).text
    elsewhere = demo.value("select s.id from station s join tariff t on t.id = %s and t.provider_id <> s.provider_id limit 1", tariff)
    assert "请至少选择一个电站" in clerk.send(path, {"pick": [str(elsewhere)]}, status=422).text
    assert demo.value("select count(*) from whatif") == before
