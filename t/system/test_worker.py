"""lib/run/worker.c: workers die, are replaced, stop gracefully, reload, and are recycled."""
import os
import signal
import socket
import subprocess
import threading
import time

import pytest

from instance import BUILD, wait_for


class Probe:
    def __init__(self, folder):
        self.path = str(folder / "probe.sock")
        self.ready = folder / "probe.ready"
        env = {k: v for k, v in os.environ.items() if not k.startswith("CHARGEOPS_")}
        self.process = subprocess.Popen([str(BUILD / "worker_probe")], env={**env, "CHARGEOPS_RUN_DIR": str(folder)},
                                        stderr=subprocess.PIPE, text=True)
        wait_for(self.ready.exists, 10, "ready")
        wait_for(lambda: len({self.ask()[0] for _ in range(6)}) >= 1)

    def ask(self, word="x", timeout=5):
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(timeout)
        s.connect(self.path)
        s.sendall(word.encode())
        text = s.recv(100)
        s.close()
        return tuple(map(int, text.split()))

    def children(self):
        return {int(p) for p in subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True,
                                               text=True).stdout.split()}

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=20)[1]


@pytest.fixture
def probe(tmp_path):
    p = Probe(tmp_path)
    yield p
    p.end()


def test_a_killed_worker_is_replaced_and_requests_go_on(probe):
    before = wait_for(lambda: len(c := probe.children()) == 2 and c)
    os.kill(min(before), signal.SIGKILL)
    wait_for(lambda: len(probe.children()) == 2 and probe.children() != before)
    for _ in range(10):
        assert probe.ask()[0] in probe.children() | before


def test_a_worker_that_crashes_on_a_request_takes_no_other_with_it(probe):
    for _ in range(3):
        with pytest.raises((ConnectionError, ValueError, TypeError)):
            raise_if_empty(probe.ask("die"))
    wait_for(lambda: len(probe.children()) == 2)
    assert len(probe.ask()) == 2
    assert "event=worker_died" in probe.end()


def raise_if_empty(answer):
    if len(answer) != 2:
        raise ConnectionError("no answer")


def test_a_worker_is_recycled_after_its_requests(probe):
    seen = {probe.ask()[0] for _ in range(100)}
    assert len(seen) >= 4
    assert "worker_died" not in probe.end()


def test_sighup_reaches_the_workers(probe):
    wait_for(lambda: len(probe.children()) == 2)
    probe.process.send_signal(signal.SIGHUP)
    wait_for(lambda: probe.ask()[1] == 1, 5, "a reload is counted")


def test_sigterm_lets_a_running_answer_finish_and_takes_nobody_new(probe):
    got = []
    thread = threading.Thread(target=lambda: got.append(probe.ask("slow")))
    thread.start()
    time.sleep(0.3)
    probe.process.send_signal(signal.SIGTERM)
    wait_for(lambda: not os.path.exists(probe.path), 2, "the socket is gone")
    thread.join(5)
    assert len(got) == 1 and len(got[0]) == 2
    assert probe.process.wait(5) == 0
    assert not probe.ready.exists()


def test_workers_end_with_a_parent_that_was_killed(probe):
    children = wait_for(lambda: len(c := probe.children()) == 2 and c)
    probe.process.kill()
    probe.process.wait()
    wait_for(lambda: not any(os.path.exists(f"/proc/{p}/exe") and alive(p) for p in children), 5, "the workers are gone")


def alive(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rsplit(") ", 1)[1][0] != "Z"
    except OSError:
        return False
