"""kill -9 of workers while clerks post money: a form that was sent is booked once or not at all, and sending it again settles the doubt."""
import os
import random
import signal
import subprocess
import threading
import time
from decimal import Decimal

import requests

from clerk import Clerk

FORMS = 25


def children(pid):
    return [int(p) for p in subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split()]


def kill_workers(instance, until):
    dice = random.Random(1)
    while not until.is_set():
        try:
            os.kill(dice.choice(children(instance.pid("admin"))), signal.SIGKILL)
        except (ProcessLookupError, IndexError):
            pass
        time.sleep(dice.uniform(0.01, 0.08))         # a sanitized worker answers in about as long


def post_until_answered(clerk, page, form, values):
    """As a person does at an error page: sends the same form again. Returns how often it was sent."""
    for n in range(1, 60):
        try:
            done = clerk.web.submit(page, form, values)
            if done.status == 200 and done.text:
                return n
        except requests.RequestException:
            pass
        time.sleep(0.02)
    raise AssertionError("the form was never answered")


def test_workers_killed_while_money_is_posted(instance):
    clerk = Clerk(instance)
    site = clerk.site(90)
    member = clerk.add("member", {"station_id": site.station, "name": "韧性", "phone": "13612349999"})
    card = clerk.add("card", {"station_id": site.station, "member_no": instance.value("select no from member where id = %s", member)})
    forms = [clerk.form(f"/admin/card/{card}/recharge") for _ in range(FORMS)]
    until = threading.Event()
    killer = threading.Thread(target=kill_workers, args=(instance, until))
    killer.start()
    try:
        sent = [post_until_answered(clerk, page, form, {"gift_amount": "1.23"}) for page, form in forms]
    finally:
        until.set()
        killer.join()
    print(f"{FORMS} forms were sent {sum(sent)} times")
    assert instance.value("select count(*) from statement where card_id = %s", card) == FORMS
    assert instance.value("select balance from account where owner_kind = 'card' and owner_id = %s and kind = 'gift'", card) == FORMS * Decimal("1.23")
    assert "findings=0" in instance.job("ledger_proof")
