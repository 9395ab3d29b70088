"""The JSON API: the lists and records of the pages, with keys (W2)."""
import requests
import pytest

from people import Tenant, phone
from work import csrf


class Api:
    def __init__(self, instance, key=None):
        self.base = instance.url + "/api/v1"
        self.http = requests.Session()
        self.http.trust_env = False
        if key:
            self.http.headers["Authorization"] = "Bearer " + key

    def __call__(self, method, path, body=None, **more):
        return self.http.request(method, self.base + path, json=body, timeout=30, **more)


def tenant_api(instance, permissions="*", **more):
    tenant = Tenant(instance, **more)
    return tenant, Api(instance, tenant.key(permissions))


@pytest.fixture(scope="module")
def world(instance):
    tenant, api = tenant_api(instance)
    other = Tenant(instance)
    for i in range(25):
        tenant.insert("member", no=f"33000{tenant.provider % 100:02d}{i:02d}", provider_id=tenant.provider, name=f"会员{i:02d}", phone=phone(),
                      station_id=tenant.station if i % 2 else None)
    tenant.insert("daily_report", day="2032-02-03", direction="receivable", provider_id=tenant.provider, partner_id=other.provider, sessions=7,
                  energy="12.3000", energy_fee="1.00000", service_fee="0.10000", amount="1.10000")
    tenant.foreign = other.insert("member", no=f"34000{other.provider % 10000:04d}", provider_id=other.provider, name="别家", phone=phone())
    return tenant, api


def error_of(answer, status):
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["error"] and body["message"] and body["request_id"] == answer.headers["X-Request-Id"]
    return body


@pytest.mark.feature("W2")
def test_lists_filter_sort_and_page_like_the_screen(world):
    tenant, api = world
    page = api("GET", "/member?sort=-name&size=10&page=2").json()
    assert (page["count"], page["page"], page["size"], page["count_is_capped"]) == (25, 2, 10, False)
    assert [r["name"] for r in page["rows"]] == [f"会员{i:02d}" for i in range(14, 4, -1)]
    row = api("GET", "/member?name=会员01").json()["rows"][0]
    assert row["station_id"] == {"id": tenant.station, "title": tenant.name + "站"} and row["version"] == 1
    assert "****" in row["phone"], "personal data is masked in lists"
    assert api("GET", f"/member?station_id={tenant.station}").json()["count"] == 12


@pytest.mark.feature("W2")
def test_values_are_exact_and_typed(world):
    row = world[1]("GET", "/daily_report").json()["rows"][0]
    assert (row["day"], row["direction"], row["sessions"], row["energy"], row["amount"]) == ("2032-02-03", "receivable", 7, "12.3000", "1.10000")
    assert row["updated_at"].endswith("+08:00") and row["updated_at"][10] == "T"


@pytest.mark.feature("W2", "G8")
def test_another_tenants_records_do_not_exist(world, instance):
    tenant, api = world
    assert "别家" not in api("GET", "/member?size=100").text
    error_of(api("GET", f"/member/{tenant.foreign}"), 404)
    error_of(api("PATCH", f"/member/{tenant.foreign}", {"name": "x", "version": 1}), 404)
    error_of(api("POST", f"/member/{tenant.foreign}/freeze", {}), 404)
    assert instance.rows("select name, status from member where id = %s", tenant.foreign) == [("别家", "enabled")]


@pytest.mark.feature("W2")
def test_create_read_change(world, instance):
    tenant, api = world
    number = phone()
    made = api("POST", "/member", {"phone": number, "name": "王五", "sex": "female", "station_id": {"id": tenant.station}, "plate": None})
    assert made.status_code == 201, made.text
    record = made.json()
    path = f"/member/{record['id']}"
    assert made.headers["Location"] == "/api/v1" + path
    assert record["name"] == "王五" and record["sex"] == "female" and record["station_id"]["id"] == tenant.station
    assert instance.value("select phone from member where id = %s", record["id"]) == number
    seen = api("GET", path).json()
    assert seen == record and number not in str(seen)
    assert api("GET", path + "?whole=1").json()["phone"] == number
    assert instance.value("select count(*) from audit where resource = 'member' and record_id = %s and action = 'whole'", record["id"]) == 1
    changed = api("PATCH", path, {"name": "王六", "version": record["version"]})
    assert changed.status_code == 200 and changed.json()["name"] == "王六" and changed.json()["version"] == record["version"] + 1
    assert error_of(api("PATCH", path, {"name": "王七", "version": record["version"]}), 409)["error"] == "stale"
    assert error_of(api("PATCH", path, {"name": "王七"}), 422)["fields"].keys() == {"version"}
    assert instance.value("select name from member where id = %s", record["id"]) == "王六"
    trail = instance.rows("select field, old_value, new_value from audit where resource = 'member' and record_id = %s and action = 'update'", record["id"])
    assert trail == [("name", "王五", "王六")]


@pytest.mark.feature("W2")
@pytest.mark.parametrize("body,fields", [
    ({}, {"phone"}), ({"phone": "1"}, {"phone"}), ({"phone": None}, {"phone"}), ({"phone": "13800000000", "sex": "other"}, {"sex"}),
    ({"phone": "13800000000", "nonsense": 1, "id": 5}, {"nonsense", "id"}), ({"phone": "13800000000", "no": "000000001"}, {"no"}),
    ({"phone": ["13800000000"]}, {"phone"}), ({"phone": "13800000000", "station_id": 99999999}, {"station_id"}),
    ({"phone": "13800000000", "name": 1.5}, {"name"}), ({"phone": "13800000000", "name": "长" * 41}, {"name"}),
])
def test_what_is_wrong_is_told_by_field(world, instance, body, fields):
    before = instance.value("select count(*) from member")
    assert fields <= error_of(world[1]("POST", "/member", body), 422)["fields"].keys()
    assert instance.value("select count(*) from member") == before


@pytest.mark.feature("W2")
@pytest.mark.parametrize("raw", ["", "[]", "{", '{"a":1,"a":2}', '"x"', "\ufeff{}", "{" * 50])
def test_a_body_that_is_no_json_object(world, raw):
    answer = world[1].http.post(world[1].base + "/member", data=raw.encode(), headers={"Content-Type": "application/json"}, timeout=30)
    error_of(answer, 422)


@pytest.mark.feature("W2")
def test_a_duplicate_is_a_field_error(world):
    body = {"phone": phone()}
    assert world[1]("POST", "/member", body).status_code == 201
    assert error_of(world[1]("POST", "/member", body), 422)["fields"].keys() == {"phone"}


@pytest.mark.feature("W2")
def test_sent_again_with_the_same_idempotency_key(world, instance):
    body, head = {"phone": phone()}, {"Idempotency-Key": "order 4711"}
    first, again = (world[1]("POST", "/member", body, headers=head) for _ in range(2))
    assert first.status_code == again.status_code == 201 and first.json()["id"] == again.json()["id"]
    assert instance.value("select count(*) from member where phone = %s", body["phone"]) == 1


@pytest.mark.feature("W2")
def test_actions_follow_the_same_rules(world, instance):
    tenant, api = world
    member = tenant.insert("member", no=f"35000{tenant.provider % 10000:04d}", provider_id=tenant.provider, name="动作", phone=phone())
    assert api("POST", f"/member/{member}/freeze", {}).json()["status"] == "frozen"
    error_of(api("POST", f"/member/{member}/freeze"), 422)               # not offered twice
    assert api("POST", f"/member/{member}/thaw").json()["status"] == "enabled"
    assert api("POST", f"/member/{member}/delete").json() == {"done": True}
    error_of(api("GET", f"/member/{member}"), 404)
    error_of(api("POST", f"/member/{member}/fly"), 404)


@pytest.mark.feature("W2", "G8")
def test_a_key_may_what_it_says_and_its_user_may(instance):
    tenant, api = tenant_api(instance, "member.list member.show station.list")
    assert api("GET", "/member").status_code == 200
    error_of(api("POST", "/member", {"phone": phone()}), 403)
    error_of(api("GET", "/pile"), 403)
    tenant.permit("member.list")
    error_of(api("GET", "/station"), 403)
    instance.sql("update api_key set status = 'disabled' where user_id = %s", tenant.user)
    error_of(api("GET", "/member"), 401)


@pytest.mark.feature("W2")
def test_without_a_good_key_there_is_nothing(instance):
    for key in (None, "co_" + "0" * 48, ""):
        error_of(Api(instance, key)("GET", "/member"), 401)
    tenant = Tenant(instance)
    key = tenant.key()
    instance.sql("update api_key set expires_at = now() - interval 1 minute where user_id = %s", tenant.user)
    error_of(Api(instance, key)("GET", "/member"), 401)
    page = requests.get(instance.url + "/admin/member", headers={"Authorization": "Bearer " + tenant.key()}, allow_redirects=False, timeout=30)
    assert page.status_code == 303, "a key opens no pages"


@pytest.mark.feature("W2")
def test_a_browsers_session_needs_its_token(instance):
    tenant = Tenant(instance)
    web = tenant.web()
    body = {"phone": phone()}
    assert web.http.post(instance.url + "/api/v1/member", json=body, timeout=30).status_code == 403
    answer = web.http.post(instance.url + "/api/v1/member", json=body, headers={"X-CSRF-Token": csrf(web)}, timeout=30)
    assert answer.status_code == 201, answer.text
    member = answer.json()
    assert web.http.patch(f"{instance.url}/api/v1/member/{member['id']}", json={"name": "x", "version": 1}, timeout=30).status_code == 403


@pytest.mark.feature("W2")
def test_unknown_addresses_and_methods(world):
    error_of(world[1]("GET", "/nothing"), 404)
    error_of(world[1]("GET", "/member/abc"), 404)
    error_of(world[1]("PATCH", "/member", {}), 405)
    error_of(world[1]("PUT", "/member/1", {}), 405)
    assert error_of(world[1]("GET", "/daily_report?day_from=soon"), 422)["fields"].keys() == {"day"}


@pytest.mark.feature("W2")
def test_too_many_requests_are_held_back(instance):
    tenant, api = tenant_api(instance)
    assert api("GET", "/member").status_code == 200
    instance.sql("update throttle set count = 599 where name = (select concat('api:', id) from api_key where user_id = %s)", tenant.user)
    answers = [api("GET", "/member") for _ in range(3)]
    held = [a for a in answers if a.status_code == 429]
    assert held and error_of(held[-1], 429)["error"] == "throttled" and int(held[-1].headers["Retry-After"]) > 0


def refs(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from refs(value)
    elif isinstance(node, list):
        for value in node:
            yield from refs(value)


@pytest.mark.feature("W2")
def test_the_description_is_whole(world, instance):
    doc = world[1]("GET", "/openapi.json").json()
    assert doc["openapi"].startswith("3.0") and doc["servers"][0]["url"] == instance.url
    for ref in refs(doc):
        node = doc
        for part in ref.removeprefix("#/").split("/"):
            node = node[part]
    operations = [(path, method, op) for path, item in doc["paths"].items() for method, op in item.items() if method != "parameters"]
    ids = [op["operationId"] for _, _, op in operations]
    assert len(ids) == len(set(ids)) and {"member_list", "member_create", "member_update", "member_freeze", "station_show"} <= set(ids)
    for path, method, op in operations:
        assert op["responses"] and op["x-permission"].split(".")[0] == path.split("/")[3], path
    create = doc["components"]["schemas"]["member_create"]
    assert "phone" in create["required"] and "no" not in create["properties"] and create["additionalProperties"] is False


@pytest.mark.feature("W2")
def test_what_the_description_lists_answers(world, instance):
    """Every list of the description, called by one who may all: no error behind any of them, no column it does not tell of."""
    root = instance.value("select id from user where login = %s", instance.login_name)
    api = Api(instance, world[0].key(user=root))
    doc = api("GET", "/openapi.json").json()
    for path, item in doc["paths"].items():
        if "get" in item and "{id}" not in path:
            answer = api("GET", path.removeprefix("/api/v1"))
            assert answer.status_code == 200, (path, answer.text)
            shown = doc["components"]["schemas"][path.split("/")[3]]["properties"]
            for row in answer.json()["rows"]:
                assert row.keys() <= shown.keys(), path
