"""Alarms as people see and handle them, and who is told of which (T1, T2, T3)."""
import json
from pathlib import Path

import pytest

from clerk import Clerk, errors
from instance import wait_for
from paysim import PaySim


@pytest.fixture(scope="module")
def clerk(instance):
    return Clerk(instance)


@pytest.fixture(scope="module")
def site(clerk):
    return clerk.site(73)


@pytest.fixture(scope="module")
def alarms(clerk, site, instance):
    area = instance.value("select id from area where station_id = %s", site.station)
    pile = clerk.add("pile", {"station_id": site.station, "area_id": area, "name": "告警桩", "serial": "32010600730001", "connector_count": 2})
    for code, level in (("5001", "general"), ("emergency_stop", "serious"), ("outlet_hot", "serious")):
        instance.sql("insert into alarm (pile_id, station_id, code, level, opened_at, last_at) values (%s, %s, %s, %s, now(), now())",
                     pile, site.station, code, level)
    return [i for (i,) in instance.rows("select id from alarm order by id")]


@pytest.mark.feature("T2", "T3")
def test_alarms_are_handled_one_or_a_batch(clerk, alarms, instance):
    assert "当前离线" in clerk.get("/admin/alarm").text
    away = clerk.get("/admin/alarm?tab=away")
    assert f"/admin/alarm/{alarms[0]}" in away.html and f"/admin/alarm/{alarms[1]}" not in away.html
    refused = clerk.act("alarm", alarms[0], "handle", {"handling": "done", "way": "on_site", "note": ""}, status=422)
    assert errors(refused)
    clerk.act("alarm", alarms[0], "handle", {"handling": "working", "way": "on_site", "note": "已派人"})
    assert instance.rows("select handling, way, note, handled_by is not null from alarm where id = %s", alarms[0]) == [("working", "on_site", "已派人", 1)]
    page = clerk.get("/admin/alarm/batch/handle?" + "&".join(f"id={a}" for a in alarms[1:]))
    form = max((f for f in page.forms if f.method == "post"), key=lambda f: len(f.types))
    clerk.web.submit(page, form, {"handling": "done", "way": "remote", "note": "远程复位"})
    assert instance.value("select count(*) from alarm where handling = 'done' and note = '远程复位'") == 2
    assert instance.value("select count(*) from audit where resource = 'alarm' and action = 'handle'") >= 3


@pytest.mark.feature("T1")
def test_a_strategy_names_stations_kinds_and_people(clerk, site, instance):
    code = instance.value("select code from station where id = %s", site.station)
    strategy = clerk.add("alarm_strategy", {"provider_id": site.provider, "name": "值班", "level": "serious", "station_codes": code,
                                            "codes": "emergency_stop outlet_hot", "recipients": "13900000001\nduty@example.com"})
    assert instance.rows("select codes, recipients, all_stations from alarm_strategy where id = %s", strategy) == [
        ("emergency_stop,outlet_hot", "13900000001,duty@example.com", 0)]
    row = clerk.get(f"/admin/alarm_strategy/{strategy}").text
    assert "充电站数量（0 为全部） 1" in row and "通知人员数量 2" in row
    clerk.send(f"/admin/alarm_strategy/{strategy}/edit", {"station_codes": ""})
    assert instance.value("select all_stations from alarm_strategy where id = %s", strategy) == 1
    other = clerk.site(74)
    foreign = instance.value("select code from station where id = %s", other.station)
    for values, says in (({"station_codes": foreign}, "不属于该服务商"), ({"codes": "no_such"}, "没有这个平台告警码"), ({"recipients": "abc"}, "不是手机号或邮箱"),
                         ({"recipients": ",".join(f"139000{n:05d}" for n in range(51))}, "50")):
        page = clerk.send(f"/admin/alarm_strategy/{strategy}/edit", values, 422)
        assert any(says in e for e in errors(page)), (values, errors(page))
    assert instance.value("select all_stations from alarm_strategy where id = %s", strategy) == 1


@pytest.fixture(scope="module")
def sandbox(instance):
    """The SMS gateway and the robot; no payment channel of the instance."""
    sim = PaySim(instance, account=None)
    sim.words = json.loads(Path(sim.dir, "account.json").read_text())
    yield sim
    sim.end()


@pytest.fixture(scope="module")
def links(clerk, site, sandbox, instance):
    """(the SMS account, the robot), as they are: off."""
    w = sandbox.words
    sms = {"name": "告警短信", "provider_id": site.provider, "kind": "aliyun_sms", "url": w["sms_url"], "account": w["sms_account"],
           "secret_text": w["sms_secret"], "sign_name": w["sms_sign"], "alarm_template": w["sms_alarm"]}
    robot = {"name": "值班群", "provider_id": site.provider, "kind": "wecom_robot", "url": w["robot_url"], "secret_text": w["robot_key"]}
    for values in ({**sms, "secret_text": ""}, {**sms, "account": ""}, {**sms, "url": "http://dysmsapi.aliyuncs.com"},
                   {**robot, "secret_text": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"}):
        assert len(errors(clerk.add("notify_link", values, status=422))) == 2, "the form's sentence and the field's"
    made = clerk.add("notify_link", sms), clerk.add("notify_link", robot)
    for link, secret in zip(made, (w["sms_secret"], w["robot_key"])):
        for path in ("", "/edit"):
            assert secret not in clerk.get(f"/admin/notify_link/{link}{path}").html
        assert instance.rows("select status, secret like 'v1:%%' from notify_link where id = %s", link) == [("disabled", 1)]
    return made


def sent(instance, where, *args):
    """(status, answer, last_error) of the newest delivery once it was tried."""
    def tried():
        row = instance.rows(f"select id, status, answer, last_error, tries from delivery where {where} order by id desc limit 1", *args)
        return row and row[0][1] != "pending" and row[0]
    return wait_for(tried, 15, f"tried: {where}")


def now_again(instance, row):
    instance.sql("update delivery set next_at = now() where id = %s", row)
    wait_for(lambda: instance.value("select tries > 1 and status <> 'failed' from delivery where id = %s", row), 15, "tried again")
    return instance.rows("select status, answer, last_error from delivery where id = %s", row)[0]


@pytest.mark.feature("T1", "S10")
def test_an_alarm_goes_out_by_sms_and_robot_once(clerk, site, sandbox, links, instance):
    sms, robot = links
    station = clerk.station(site.provider, site.property, "通知站", power_alarm="10")
    area = instance.value("select id from area where station_id = %s", station)
    pile = clerk.add("pile", {"station_id": station, "area_id": area, "name": "通知桩", "serial": "32010600730021", "connector_count": 1})
    code = instance.value("select code from station where id = %s", station)
    other = clerk.site(75)
    assert any("机器人" in e for e in errors(clerk.add("alarm_strategy", {"provider_id": other.provider, "name": "别家", "level": "general",
                                                                      "notify_link_id": robot}, status=422))), "another provider's"
    assert any("机器人" in e for e in errors(clerk.add("alarm_strategy", {"provider_id": site.provider, "name": "短信非群", "level": "general",
                                                                      "notify_link_id": sms}, status=422))), "an SMS account is no group"
    assert errors(clerk.add("alarm_strategy", {"provider_id": site.provider, "name": "无人", "level": "general"}, status=422)), "nobody is told"
    clerk.add("alarm_strategy", {"provider_id": site.provider, "name": "通知", "level": "notice", "station_codes": code, "codes": "station_power",
                                 "recipients": "13900730001", "notify_link_id": robot})
    clerk.add("alarm_strategy", {"provider_id": site.provider, "name": "只到群", "level": "notice", "station_codes": code, "codes": "station_power",
                                 "notify_link_id": robot})
    for link in links:
        clerk.act("notify_link", link, "enable")
    gun = instance.value("select min(id) from connector where pile_id = %s", pile)
    instance.sql("insert into session (no, provider_id, property_id, station_id, area_id, pile_id, connector_id, start_mode, pay_kind, phone, power,"
                 " requested_at, started_at, seen_at, created_at, updated_at, state) values (%s, %s, %s, %s, %s, %s, %s, 'app', 'wallet', '13900730009', 60,"
                 " now(), now(), now(), now(), now(), 'charging')", "NTF" + "0" * 28 + "1", site.provider, site.property, station, area, pile, gun)
    for _ in range(2):
        instance.job("expire")
    assert sent(instance, "kind = 'sms' and target = '13900730001'")[1:2] == ("sent",)
    assert sent(instance, "kind = 'wechat' and notify_link_id = %s", robot)[1:2] == ("sent",)
    state = sandbox.state()
    texts = [m for m in state["sms"].values() if m["phone"] == "13900730001"]
    words = json.loads(texts[0]["words"])
    assert len(texts) == 1 and texts[0]["template"] == sandbox.words["sms_alarm"]
    assert (words["station"], words["pile"]) == ("通知站", "通知桩") and "功率" in words["what"] and len(words["at"]) == 19
    assert [m for m in state["robot"].values() if "通知站 通知桩" in m and "60.000 kW > 10.00 kW" in m] == list(state["robot"].values())
    assert len(state["robot"]) == 1, "two strategies, one robot, once"
    instance.sql("update session set state = 'finished' where pile_id = %s", pile)
    instance.job("expire")


@pytest.mark.feature("T1")
def test_what_gateways_refuse_is_tried_again_and_what_may_have_arrived_is_not_sent_twice(clerk, sandbox, links, instance):
    sms, robot = links
    instance.sql("update notify_link set status = 'enabled' where id in (%s, %s)", *links)
    trial = lambda phone: clerk.act("notify_link", sms, "try_out", {"phone": phone})           # noqa: E731
    texts = lambda phone: [m for m in sandbox.state()["sms"].values() if m["phone"] == phone]     # noqa: E731
    assert errors(clerk.act("notify_link", sms, "try_out", {"phone": ""}, status=422))
    sandbox.mode("sms_limit", "1")
    trial("13900730002")
    row, status, answer, why, _ = sent(instance, "kind = 'sms' and target = '13900730002'")
    assert status == "failed" and "isv.BUSINESS_LIMIT_CONTROL" in why and "流控" in answer and texts("13900730002") == []
    assert now_again(instance, row)[0] == "sent" and len(texts("13900730002")) == 1
    sandbox.mode("sms_mute", "1")                                                          # kept, but the answer is lost
    trial("13900730003")
    row, status, _, _, _ = sent(instance, "kind = 'sms' and target = '13900730003'")
    assert status == "failed" and len(texts("13900730003")) == 1
    assert now_again(instance, row)[:2] == ("sent", "an earlier try had arrived") and len(texts("13900730003")) == 1
    sandbox.mode("robot_limit", "1")
    clerk.act("notify_link", robot, "try_out")
    row, status, _, why, _ = sent(instance, "kind = 'wechat' and notify_link_id = %s", robot)
    assert status == "failed" and "errcode 45009" in why
    assert now_again(instance, row)[0] == "sent"
    said = len(sandbox.state()["robot"])
    sandbox.mode("robot_mute", "1")
    clerk.act("notify_link", robot, "try_out")
    row, status, _, why, tries = sent(instance, "kind = 'wechat' and notify_link_id = %s", robot)
    assert status == "dead" and tries == 1 and "may have arrived" in why and len(sandbox.state()["robot"]) == said + 1
    instance.sql("insert into delivery (kind, notify_link_id, target, subject, payload, tries, next_at, created_at) values ('wechat', %s, 'robot', 'alarm',"
                 " '{\"text\": \"x\"}', 1, now(), now())", robot)              # the courier ended in the middle
    row, status, _, why, _ = sent(instance, "kind = 'wechat' and notify_link_id = %s", robot)
    assert status == "dead" and "the courier ended" in why and len(sandbox.state()["robot"]) == said + 1
    clerk.send(f"/admin/notify_link/{sms}/edit", {"secret_text": "wrong"})
    trial("13900730004")
    row, _, _, why, _ = sent(instance, "kind = 'sms' and target = '13900730004'")
    assert "SignatureDoesNotMatch" in why
    clerk.send(f"/admin/notify_link/{sms}/edit", {"secret_text": sandbox.words["sms_secret"], "alarm_template": "SMS_1"})
    assert instance.value("select next_at > now() from delivery where id = %s", row)
    instance.sql("update delivery set next_at = now() where id = %s", row)
    wait_for(lambda: "isv.SMS_TEMPLATE_ILLEGAL" in instance.value("select last_error from delivery where id = %s", row), 15, "the template is refused")
    clerk.send(f"/admin/notify_link/{sms}/edit", {"alarm_template": sandbox.words["sms_alarm"]})
    assert now_again(instance, row)[0] == "sent"
    clerk.act("notify_link", sms, "disable")
    instance.sql("insert into delivery (kind, provider_id, target, subject, payload, next_at, created_at) select 'sms', provider_id, '13900730005', 'alarm',"
                 " '{}', now(), now() from notify_link where id = %s", sms)
    assert sent(instance, "kind = 'sms' and target = '13900730005'")[2] == "sandbox: not sent", "off: nothing leaves the house"


@pytest.mark.feature("T1")
def test_the_sandbox_refuses_what_the_gateway_would(sandbox):
    http, url = sandbox.http, sandbox.words["sms_url"]
    plain = http.post(url, params={"Action": "SendSms"}, timeout=10)
    assert plain.status_code == 400 and plain.json()["Code"] in ("InvalidVersion", "SignatureDoesNotMatch")
    say = lambda body, key=sandbox.words["robot_key"]: http.post(f"{sandbox.words['robot_url']}/cgi-bin/webhook/send?key={key}", json=body,      # noqa: E731
                                                                 timeout=10).json()["errcode"]
    text = lambda content: {"msgtype": "text", "text": {"content": content}}                # noqa: E731
    assert say(text("x"), "1-1") == 93000 and say({"msgtype": "image"}) == 40008 and say(text("")) == 44004 and say(text("长" * 700)) == 40058
