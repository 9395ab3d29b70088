"""The payment sandbox beside an instance: started on a free port, paid, told to misbehave, and its account made a channel."""
import re
import socket
import tempfile

import requests

from instance import wait_for


class PaySim:
    def __init__(self, instance, account="account.json"):
        self.i = instance
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.dir = tempfile.mkdtemp(prefix="paysim-", dir=instance.var)
        self.http = requests.Session()
        self.http.trust_env = False
        self.process = instance.popen("paysim", f"--port={self.port}", f"--dir={self.dir}")
        wait_for(self.answers, 30, "the sandbox answers")
        if account:
            done = instance.job("channel_sandbox", "--file", f"{self.dir}/{account}")
            self.channel = int(re.search(r"channel=(\d+)", done)[1])

    def answers(self):
        try:
            return self.http.get(f"{self.url}/sim/state", timeout=2).ok
        except requests.RequestException:
            return False

    def end(self):
        self.process.terminate()
        self.process.wait(10)

    def post(self, path, **words):
        done = self.http.post(f"{self.url}/sim/{path}", params=words, timeout=10)
        assert done.ok, f"{path} {words}: {done.status_code} {done.text}"

    def mode(self, name, value):
        self.post("mode", name=name, value=value)

    def pay(self, no, **words):
        self.post("pay", no=no, **words)

    def state(self):
        return self.http.get(f"{self.url}/sim/state", timeout=10).json()

    def notified(self):
        return self.state().get("notified", [])

    def last_notice(self, n):
        """The answer our side gave to the n-th callback, once it was sent."""
        return wait_for(lambda: (self.notified() + [None] * n)[n - 1], 15, f"callback {n} was sent")
