"""lib/charge against a real server: the C programs that hold the rules' tests, and the jobs around them."""
import pytest


@pytest.mark.parametrize("program", ["ledger_test", "outbox_test", "race_test", "session_test", "settle_test"])
def test_rules(instance, program):
    """Each program is a cmocka group; its tests name the features they prove."""
    done = instance.program(program, env={"CMOCKA_MESSAGE_OUTPUT": "TAP"})
    failed = [line for line in done.stdout.splitlines() if line.startswith("not ok")]
    assert done.returncode == 0 and not failed, done.stdout + done.stderr
