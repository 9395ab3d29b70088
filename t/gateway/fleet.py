"""Virtual piles of chargeops-pilesim, driven through its control socket."""
import socket
import subprocess

from instance import key_values, wait_for


class Fleet:
    def __init__(self, site, serials, folder, *options, cards=(), port=None):
        self.control = str(folder / "sim.control")
        (folder / "serials").write_text("\n".join(serials) + "\n")
        (folder / "cards").write_text("\n".join(cards) + "\n")
        self.process = site.i.popen("pilesim", "--serials", folder / "serials", "--cards", folder / "cards", "--port", port or site.i.pile,
                                    "--control", self.control, "--retry", 2, *options)
        wait_for(lambda: self.try_ask("status"), 10, "the control socket")
        wait_for(lambda: int(self.totals()["up"]) == len(serials), 20, "all piles logged in")

    def try_ask(self, line):
        try:
            return self.ask(line)
        except (FileNotFoundError, ConnectionRefusedError):
            return None

    def ask(self, line):
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(5)
            s.connect(self.control)
            s.sendall(line.encode() + b"\n")
            answer = b""
            while not answer.endswith(b"\n"):
                answer += s.recv(4096)
        answer = answer.decode().strip()
        assert answer.startswith("ok"), answer
        return answer

    def status(self, serial):
        return dict(w.split("=", 1) for w in self.ask(f"status {serial}").split()[1:])

    def totals(self):
        return dict(w.split("=", 1) for w in self.ask("status").split()[1:])

    def end(self):
        self.process.terminate()
        assert self.process.wait(10) == 0
