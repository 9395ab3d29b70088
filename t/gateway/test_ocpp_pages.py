"""OCPP stations from the pile's page and the JSON API: any call, its answer, the station's state and password (N4)."""
import threading

import pytest
import requests

from clerk import Clerk, secret
from instance import wait_for
from people import Tenant
from station import Refused, Station


@pytest.fixture(scope="module")
def owner(instance):
    """A provider with an OCPP pile of two connectors and a user who may do all."""
    tenant = Tenant(instance)
    tenant.pile = tenant.insert("pile", station_id=tenant.station, area_id=tenant.area, code="OCPP1", serial="CP-1", name="桩", protocol="ocpp16",
                                connector_count=2)
    for n in (1, 2):
        tenant.insert("connector", pile_id=tenant.pile, station_id=tenant.station, number=n, code=f"OCPP1{n}", name=f"{n}枪")
    return tenant


@pytest.fixture(scope="module")
def station(instance, owner):
    made = Station(instance.ocpp, "CP-1")
    made.boot()
    made.status("Available")
    yield made
    made.close()


def test_call_from_the_page(instance, owner, station):
    clerk = Clerk(instance)
    clerk.act("pile", owner.pile, "ocpp", {"ocpp_call": "UnlockConnector", "payload": '{"connectorId":2}'})
    assert station.expect("UnlockConnector", status="Unlocked") == {"connectorId": 2}
    row = wait_for(lambda: instance.rows("select id, result from command where pile_id = %s and status = 'done'", owner.pile), 5)
    page = clerk.get(f"/admin/command/{row[0][0]}").text
    assert "Unlocked" in page and "UnlockConnector" in page
    for payload in ("nonsense", "[]", '{"connectorId":2'):
        clerk.act("pile", owner.pile, "ocpp", {"ocpp_call": "UnlockConnector", "payload": payload}, status=422)


def call(instance, owner, action, body=None, key=None):
    return requests.post(f"{instance.url}/api/v1/piles/OCPP1/ocpp/{action}", json=body, timeout=60,
                         headers={"Authorization": "Bearer " + (key or owner.key())})


class Call(threading.Thread):
    """A request that waits for the station."""

    def __init__(self, *args):
        super().__init__()
        self.args = args
        self.start()

    def run(self):
        self.answer = call(*self.args)

    def done(self):
        self.join()
        return self.answer


@pytest.mark.feature("N4", "W2")
def test_call_by_the_api_gives_the_stations_answer(instance, owner, station):
    wish = Call(instance, owner, "GetConfiguration", {"key": ["HeartbeatInterval"]})
    assert station.expect("GetConfiguration", configurationKey=[{"key": "HeartbeatInterval", "readonly": False, "value": "300"}]) \
        == {"key": ["HeartbeatInterval"]}
    got = wish.done()
    assert got.status_code == 200 and got.json()["configurationKey"][0]["value"] == "300"
    wish = Call(instance, owner, "ClearCache")
    message = station.next()
    station.send([4, message[1], "NotSupported", "no cache", {}])
    got = wish.done()
    assert got.status_code == 502 and got.json() == {"error": "station_error", "message": "NotSupported: no cache"}


@pytest.mark.feature("N4", "W2")
def test_unlawful_calls_are_told_so(instance, owner, station):
    assert call(instance, owner, "Reset", {"type": "Now"}).status_code == 422
    assert call(instance, owner, "Reset", ["x"]).status_code == 422
    assert call(instance, owner, "Nonsense", {}).status_code == 404
    assert call(instance, owner, "Heartbeat", {}).status_code == 404
    stranger = Tenant(instance)
    assert call(instance, owner, "ClearCache", {}, stranger.key()).status_code == 404
    stranger.permit("pile.show")
    assert call(instance, owner, "ClearCache", {}, stranger.key()).status_code == 403


@pytest.mark.feature("N4", "W2")
def test_state_by_the_api(instance, owner, station):
    state = requests.get(f"{instance.url}/api/v1/piles/OCPP1/ocpp", timeout=30, headers={"Authorization": "Bearer " + owner.key()}).json()
    assert state["station"][0]["serial"] == "CP-1" and state["station"][0]["online"] is True
    assert [c["number"] for c in state["connectors"]] == [1, 2] and state["transactions"] == []
    assert all(c["created_at"] > "2026" for c in state["calls"]) and state["calls"]


@pytest.mark.feature("N4")
def test_password_is_made_and_shown_once(instance, owner, station):
    clerk = Clerk(instance)
    word = secret(clerk.send(f"/admin/pile/{owner.pile}/secret", {}))
    assert len(word) == 20 and word not in clerk.get(f"/admin/pile/{owner.pile}").text
    assert word not in str(instance.rows("select access_key from pile where id = %s", owner.pile))
    with pytest.raises(Refused) as refused:
        Station(instance.ocpp, "CP-1")
    assert refused.value.status == 401
    Station(instance.ocpp, "CP-1", password=word).close()
    instance.sql("update pile set access_key = null where id = %s", owner.pile)


@pytest.mark.feature("N4", "W2")
def test_a_station_that_is_away_is_504(instance, owner, station):
    station.close()
    wait_for(lambda: instance.value("select online from pile_live where pile_id = %s", owner.pile) == 0, 5, "away")
    got = call(instance, owner, "ClearCache", {})
    assert got.status_code == 504 and got.json()["error"] == "station_away"
