"""Whole charges at virtual e-bike devices: chargeops-pilesim speaks AP3000 (N3, N7, O3, O5)."""
import pytest

from fleet import Fleet
from instance import wait_for
from shed import Shed


@pytest.fixture(scope="module")
def shed(site):
    return Shed(site, code="EB2", first=13600001)


@pytest.fixture
def fleet(shed, site, tmp_path):
    made = []

    def make(*options, cards=(), sockets=2):
        device = shed.device(sockets)
        f = Fleet(site, [f"{device.serial} {sockets} 800 ap3000"], tmp_path, *options, cards=cards, port=site.i.bike)
        f.serial, f.pile = device.serial, device.pile
        made.append(f)
        return f
    yield make
    for f in made:
        f.end()


def state(site, serial, number=1):
    return site.i.value("select state from connector_live where connector_id = %s", site.connector(serial, number))


def start(site, f, number=1, yuan=20):
    card, physical = site.card(yuan)
    f.ask(f"plug {f.serial} {number}")
    wait_for(lambda: state(site, f.serial, number) == "plugged", 5, "plugged")
    answer = site.probe("start", site.connector(f.serial, number), card)
    assert answer["refusal"] == "accepted", answer
    wait_for(lambda: f.status(f.serial)[f"gun{number}"] == "charging", 8, "charging")
    wait_for(lambda: state(site, f.serial, number) == "charging", 5, "the socket says so")
    return answer["no"]


@pytest.mark.feature("N3", "N7", "D11", "P16")
def test_charge_by_app_to_its_bill(site, fleet):
    f = fleet("--speedup", 400)
    no = start(site, f)
    wait_for(lambda: int(f.status(f.serial)["energy1"]) >= 400, 20, "0.04 kWh")
    assert site.probe("stop", site.session(no, "id"))
    wait_for(lambda: site.session(no) == "finished", 8, "settled")
    energy, amount, reason = site.i.rows("select energy, amount, device_reason from session where no = %s", no)[0]
    assert energy * 100 >= 4 and reason == 7 and amount > 0
    wait_for(lambda: f.status(f.serial)["records"] == "0", 5, "acknowledged")
    f.ask(f"unplug {f.serial} 1")
    wait_for(lambda: state(site, f.serial) == "idle", 5, "free again")


@pytest.mark.feature("N3", "N7")
def test_a_shown_card_charges_until_the_battery_is_full(site, fleet):
    f = fleet("--speedup", 1000)
    _, physical = site.card(20)
    f.ask(f"plug {f.serial} 2")
    f.ask(f"card {f.serial} 2 {physical}")
    wait_for(lambda: f.status(f.serial)["gun2"] == "charging", 8, "charging")
    no = f.status(f.serial)["no2"]
    wait_for(lambda: site.session(no) == "finished", 60, "full")
    assert site.session(no, "stop_reason") == "full" and site.session(no, "start_mode") == "card"


@pytest.mark.feature("N3", "O3", "O6")
def test_record_is_kept_until_the_link_is_back(site, fleet):
    f = fleet("--speedup", 400)
    no = start(site, f)
    f.ask(f"silent {f.serial} 3")
    f.ask(f"unplug {f.serial} 1")
    f.ask(f"drop {f.serial}")
    assert f.status(f.serial)["records"] == "1" and site.session(no) != "finished"
    wait_for(lambda: site.session(no) == "finished", 20, "sent after the next log-in")
    assert site.session(no, "stop_reason") == "plug"


@pytest.mark.feature("N3", "T2")
def test_alarms_of_a_socket(site, fleet):
    f = fleet()

    def state_of(code):
        return site.i.rows("select closed_at is not null from alarm where pile_id = %s and code = %s", f.pile, code)

    f.ask(f"fault {f.serial} 1 8")
    wait_for(lambda: state_of("bad_contact") == [(0,)], 5, "opened")
    f.ask(f"fault {f.serial} 1 0")
    wait_for(lambda: state_of("bad_contact") == [(1,)], 5, "closed")
    f.ask(f"alarm {f.serial} 1 4")
    wait_for(lambda: state_of("smoke") == [(0,)], 5, "smoke")


@pytest.mark.feature("N7")
def test_riders_come_and_go(site, fleet):
    cards = [site.card(20)[1] for _ in range(4)]
    f = fleet("--charging", "60%", "--speedup", 1000, "--take", 4, cards=cards, sockets=4)
    wait_for(lambda: int(f.totals()["records"]) >= 3, 60, "charges end and are acknowledged")
    done = site.i.value("select count(*) from session where pile_id = %s and state = 'finished' and energy > 0", f.pile)
    assert done >= 3


@pytest.mark.feature("O3", "O5", "O6", "T3")
def test_power_loss_suspends_the_order_until_the_device_or_a_person_ends_it(site, fleet):
    f = fleet("--speedup", 100)
    no = start(site, f)
    alarms = "select code, state, times from alarm where pile_id = %s"

    def lose():
        f.ask(f"silent {f.serial} 600")
        f.ask(f"drop {f.serial}")
        wait_for(lambda: site.online(f.serial) == 0, 10, "offline")
        site.i.sql("update pile_live set disconnected_at = now() - interval 58 second where pile_id = %s", f.pile)
        wait_for(lambda: site.session(no) == "suspended", 20, "suspended")

    lose()
    wait_for(lambda: site.i.rows(alarms, f.pile) == [("5001", "open", 1)], 20, "an alarm")
    f.ask(f"silent {f.serial} 0")
    wait_for(lambda: site.session(no) == "charging", 10, "it goes on")
    wait_for(lambda: site.i.rows(alarms, f.pile) == [("5001", "closed", 1)], 10, "closed")
    lose()
    session = site.session(no, "id")
    assert site.probe("end", session, 10 ** 6)["ended"] == "0", "it cannot have lasted so long"
    assert site.probe("end", session, 2)["ended"] == "1"
    energy, seconds = site.i.rows("select energy, timestampdiff(second, started_at, ended_at) from session where id = %s", session)[0]
    assert site.session(no) == "finished" and seconds == 2
    assert site.i.value("select sum(amount) from cdr where session_id = %s", session) == site.session(no, "amount")
    f.ask(f"silent {f.serial} 0")
    wait_for(lambda: f.status(f.serial)["link"] == "up", 10, "back")
    f.ask(f"unplug {f.serial} 1")                        # its own record comes after all, and is kept beside it
    wait_for(lambda: site.i.value("select outcome from device_record where session_no = %s", no) == "conflict", 10, "kept")
    assert site.session(no, "energy") == energy
    wait_for(lambda: f.status(f.serial)["records"] == "0", 10, "acknowledged")
