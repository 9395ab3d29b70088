"""Parts of orders: by a station's plan at settlement, less by refunds, undone, and through a channel's profit sharing (F12, W10)."""
from decimal import Decimal

import pytest

from clerk import errors
from instance import Instance, wait_for
from test_pay import World, finished_charge

FEN = Decimal("0.01")


def cut(amount):
    return amount.quantize(FEN, rounding="ROUND_DOWN")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    instance = Instance("split")
    instance.up("--bare")
    made = None
    try:
        made = World(instance, tmp_path_factory.mktemp("fleet"))
        made.station = instance.value("select station_id from pile where serial = %s", made.site.serials[0])
        instance.sql("update channel set sharing = 1")
        yield made
    finally:
        if made:
            made.sim.end()
            made.fleet.end()
        instance.destroy()


def rule(world, plan, status=200, **more):
    values = {"plan_id": plan, "kind": "property", "name": "物业甲", "fee": "energy", "method": "percent", "percent": "10", **more}
    return world.clerk.add("split_party", values, status)


def parts(world, session, column="party_name, amount, returned, state"):
    return world.i.rows(f"select {column} from split where session_id = %s order by id", session)


def balance(world, kind):
    return world.i.value("select coalesce(sum(balance), 0) from account where owner_kind = %s and kind = 'split'", kind)


def work(world, until):
    def over():
        world.i.sql("update split set next_at = now() where state in ('waiting', 'taking')")
        world.money()
        return until()
    wait_for(over, 20, "the channel has answered", 0.2)
    world.proof()


@pytest.mark.feature("F12", "W10")
def test_parts_are_written_with_the_bill_and_follow_refunds(world):
    plan = world.clerk.add("split_plan", {"station_id": world.station, "name": "二十六年", "from_day": "2026-01-01", "cycle": "month"})
    rule(world, plan)
    rule(world, plan, fee="service", method="by_kwh", percent="", price="0.01", kind="platform", name="平台")
    rule(world, plan, fee="energy", percent="15", kind="receiver", name="合伙人", account_type="MERCHANT_ID", account="1900001")
    full = rule(world, plan, 422, percent="75.01")
    assert any("100%" in e for e in errors(full))
    both = rule(world, plan, 422, percent="1", price="1")
    assert any("只填一项" in e for e in errors(both))
    assert rule(world, plan, 422, account="x").status == 422
    _, _, session = finished_charge(world, 1)
    energy_fee, kwh, amount, no = world.i.rows("select energy_fee, energy, amount, no from session where id = %s", session)[0]
    tenth, partner = cut(energy_fee / 10), cut(energy_fee * 15 / 100)
    platform = cut(kwh / 100)
    rows = {name: (money, state) for name, money, _, state in parts(world, session)}
    assert rows["物业甲"] == (tenth, "done") and rows["平台"] == (platform, "done")
    assert rows["合伙人"][0] == partner
    work(world, lambda: ("合伙人", partner, 0, "done") in parts(world, session))
    assert sum(r["amount"] for s in world.sim.state()["shares"].values() for r in s["receivers"]) == int(partner * 100)
    assert balance(world, "property") == tenth and balance(world, "platform") == platform
    assert balance(world, "provider") == -tenth - platform - partner
    page = world.clerk.get(f"/admin/split?session_no={no}")
    assert "物业甲" in page.text and "分账成功" in page.text and "P" in page.text
    for search in ("kind=car", "party_name=物业甲", f"station_id={world.station}", "state=done"):
        assert no in world.clerk.get(f"/admin/split?{search}").text, search
    used = rule(world, plan, 422, name="晚到", percent="1")
    assert any("已用于分账" in e for e in errors(used))
    # half of the order is refunded: each part gives its share back, the partner's through the channel
    back = cut(amount / 2)
    world.clerk.act("session", session, "refund", {"refund_amount": str(back), "reason": "退一半"})
    refund = world.i.value("select max(id) from refund where session_id = %s and kind = 'charge_refund'", session)
    world.clerk.act("refund", refund, "pay", {"_payment": world.i.payment_password})
    kept = cut(tenth * (amount - back) / amount)
    assert ("物业甲", tenth, tenth - kept, "done") in parts(world, session)
    work(world, lambda: not world.i.value("select count(*) from split where state = 'taking'"))
    assert balance(world, "property") == kept
    assert sum(r["amount"] for r in world.sim.state()["returns"].values()) == int((partner - cut(partner * (amount - back) / amount)) * 100)


@pytest.mark.feature("F12")
def test_a_part_is_undone_once_and_stays_undone(world):
    split, session, rest = world.i.rows("select id, session_id, amount - returned from split where party_name = '物业甲' order by id limit 1")[0]
    before = balance(world, "property")
    wrong = world.clerk.act("split", split, "undo", {"_payment": "wrong"}, status=422)
    assert "支付密码不正确" in wrong.text
    world.clerk.act("split", split, "undo", {"_payment": world.i.payment_password})
    assert world.i.rows("select state, amount - returned from split where id = %s", split) == [("undone", 0)]
    assert world.i.value("select operator from split where id = %s", split) != ""
    assert balance(world, "property") == before - rest
    late = world.clerk.post(f"/admin/split/{split}/undo", {"_payment": world.i.payment_password})
    assert late.status == 422
    assert balance(world, "property") == before - rest
    world.proof()


@pytest.mark.feature("F12", "W10")
def test_what_a_channel_refuses_is_tried_again_by_hand(world):
    world.sim.mode("share", "refuse")
    _, _, session = finished_charge(world, 2)
    mine = "select state from split where session_id = %s and way = 'channel'"
    work(world, lambda: world.i.value(mine, session) == "failed")
    split = world.i.value("select id from split where session_id = %s and way = 'channel'", session)
    assert "最大分账比例" in world.i.value("select problem from split where id = %s", split)
    early = world.clerk.post(f"/admin/split/{split}/undo", {"_payment": world.i.payment_password})
    assert early.status == 422
    world.sim.mode("share", "")
    world.clerk.act("split", split, "again")
    work(world, lambda: world.i.value(mine, session) == "done")
    # silence: after eight tries a person is asked
    world.i.sql("update split set state = 'waiting', tries = 8, done_at = null, next_at = now(), attempt = 9 where id = %s", split)
    world.money()
    assert world.i.value(mine, session) == "dead"
    assert str(world.i.value("select no from split where id = %s", split)) in world.clerk.get("/admin/split?tab=failed").text
    world.i.sql("update split set state = 'done', tries = 0, done_at = now() where id = %s", split)
    world.proof()


@pytest.mark.feature("W10")
def test_a_cycle_changes_with_a_month_and_the_proof_sees_a_hand(world):
    plan = {"station_id": world.station, "name": "按日", "cycle": "day"}
    bad = world.clerk.add("split_plan", {**plan, "from_day": "2027-02-11"}, status=422)
    assert any("每月只能变更一次" in e for e in errors(bad))
    world.clerk.add("split_plan", {**plan, "from_day": "2027-02-01"})
    world.i.sql("update split set amount = amount + 1 where state = 'done' order by id limit 1")
    found = world.i.job("ledger_proof", check=False)
    assert found.returncode == 1 and "split_parts" in found.stdout
    world.i.sql("update split set amount = amount - 1 where state = 'done' order by id limit 1")


@pytest.mark.feature("F12", "W10")
def test_a_channel_is_told_of_a_receiver_before_money_is_shared(world):
    known = "select count(*) from channel_receiver where account = '1900001'"
    assert world.i.value(known) == 1, "the first parts of this file told the channel"
    told = world.sim.state()["receivers"]["MERCHANT_ID:1900001"]
    assert told["name"] == "合伙人" and told["relation"] == "PARTNER", "the name came sealed and was opened"
    world.sim.mode("forget", "1")                # they have dropped it on their side
    _, _, session = finished_charge(world, 3)
    mine = "select state from split where session_id = %s and way = 'channel'"
    split = "select id from split where session_id = %s and way = 'channel'"
    why = "select problem from split where session_id = %s and way = 'channel'"
    work(world, lambda: world.i.value(mine, session) == "failed")
    assert "NO_RELATION" in world.i.value(why, session) and world.i.value(known) == 0
    world.sim.mode("receiver", "refuse")         # and will not have it
    world.clerk.act("split", world.i.value(split, session), "again")
    work(world, lambda: world.i.value(mine, session) == "failed")
    assert "接收方账户不存在" in world.i.value(why, session) and world.i.value(known) == 0
    world.sim.mode("receiver", "")
    world.clerk.act("split", world.i.value(split, session), "again")
    world.sim.mode("error", "1")                 # silence is no refusal: tried again by itself
    work(world, lambda: world.i.value(mine, session) == "done")
    assert world.i.value(known) == 1 and world.sim.state()["receivers"]["MERCHANT_ID:1900001"]["times"] == 1
    # the bill is corrected to half and then refunded in part: the channel's part follows each time
    kwh = world.i.value("select energy from session where id = %s", session)
    if world.i.value("select anomaly from session where id = %s", session) != "pending":
        world.clerk.act("session", session, "mark", {"note": "表不准"})
    world.clerk.act("session", session, "correct", {"energy": str((kwh / 2).quantize(FEN)), "note": "检测"})
    work(world, lambda: not world.i.value("select count(*) from split where state = 'taking'"))

    def is_whole():
        energy_fee, service, amount, back = world.i.rows("select energy_fee, service_fee, amount, refunded from session where id = %s", session)[0]
        net = {name: money for name, money in world.i.rows("select party_name, sum(amount - returned) from split where session_id = %s"
                                                           " group by party_name", session)}
        for name, percent in (("物业甲", 10), ("合伙人", 15)):
            part = (energy_fee * percent / 100).quantize(Decimal("0.00001"), rounding="ROUND_DOWN")
            assert net[name] == cut(part * (amount - back) / amount if back else part), name
        assert sum(net.values()) <= amount - back
    is_whole()
    world.clerk.act("session", session, "refund", {"refund_amount": "0.50", "reason": "再退"})
    refund = world.i.value("select max(id) from refund where session_id = %s and kind = 'charge_refund'", session)
    world.clerk.act("refund", refund, "pay", {"_payment": world.i.payment_password})
    work(world, lambda: not world.i.value("select count(*) from split where state = 'taking'"))
    is_whole()
