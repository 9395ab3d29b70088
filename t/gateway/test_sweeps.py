"""What the gateway looks after by itself: prices that come into force, farewells that were lost."""
import os
import signal
import time

import pytest

from instance import wait_for
from test_charge import charge, start_by_app
from test_failure import WRITERS, children


def look_now(site):
    """The sweeps come each minute, and when the process that makes them begins."""
    for pid in children(site.i.pid("gateway")):
        if not any("eventpoll" in os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")):
            os.kill(pid, signal.SIGKILL)              # the loop, which has the sockets, stays
    wait_for(lambda: site.i.metrics("gateway")["chargeops_gateway_writers"] == WRITERS, 5, "all writers are back")


@pytest.mark.feature("P4", "P11")
def test_prices_in_force_are_pushed_to_idle_piles(site, unused):
    idle, busy = site.pile(next(unused)), site.pile(next(unused))
    no, _ = start_by_app(site, busy)
    charge(site, busy, no)
    for p in (idle, busy):
        p.send(0x09, p.pile)
        p.expect(0x0A)
    old = site.version
    ids = tuple(site.pile_id(p.serial) for p in (idle, busy))
    wait_for(lambda: site.i.value("select count(*) from pile_live where tariff_version_id = %s and pile_id in (%s, %s)", old, *ids) == 2)
    site.version = site.tariff_version(2, [(0, 1440, "sharp", "1.50000", "0.50000")], "2021-01-01")
    site.i.sql("update pile_live set connected_at = now() - interval 5 minute where pile_id in (%s, %s)", *ids)
    look_now(site)
    body = idle.expect(0x58, 10)
    assert body[7:9].hex() == f"{site.version % 9999 + 1:04d}"
    assert int.from_bytes(body[9:13], "little") == 150000 and set(body[42:90]) == {0}
    idle.send(0x57, idle.pile + b"\x01")
    wait_for(lambda: site.i.value("select tariff_version_id from pile_live where pile_id = %s", ids[0]) == site.version, 3, "held")
    assert busy.silence(0x58, 1)
    busy.live(gun=1, state=2, plugged=0)
    wait_for(lambda: site.i.value("select state from connector_live where connector_id = %s", site.connector(busy.serial)) == "idle", 3)
    look_now(site)
    busy.expect(0x58, 10)
    assert idle.silence(0x58, 0.5)                            # it holds them


def test_a_pile_whose_farewell_was_lost_goes_offline(site, serial):
    p = site.pile(serial)

    def gone():
        """Once more if the log-in's own "seen" was written after ours."""
        site.i.sql("update pile_live set seen_at = now() - interval 5 minute where pile_id = %s", site.pile_id(serial))
        look_now(site)
        time.sleep(1)
        return site.online(serial) == 0
    wait_for(gone, 20, "offline")
    p.close()


@pytest.mark.feature("T3")
def test_a_pile_that_stays_away_has_an_alarm_until_it_is_back(site, serial):
    site.pile(serial).close()
    pile = site.pile_id(serial)
    wait_for(lambda: site.online(serial) == 0, 10, "offline")
    site.i.sql("update pile_live set disconnected_at = now() - interval 55 second where pile_id = %s", pile)
    alarms = "select code, level, state, times from alarm where pile_id = %s"
    wait_for(lambda: site.i.rows(alarms, pile) == [("5001", "general", "open", 1)], 40, "an alarm")
    p = site.pile(serial)
    wait_for(lambda: site.i.rows(alarms, pile) == [("5001", "general", "closed", 1)], 10, "closed")
    p.close()
