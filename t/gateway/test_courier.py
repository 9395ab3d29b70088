"""The courier: sandbox messages are sent at once, others fail with a reason and are tried again."""
import time

import pytest

from instance import wait_for


def add(site, kind, target):
    site.i.sql("insert into delivery (kind, target, subject, payload, next_at, created_at) values (%s, %s, '', 'code 123456', now(), now())",
               kind, target)
    return site.i.value("select max(id) from delivery")


def row(site, delivery):
    return site.i.rows("select status, tries, last_error, answer from delivery where id = %s", delivery)[0]


@pytest.mark.feature("U1")
def test_sandbox_message_is_marked_as_sent(site):
    d = add(site, "sms", "13812345678")
    wait_for(lambda: row(site, d)[0] == "sent", 4, "sent")
    assert row(site, d)[3].startswith("sandbox")
    assert site.i.metrics("courier")["chargeops_courier_sent_total"] >= 1


def test_kind_without_adapter_fails_with_a_reason_and_is_kept(site):
    d = add(site, "mail", "a@b.example")
    wait_for(lambda: row(site, d)[0] == "failed", 4, "failed")
    status, tries, why, _ = row(site, d)
    assert tries == 1 and "mail" in why
    assert site.i.value("select timestampdiff(second, now(), next_at) from delivery where id = %s", d) in range(5, 12)


def test_goes_on_when_the_database_comes_back(site):
    site.i.stop("mysql")
    time.sleep(1.5)
    site.i.start("mysql")
    d = add(site, "sms", "13812345679")
    wait_for(lambda: row(site, d)[0] == "sent", 8, "sent")
