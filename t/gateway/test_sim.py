"""Whole charges on virtual piles: the bill is what the pile's meter and the tariff say."""
import time

import pytest

from fleet import Fleet
from instance import wait_for


@pytest.fixture
def fleet(site, unused, tmp_path, request):
    made = []

    def make(piles, *options, **how):
        serials = [next(unused) for _ in range(piles)]
        f = Fleet(site, serials, tmp_path, *options, **how)
        f.serials = serials
        made.append(f)
        return f
    yield make
    for f in made:
        f.end()


def start(site, f, serial, yuan=100):
    card, _ = site.card(yuan)
    wait_for(lambda: f.status(serial)["model"] != "-", 5, "prices")
    f.ask(f"plug {serial} 1")
    wait_for(lambda: site.i.value("select plugged from connector_live where connector_id = %s", site.connector(serial)) == 1, 5, "plugged")
    answer = site.probe("start", site.connector(serial), card)
    assert answer["refusal"] == "accepted"
    wait_for(lambda: f.status(serial)["gun1"] == "charging", 8, "charging")
    return answer["no"], card


@pytest.mark.feature("N1", "N7", "O2", "P1")
def test_bill_is_the_piles_to_the_cent(site, fleet):
    f = fleet(1, "--speedup", 9)
    serial = f.serials[0]
    no, card = start(site, f, serial)
    wait_for(lambda: int(f.status(serial)["energy1"]) > 10000, 20, "1 kWh")
    wait_for(lambda: site.session(no) == "charging", 5)
    site.probe("stop", site.session(no, "id"))
    wait_for(lambda: site.session(no) == "finished", 8, "settled")
    wait_for(lambda: f.status(serial)["records"] == "0", 5, "acknowledged")
    energy, amount, device, reason = site.i.rows("select energy, amount, device_amount, device_reason from session where no = %s", no)[0]
    assert energy > 1 and reason == 0x40
    assert abs(amount - device) <= 0.01, (amount, device)          # fen here, four decimals there
    assert site.i.value("select sum(l.amount) from cdr_line l join cdr c on c.id = l.cdr_id where c.session_id = %s", site.session(no, "id")) == amount


@pytest.mark.feature("P22", "N7")
def test_balance_ends_the_charge(site, fleet):
    f = fleet(1, "--speedup", 9)
    serial = f.serials[0]
    no, card = start(site, f, serial, yuan=3)
    wait_for(lambda: site.session(no) == "finished", 120, "settled")
    assert site.i.value("select balance from account where owner_kind = 'card' and owner_id = %s and kind = 'cash'", card) >= -1
    assert site.session(no, "amount") <= 3.5


@pytest.mark.feature("N1")
def test_record_waits_in_the_pile_while_the_link_is_down(site, fleet):
    f = fleet(1, "--speedup", 9)
    serial = f.serials[0]
    no, _ = start(site, f, serial)
    time.sleep(2)
    f.ask(f"silent {serial} 4")
    f.ask(f"stop {serial} 1")
    f.ask(f"drop {serial}")
    assert f.status(serial)["records"] == "1" and site.session(no) != "finished"
    wait_for(lambda: site.session(no) == "finished", 20, "sent after the next log-in")
    wait_for(lambda: f.status(serial)["records"] == "0", 5, "acknowledged")


@pytest.mark.feature("N1", "N7")
def test_fleet_keeps_charging_through_faults(site, fleet):
    cards = [site.card(200)[1] for _ in range(8)]
    f = fleet(6, "--charging", "50%", "--speedup", 9, "--take", 2, "--faults", "crc=20,repeat=500,drop=300", cards=cards)
    wait_for(lambda: int(f.totals()["charging"]) >= 4, 30, "half of the guns are busy")
    wait_for(lambda: int(f.totals()["records"]) >= 6, 60, "charges end and are acknowledged")
    marks = ", ".join(["%s"] * len(f.serials))
    done = site.i.value("select count(*) from session s join pile p on p.id = s.pile_id where s.state = 'finished' and p.serial in"
                        f" ({marks})", *f.serials)
    assert done >= 6
    assert site.i.value("select count(*) from (select session_id from cdr group by session_id having count(*) > 1) twice") == 0
    assert site.i.metrics("gateway")["chargeops_gateway_bad_crc_total"] > 0
