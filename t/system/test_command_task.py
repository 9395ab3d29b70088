"""Commands to many piles as tasks, the firmware catalogue and the ledger of SIM cards (W9, W12, D5, D6, D17, P8, P12)."""
import hashlib
import io
import re

import pytest
from openpyxl import load_workbook

from clerk import Clerk, biggest, errors


@pytest.fixture(scope="module")
def clerk(instance):
    return Clerk(instance)


@pytest.fixture(scope="module")
def site(clerk):
    return clerk.site(71)


@pytest.fixture(scope="module")
def piles(clerk, site, instance):
    """Four piles: two of YKC online, one of YKC away, one of OCPP online."""
    area = instance.value("select id from area where station_id = %s", site.station)
    made = []
    for i, (protocol, online) in enumerate([("ykc", 1), ("ykc", 1), ("ykc", 0), ("ocpp16", 1)]):
        made.append(clerk.add("pile", {"station_id": site.station, "area_id": area, "name": f"任务桩{i}", "protocol": protocol,
                                       "serial": f"3201060091{i:04d}", "connector_count": 1, "tariff_id": site.tariff}))
        instance.sql("update pile set model = 'MB-7' where id = %s", made[-1])
        instance.sql("insert into pile_live (pile_id, online, seen_at, firmware) values (%s, %s, now(), '1.0')"
                     " on duplicate key update online = values(online), firmware = '1.0'", made[-1], online)
    return made


def batch(clerk, piles, action, values=None):
    page = clerk.get(f"/admin/pile/batch/{action}?" + "&".join(f"id={p}" for p in piles))
    return clerk.web.submit(page, biggest(page), values or {})


def tasks(instance):
    return instance.value("select count(*) from command_task")


def states(instance, task):
    return instance.rows("select pile_id, status, result from command where task_id = %s order by pile_id", task)


@pytest.mark.feature("W9", "D5")
def test_ticked_piles_are_one_task_and_the_absent_is_refused_a_restart(clerk, piles, instance):
    before = tasks(instance)
    done = batch(clerk, piles[:3], "reboot", {"when_idle": "1"})
    assert "1 " in done.text or "失败" in done.text
    assert tasks(instance) == before + 1
    task = clerk.newest("command_task")
    assert states(instance, task) == [(piles[0], "pending", ""), (piles[1], "pending", "")]
    assert instance.value("select count(*) from command where pile_id = %s", piles[2]) == 0
    page = clerk.get("/admin/command_task")
    assert "重启设备" in page.text and "进行中" in page.text
    assert "任务桩0" in clerk.get(f"/admin/command?task_id={task}").text


@pytest.mark.feature("W9", "D6")
def test_a_clock_waits_for_the_absent_and_no_task_is_made_for_nothing(clerk, piles, instance):
    clerk.act("pile", piles[2], "sync_time")
    assert states(instance, clerk.newest("command_task")) == [(piles[2], "pending", "")]
    before = tasks(instance)
    clerk.act("pile", piles[3], "set_qr", status=422)         # OCPP has no frame for it
    assert tasks(instance) == before


@pytest.mark.feature("W9", "D6")
def test_a_station_is_told_and_says_who_could_not_be(clerk, site, piles, instance):
    clerk.act("station", site.station, "command", {"place_command": "set_qr"})
    task = clerk.newest("command_task")
    assert [s for _, s, _ in states(instance, task)] == ["pending", "pending", "pending", "failed"]
    page = clerk.get(f"/admin/command?task_id={task}")
    assert "不支持该指令" in page.text
    assert instance.value("select station_id from command_task where id = %s", task) == site.station
    empty = clerk.station(site.provider, site.property, "空站71")
    before = tasks(instance)
    refused = clerk.act("station", empty, "command", {"place_command": "sync_time"}, status=422)
    assert "没有设备" in refused.text and tasks(instance) == before


@pytest.mark.feature("W9")
def test_only_the_failed_are_tried_again_and_only_the_waiting_cancelled(clerk, piles, instance):
    batch(clerk, piles[:2], "sync_time")
    task = clerk.newest("command_task")
    first, second = (instance.value("select id from command where task_id = %s and pile_id = %s", task, p) for p in piles[:2])
    clerk.act("command_task", task, "retry", status=422)      # nothing has failed
    instance.sql("update command set status = 'done', done_at = now() where id = %s", first)
    instance.sql("update command set status = 'failed', result = 'no answer', done_at = now() where id = %s", second)
    assert "设备没有应答" in clerk.get(f"/admin/command?task_id={task}").text
    clerk.act("command_task", task, "retry")
    assert [s for _, s, _ in states(instance, task)] == ["done", "pending"]
    clerk.act("command_task", task, "cancel")
    assert [s for _, s, _ in states(instance, task)] == ["done", "cancelled"]
    clerk.act("command_task", task, "cancel", status=422)
    clerk.act("command_task", task, "retry", status=422)      # what was cancelled stays so


@pytest.mark.feature("P8", "P12")
def test_a_tariff_is_assigned_at_its_time_and_not_if_cancelled(clerk, site, piles, instance):
    second = clerk.tariff(site.provider, "夜间规则", [("flat", "00:00", "24:00", "0.5", "0.1")])
    batch(clerk, piles[:2], "set_tariff", {"tariff_id": str(second)})
    task = clerk.newest("command_task")
    assert instance.value("select wanted_at = current_date + interval 1 day from command_task where id = %s", task) == 1
    held = lambda: [t for (t,) in instance.rows("select tariff_id from pile where id in (%s, %s) order by id", *piles[:2])]
    assert held() == [site.tariff, site.tariff]
    instance.sql("update command set status = 'cancelled' where task_id = %s and pile_id = %s", task, piles[1])
    instance.sql("update command_task set wanted_at = now() - interval 1 second where id = %s", task)
    instance.job("expire")
    assert held() == [second, site.tariff]
    instance.job("expire")                                    # a second time changes nothing
    instance.sql("update pile set tariff_id = %s where id = %s", site.tariff, piles[0])
    instance.job("expire")
    assert held() == [site.tariff, site.tariff]
    clerk.act("pile", piles[0], "set_tariff", {"tariff_id": str(second), "dispatch": "time", "dispatch_at": "2020-01-01T00:00"}, status=422)


def test_a_user_of_one_station_sees_no_other_stations_task(clerk, instance):
    assert instance.value("select count(*) from command_task where station_id is null") == 0


PROGRAM = bytes(range(256)) * 64


def upload(clerk, firmware, data, name="mb7.bin", **more):
    page = clerk.get(f"/admin/firmware/{firmware}/file")
    csrf = dict(biggest(page).values)["_csrf"]
    return clerk.web.http.post(clerk.web.base + f"/admin/firmware/{firmware}/file", data={"_csrf": csrf, **more},
                               files={"file": (name, data, "application/octet-stream")}, allow_redirects=False)


@pytest.mark.feature("W12", "D17")
def test_a_program_is_kept_checked_and_fetched_by_its_link_alone(clerk, site, piles, instance):
    firmware = clerk.add("firmware", {"name": "主板七", "provider_id": site.provider, "protocol": "ocpp16", "model": "MB-7", "release_version": "2.0"})
    assert upload(clerk, firmware, b"tiny").status_code == 422
    assert upload(clerk, firmware, b"<!DOCTYPE html>" + PROGRAM).status_code == 422
    assert upload(clerk, firmware, PROGRAM, sha256="0" * 64).status_code == 422
    clerk.act("firmware", firmware, "upgrade", status=422)    # it has neither file nor address
    assert upload(clerk, firmware, PROGRAM, name="../主板 7.bin", sha256=hashlib.sha256(PROGRAM).hexdigest().upper()).status_code in (302, 303)
    token, name, size = instance.rows("select token, file_name, size from firmware where id = %s", firmware)[0]
    assert size == len(PROGRAM) and re.fullmatch("[0-9a-f]{64}", token) and "/" not in name
    fetched = instance.session().http.get(clerk.web.base + f"/open/firmware/{token}/{name}")
    assert fetched.status_code == 200 and fetched.content == PROGRAM
    assert instance.session().http.get(clerk.web.base + f"/open/firmware/{'0' * 64}/{name}").status_code == 404
    clerk.act("firmware", firmware, "upgrade")
    task = clerk.newest("command_task")
    assert [p for p, _, _ in states(instance, task)] == [piles[3]]      # YKC piles of the model are not asked
    assert "open/firmware" not in instance.value("select payload from command where task_id = %s", task)
    other = clerk.add("firmware", {"name": "主板八", "provider_id": site.provider, "protocol": "ocpp16", "model": "MB-8", "release_version": "1",
                                   "address": "https://files.example/mb8.bin"})
    refused = clerk.act("pile", piles[3], "update_firmware", {"firmware_id": str(other)}, status=422)
    assert "型号不符" in refused.text
    instance.sql("update pile_live set firmware = '2.0' where pile_id = %s", piles[3])
    refused = clerk.act("pile", piles[3], "update_firmware", {"firmware_id": str(firmware)}, status=422)
    assert "已是该版本" in refused.text
    clerk.act("firmware", firmware, "disable")
    assert instance.session().http.get(clerk.web.base + f"/open/firmware/{token}/{name}").status_code == 404


@pytest.mark.feature("W12", "D17")
def test_ykc_piles_fetch_by_ftp_and_the_password_is_never_shown(clerk, site, piles, instance):
    fields = {"name": "云快充固件", "provider_id": site.provider, "protocol": "ykc", "model": "MB-7", "release_version": "3.1", "user": "pile"}
    page = clerk.add("firmware", {**fields, "address": "https://x.example/a.bin"}, status=422)
    assert any("FTP" in e for e in errors(page))
    firmware = clerk.add("firmware", {**fields, "address": "ftp://10.0.0.1:2121/fw/1.bin", "file_password": "sesame"})
    assert "sesame" not in clerk.get(f"/admin/firmware/{firmware}").html
    clerk.act("pile", piles[0], "update_firmware", {"firmware_id": str(firmware), "when_idle": "1"})
    row = instance.rows("select kind, payload from command where pile_id = %s order by id desc limit 1", piles[0])[0]
    assert row[0] == "update_firmware" and "sesame" not in row[1]


@pytest.mark.feature("W12")
def test_sim_cards_are_imported_and_warn_before_they_end(clerk, site, piles, instance):
    day = lambda n: str(instance.value("select date(now() + interval %s day)", n))
    add = lambda n, until, **more: clerk.add("sim_card", {"iccid": f"8986040000000000{n:04d}", "provider_id": site.provider, "expires_on": day(until),
                                                        "state": "active", **more})
    add(1, 30, pile_id=piles[0])
    add(2, 31)
    add(3, -1)
    soon = clerk.get("/admin/sim_card?tab=soon").text
    assert "89860400000000000001" in soon and "89860400000000000002" not in soon and "89860400000000000003" not in soon
    over = clerk.get("/admin/sim_card?tab=over").text
    home = clerk.get("/admin/").html
    assert "/admin/sim_card?tab=soon" in home and "/admin/sim_card?tab=over" in home, "the home page warns"
    assert "89860400000000000003" in over and "89860400000000000001" not in over
    page = clerk.add("sim_card", {"iccid": "89860400000000000001", "provider_id": site.provider}, status=422)
    assert errors(page)
    page = clerk.add("sim_card", {"iccid": "89860400000000000009", "provider_id": site.provider, "activated_on": day(2), "expires_on": day(1)}, status=422)
    assert any("不能早于" in e for e in errors(page))
    other = clerk.site(72)
    page = clerk.add("sim_card", {"iccid": "89860400000000000008", "provider_id": other.provider, "pile_id": piles[0]}, status=422)
    assert any("另一个服务商" in e for e in errors(page))
    answer = clerk.web.http.get(clerk.web.base + "/admin/sim_card/import/template")
    assert answer.status_code == 200 and "ICCID" in str([c.value for c in load_workbook(io.BytesIO(answer.content)).active[1]])


@pytest.mark.feature("W12", "H10")
def test_sim_cards_come_from_excel_all_or_none(clerk, site, instance):
    from work import ended, task_of, upload, workbook
    provider = instance.value("select name from provider where id = %s", site.provider)
    heads = ["iccid", "provider_id", "operator", "expires_on", "state"]
    good = [["89860400000000000101", provider, "mobile", "2027-03-31", "active"], ["89860400000000000102", provider, "unicom", "2027-03-31", "stock"]]

    def take(rows):
        task = task_of(upload(clerk.web, "sim_card", "sims.xlsx", workbook([heads, *rows])))
        return (task, *ended(instance, task))

    task, status, message, rows = take(good)
    assert (status, rows) == ("done", 2), (message, instance.rows("select line, field, text from task_problem where task_id = %s", task))
    assert instance.rows("select operator, state from sim_card where iccid like '8986040000000000010%%' order by iccid") == [
        ("mobile", "active"), ("unicom", "stock")]
    task, status, _, _ = take([["89860400000000000103", *good[0][1:]], ["8986x", *good[1][1:]]])
    assert status == "failed" and instance.value("select min(line) from task_problem where task_id = %s", task) == 3
    assert instance.value("select count(*) from sim_card where iccid like '8986040000000000010%%'") == 2


@pytest.mark.feature("W9", "P12")
def test_who_stays_away_a_week_is_waited_for_no_longer(clerk, piles, instance):
    clerk.act("pile", piles[2], "sync_tariff")
    task = clerk.newest("command_task")
    assert abs(instance.value("select timestampdiff(second, created_at, expires_at) from command where task_id = %s", task) - 7 * 86400) < 60
    instance.sql("update command set expires_at = now() + interval 1 minute where task_id = %s", task)
    instance.job("expire")
    assert states(instance, task)[0][1] == "pending"
    instance.sql("update command set expires_at = now() - interval 1 second where task_id = %s", task)
    instance.job("expire")
    assert states(instance, task)[0][1] == "expired"
    assert instance.value("select count(*) from command where task_id = %s", task) == 1
