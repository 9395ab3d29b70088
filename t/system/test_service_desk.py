"""The service desk: stars and words of drivers and their answers, feedback, calls taken, faults told of (M25, T4)."""
import pytest

from clerk import Clerk, errors
from instance import Instance
from people import Tenant
from test_receipt import Desk, csrf
from work import download, ended, export


@pytest.fixture(scope="module")
def desk():
    made = Instance("service")
    made.up("--bare")
    try:
        yield Desk(made)
    finally:
        made.destroy()


def say(desk, order, stars, words="", status=200, web=None):
    web = web or desk.web
    done = web.post(f"/d/session/{order}/review", {"_csrf": csrf(web), "stars": str(stars), "content": words})
    assert done.status == status, done.text
    return done


def tell(desk, words, status=200, web=None):
    web = web or desk.web
    done = web.post("/d/feedback", {"_csrf": csrf(web), "content": words})
    assert done.status == status, done.text
    return done


def sheet(clerk, noun, query=""):
    """The export of a list as rows of texts."""
    task = export(clerk.web, noun, query)
    assert ended(clerk.at, task)[0] == "done"
    return [[c.value for c in row] for row in download(clerk.web, task).worksheets[0].iter_rows()]


@pytest.mark.feature("M25")
def test_a_charge_is_reviewed_once_and_few_stars_are_a_complaint(desk):
    bad, good, running = desk.order(), desk.order(), desk.order()
    desk.i.sql("update session set state = 'charging' where id = %s", running)
    assert "评价本次服务" in desk.web.get(f"/d/session/{bad}").text
    for stars in ("0", "6", "", "x"):
        assert "1 到 5" in say(desk, bad, stars, status=422).text
    assert "太长" in say(desk, bad, 2, "长" * 501, 422).text
    assert "结束后" in say(desk, running, 5, status=422).text
    assert desk.i.value("select count(*) from review") == 0
    assert "感谢您的评价" in say(desk, bad, 2, "<b>枪坏了</b>" + "长" * 480).text
    assert "已经评价过" in say(desk, bad, 5, status=422).text
    say(desk, good, 3)
    assert desk.i.rows("select stars, state from review order by id") == [(2, "pending"), (3, "pending")]
    other, _ = desk.driver("13820000099")
    assert other.post(f"/d/session/{good}/review", {"_csrf": csrf(other), "stars": "1"}).status == 404
    complaints, praise = desk.clerk.get("/admin/review"), desk.clerk.get("/admin/review?tab=praise")
    assert "枪坏了" in complaints.text and "<b>枪坏了" not in complaints.html and "枪坏了" not in praise.text
    review = desk.i.value("select min(id) from review")
    assert "投诉待回复" in desk.clerk.get("/admin/").text
    desk.clerk.act("review", review, "reply", {"answer": ""}, 422)
    desk.clerk.act("review", review, "reply", {"answer": "已派人维修"})
    page = desk.web.get(f"/d/session/{bad}").text
    assert "已派人维修" in page and "★★☆☆☆" in page.replace(" ", "") and "评价本次服务" not in page
    desk.clerk.act("review", review, "reply", {"answer": "已修好"})
    page = desk.web.get(f"/d/session/{bad}").text
    assert "已修好" in page and "已派人维修" not in page
    assert desk.i.value("select state from review where id = %s", review) == "replied"
    assert "已修好" not in desk.clerk.get("/admin/review?tab=waiting").text
    assert {"枪坏了" in str(row) for row in sheet(desk.clerk, "review", "tab=complaint")[1:]} >= {True}


@pytest.mark.feature("M25")
def test_feedback_is_listed_answered_and_read_on_the_phone(desk):
    assert "意见反馈" in desk.web.get("/d/").text
    assert "请填写" in tell(desk, "   ", 422).text
    assert "太长" in tell(desk, "长" * 1001, 422).text
    tell(desk, "体验不错，如果有洗手间就好了")
    record = desk.i.value("select max(id) from feedback")
    assert "体验不错" in desk.clerk.get("/admin/feedback").text and "意见待回复" in desk.clerk.get("/admin/").text
    desk.clerk.act("feedback", record, "reply", {"answer": "下月开放"})
    assert "下月开放" in desk.web.get("/d/feedback").text
    assert "体验不错" in desk.clerk.get("/admin/feedback?tab=replied").text
    other, _ = desk.driver("13820000098")
    assert "体验不错" not in other.get("/d/feedback").text
    for _ in range(9):
        tell(desk, "又一条")
    assert "明天再试" in tell(desk, "第十一条", 422).text
    desk.i.sql("update feedback set created_at = created_at - interval 1 day where id = %s", record)
    tell(desk, "第二天的")


@pytest.mark.feature("T4")
def test_calls_and_faults_are_added_changed_found_and_exported(desk):
    prop = desk.i.value("select property_id from station where id = %s", desk.site.station)
    provider = desk.i.value("select provider_id from property where id = %s", prop)
    call = {"provider_id": provider, "property_id": prop, "name": "张三", "phone": "13912345678", "agent": "客服小李", "agent_phone": "4001234567",
            "called_at": "2026-11-20 09:30:00", "content": "充不进电"}
    for field in ("name", "phone", "agent", "called_at", "content"):
        assert errors(desk.clerk.add("call_record", {**call, field: ""}, 422)), field
    record = desk.clerk.add("call_record", call)
    desk.clerk.send(f"/admin/call_record/{record}/edit", {"content": "充不进电，已指导重新插枪"})
    assert desk.i.value("select content from call_record where id = %s", record) == "充不进电，已指导重新插枪"
    assert "客服小李" in desk.clerk.get("/admin/call_record?agent=客服小李&called_at_from=2026-11-20&called_at_to=2026-11-20").text
    assert "客服小李" not in desk.clerk.get("/admin/call_record?called_at_from=2026-11-21").text
    head, row, *_ = sheet(desk.clerk, "call_record")
    assert {"用户姓名", "用户电话", "客服姓名", "客服电话", "通话时间", "通话内容"} <= {str(h).split("(")[0] for h in head}
    assert "充不进电，已指导重新插枪" in row
    fault = {"provider_id": provider, "property_id": prop, "name": "王五", "phone": "13912345679", "repairer": "维修老赵", "repairer_phone": "13700000000",
             "brief": "屏幕不亮", "detail": "1 号桩屏幕不亮", "solution": ""}
    assert errors(desk.clerk.add("fault_record", {**fault, "brief": ""}, 422))
    told = desk.clerk.add("fault_record", fault)
    desk.clerk.send(f"/admin/fault_record/{told}/edit", {"solution": "更换屏幕"})
    assert "屏幕不亮" in desk.clerk.get("/admin/fault_record?brief=屏幕&repairer=维修老赵").text
    assert any("更换屏幕" in map(str, r) for r in sheet(desk.clerk, "fault_record")[1:])
    stranger = Clerk(desk.i, Tenant(desk.i).web())
    for noun, one in (("call_record", record), ("fault_record", told)):
        stranger.get(f"/admin/{noun}/{one}", 404)
    bad = stranger.add("call_record", {**{k: v for k, v in call.items() if k != "provider_id"}, "property_id": prop}, 422)
    assert errors(bad), "another's property"
