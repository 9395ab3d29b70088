"""One scratch instance: started, stopped, asked and looked into. Used by t/system, t/gateway, t/browser and t/bench.

Folder build-test/var-NAME, four free ports; CHARGEOPS_BUILD names the build whose programs run."""
import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("CHARGEOPS_BUILD", ROOT / "build")).resolve()


def free_ports():
    """The first of six neighbouring ports that nobody holds now (pages, piles, MQTT, payment sandbox, OCPP, e-bike sockets), below the range
    the kernel gives to clients; and the lock that keeps another run of this build off them, until it is closed."""
    start = os.getpid() * 7 % 1660
    for n in range(1660):
        base = 20000 + (start + n) % 1660 * 6
        lock = open(BUILD / f"ports-{base}.lock", "w")
        taken = [lock]
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for port in range(base, base + 6):
                s = socket.socket()
                taken.append(s)
                s.bind(("127.0.0.1", port))
            taken.remove(lock)
            return base, lock
        except OSError:
            continue
        finally:
            for s in taken:
                s.close()
    raise RuntimeError("no six free ports")


def wait_for(condition, seconds=10, what="condition", every=0.05):
    """Polls until condition() is truthy and returns that."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(every)


def today():
    """The operator's day, whatever the zone of the machine."""
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))


def key_values(text):
    return dict(line.split("=", 1) for line in text.splitlines() if re.match(r"[a-z_]+=", line))


class Instance:
    def __init__(self, name, build=BUILD, clock=None):
        """clock "00:03": the programs, and the server as tests ask it, live at that time of the operator's day, going on from there."""
        self.build = Path(build)
        self.var = self.build / f"var-{name}-{os.getpid()}"
        self.base, self.ports = free_ports()
        self.http, self.pile, self.mqtt, self.ocpp = self.base, self.base + 1, self.base + 2, self.base + 4
        self.bike = self.base + 5
        self.url = f"http://127.0.0.1:{self.http}"
        self.password = self.payment_password = None
        self.login_name = None
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("CHARGEOPS_")}
        self.env.update(CHARGEOPS_VAR=str(self.var), CHARGEOPS_BUILD=str(self.build),
                        CHARGEOPS_POOL_MB=os.environ.get("CHARGEOPS_POOL_MB", "128"),
                        CHARGEOPS_REDO_MB=os.environ.get("CHARGEOPS_REDO_MB", "32"),
                        CHARGEOPS_SEED=os.environ.get("CHARGEOPS_SEED", ""))
        self.ahead = 0
        if clock:
            hours, minutes = map(int, clock.split(":"))
            self.ahead = int((hours * 3600 + minutes * 60 - (time.time() + 8 * 3600)) % 86400)
            self.env["CHARGEOPS_NOW"] = f"+{self.ahead}"

    # --- the command

    def run(self, *args, check=True, **more):
        done = subprocess.run([str(ROOT / "chargeops"), *map(str, args)], env={**self.env, **more.pop("env", {})},
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, **more)
        if check and done.returncode != 0:
            raise AssertionError(f"chargeops {' '.join(map(str, args))}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def up(self, *args):
        shutil.rmtree(self.var, ignore_errors=True)
        self.var.mkdir(parents=True, mode=0o700)
        (self.var / "no-cron").touch()          # tests run the jobs they want, when they want
        try:
            done = self.run("up", "--no-build", "--port-base", self.base, *args)
        except AssertionError:
            self.run("down", check=False)       # its logs stay for a look
            raise
        self.first = key_values(done.stdout)
        self.login_name = self.first.get("login")
        self.password = self.first.get("password")
        self.payment_password = self.first.get("payment_password")
        return self.first

    def destroy(self):
        self.run("down", check=False)
        self.ports.close()
        if not os.environ.get("CHARGEOPS_KEEP"):
            shutil.rmtree(self.var, ignore_errors=True)

    def job(self, *args, check=True, env=None):
        """Standard output of a job; with check=False the finished process."""
        done = self.program("job", *args, env=env)
        if not check:
            return done
        assert done.returncode == 0, f"job {args}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def program(self, name, *args, env=None):
        return subprocess.run([str(self.path(name)), *map(str, args)], env={**self.program_env(), **(env or {})},
                              capture_output=True, text=True, stdin=subprocess.DEVNULL)

    def popen(self, name, *args, env=None, **more):
        """A program of the build that goes on running; the caller ends it."""
        return subprocess.Popen([str(self.path(name)), *map(str, args)], env={**self.program_env(), **(env or {})},
                                stdin=subprocess.DEVNULL, **more)

    def program_env(self):
        return {**self.env, "CHARGEOPS_CONF": str(self.var / "chargeops.conf")}

    def path(self, name):
        for p in (self.build / f"chargeops-{name}", self.build / name):
            if p.exists():
                return p
        raise AssertionError(f"{name} is not built in {self.build}")

    # --- components

    def start(self, name):
        self.run("start", name)

    def stop(self, name):
        self.run("stop", name)

    def pid(self, name):
        return int((self.var / "run/proc" / f"{name}.child").read_text())

    def kill(self, name, sig=signal.SIGKILL):
        """Kills the program itself; what keeps it starts it again. Returns the pid that died."""
        pid = self.pid(name)
        os.kill(pid, sig)
        return pid

    def await_again(self, name, old_pid, seconds=15):
        """Waits until the component runs under another pid and answers."""
        def back():
            try:
                return self.pid(name) != old_pid and f"{name}=up" in self.run("status", check=False).stdout.split()
            except (FileNotFoundError, ValueError):
                return False
        wait_for(back, seconds, f"{name} is up again", 0.2)

    def log(self, name):
        path = self.var / "log" / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def metrics(self, name):
        """A daemon's counters as a dict."""
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(5)
        s.connect(str(self.var / "run" / f"{name}.metrics"))
        s.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
        text = b""
        while part := s.recv(65536):
            text += part
        s.close()
        body = text.decode().split("\r\n\r\n", 1)[1]
        return {line.split()[0]: int(line.split()[1]) for line in body.splitlines() if line and line[0] != "#"}

    # --- the database

    def connect(self):
        import pymysql
        conf = key_values(re.sub(r" *= *", "=", (self.var / "chargeops.conf").read_text()))
        return pymysql.connect(unix_socket=str(self.var / "run/mysql.sock"), user="root", database=conf["db_name"],
                               charset="utf8mb4", autocommit=True,
                               init_command="set time_zone = '+08:00'" + (f", timestamp = {time.time() + self.ahead}" if self.ahead else ""))

    def rows(self, sql, *args):
        """All rows as tuples; values as the server's types (DECIMAL is decimal.Decimal)."""
        db = self.connect()
        try:
            with db.cursor() as c:
                c.execute(sql, args or None)
                return list(c.fetchall())
        finally:
            db.close()

    def value(self, sql, *args):
        rows = self.rows(sql, *args)
        return rows[0][0] if rows else None

    def sql(self, sql, *args):
        """Runs a change; returns the number of rows."""
        db = self.connect()
        try:
            with db.cursor() as c:
                return c.execute(sql, args or None)
        finally:
            db.close()

    # --- pages

    def session(self):
        """A browser-like HTTP session that knows nobody yet."""
        from web import Web
        return Web(self.url)

    def admin(self):
        """Logged in as the first administrator; passwords changed on the way if that is still due."""
        web = self.session()
        web.login_as_administrator(self)
        return web
