"""The gateway under OCPP stations, beside npm ocpp-rpc (which stores nothing) under the same load in the same run.

./chargeops bench ocpp [--connections 100,1000,5000] [--seconds 5] [--waves 20]

Heartbeat and MeterValues in turn, one call outstanding a connection; the server has core 0, everything else the others. Our readings
are stored; the black box is off (it keeps at most 600 frames of a pile a minute, and this is a flood). Without npm the baseline is left out, and that is said."""
import argparse
import os
import shutil
import subprocess
import time

from instance import Instance, wait_for
from measure import children, cpu_seconds, result

FIRST = 20000000000001
RPC = "ocpp-rpc@2.2.1"


def fill(made, piles):
    """Registered stations, in bulk."""
    made.sql("insert into provider (name, phone, created_at, updated_at) values ('p', '13800000001', now(), now())")
    made.sql("insert into property (provider_id, name, phone, created_at, updated_at) select id, 'w', '13800000002', now(), now()"
             " from provider where name = 'p'")
    made.sql("insert into station (provider_id, property_id, code, name, created_at, updated_at) select provider_id, id, 'S', 's', now(), now()"
             " from property where name = 'w'")
    made.sql("insert into area (station_id, code, name, created_at, updated_at) select id, 'A', 'a', now(), now() from station where code = 'S'")
    made.sql(f"insert into pile (station_id, area_id, code, serial, name, protocol, black_box, created_at, updated_at) select a.station_id, a.id,"
             f" concat('L', q.seq), {FIRST - 1} + q.seq, 'l', 'ocpp16', 'off', now(), now() from area a join seq_1_to_{piles} q where a.code = 'A'")
    made.sql("insert into connector (pile_id, station_id, number, code, name, created_at, updated_at)"
             " select id, station_id, 1, concat(code, '1'), '1', now(), now() from pile where name = 'l'")


def off_core_0():
    cores = os.sched_getaffinity(0) - {0}
    if cores:
        os.sched_setaffinity(0, cores)


def private_kb(pid):
    with open(f"/proc/{pid}/smaps_rollup") as f:
        return sum(int(line.split()[1]) for line in f if line.startswith(("Private_Dirty", "Private_Clean")))


class Load:
    def __init__(self, made, port, connections):
        self.process = subprocess.Popen([made.path("ocpp_load"), str(port), str(connections), str(FIRST)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, preexec_fn=off_core_0)

    def do(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, f"the load ended at: {line}"
        return {k: float(v) for k, v in (w.split("=") for w in answer.split())}

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def measure(made, port, pid, connections, args, check=lambda n: None):
    """The server's figures under one crowd; pid is the process with the sockets."""
    load = Load(made, port, connections)
    empty = private_kb(pid)
    connect = load.do("connect")["seconds"]
    time.sleep(1)
    memory = (private_kb(pid) - empty) * 1024 / connections
    load.do("flood 1")
    cpu = cpu_seconds(pid)
    got = load.do(f"flood {args.seconds}")
    assert got["lost"] == 0 and got["errors"] == 0, got
    used = cpu_seconds(pid) - cpu
    check(connections)
    waves = load.do(f"waves {args.waves}") if args.waves and connections == args.crowds[-1] else None
    load.end()
    return {"connect": connect, "memory": memory, "rate": got["messages"] / args.seconds, "us": used / got["messages"] * 1e6,
            "p99": got["p99_us"] / 1000, "waves": waves}


def bench_rpc(made, args, port):
    """{connections: figures} of ocpp-rpc, {} without npm."""
    folder = made.var / "ocpp-rpc"
    folder.mkdir(exist_ok=True)
    if not shutil.which("npm") or subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, RPC]).returncode:
        print("npm does not work here: no baseline in this run")
        return {}
    shutil.copy(os.path.join(os.path.dirname(__file__), "ocpp_rpc.js"), folder / "ocpp_rpc.js")
    figures = {}
    for connections in args.crowds:
        server = subprocess.Popen(["node", folder / "ocpp_rpc.js", str(port)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                  preexec_fn=lambda: os.sched_setaffinity(0, {0}))
        try:
            assert server.stdout.readline() == "ready\n"
            without = argparse.Namespace(**{**vars(args), "waves": 0})
            figures[connections] = measure(made, port, server.pid, connections, without)
        finally:
            server.kill()
            server.wait()
    return figures


def start_gateway(made, args):
    folder = made.var / "bench"
    folder.mkdir(exist_ok=True)
    log = open(made.var / "log/bench-gateway.log", "w")
    g = made.popen("gateway", f"--run-dir={folder}", f"--pile-port={args.port + 1}", f"--ocpp-port={args.port}", "--gateway-id=bench",
                   f"--db-socket={made.var}/run/mysql.sock", stderr=log, preexec_fn=off_core_0)
    wait_for(lambda: (folder / "gateway.ready").exists(), 20, "ready")
    loop = [pid for pid in children(g.pid) if sum(os.readlink(f"/proc/{pid}/fd/{fd}").startswith("socket:") for fd in os.listdir(f"/proc/{pid}/fd"))
            > 3]
    assert len(loop) == 1, loop
    os.sched_setaffinity(loop[0], {0})
    return g, loop[0]


def bench_ours(made, args):
    def stored(n):
        """A station that hangs up flows no more: looked at while all are there."""
        wait_for(lambda: made.value("select count(*) from connector_live where power = 7.2") >= n, 10, "readings stored")

    fill(made, args.crowds[-1])
    figures = {}
    for connections in args.crowds:
        g, loop = start_gateway(made, args)
        try:
            figures[connections] = measure(made, args.port, loop, connections, args, stored)
        finally:
            g.terminate()
            g.wait()
    return figures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--connections", default="100,1000,5000")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--waves", type=int, default=20)
    args = parser.parse_args()
    args.crowds = sorted(int(n) for n in args.connections.split(","))
    made = Instance("bench-ocpp")
    args.port = made.pile + 3000
    try:
        made.up("--bare")
        theirs = bench_rpc(made, args, made.pile + 3002)
        ours = bench_ours(made, args)
        said = {}
        for n in args.crowds:
            for name, figures in (("ocpp-rpc", theirs), ("gateway", ours)):
                if n in figures:
                    f = figures[n]
                    print(f"{n} connections, {name}: {f['rate']:.0f} msg/s, {f['us']:.1f} us CPU each, p99 {f['p99']:.1f} ms, connected in"
                          f" {f['connect']:.2f} s, {f['memory']:.0f} bytes a connection")
                    said.update({f"{name.replace('-', '_')}_msg_s_{n}": f["rate"], f"{name.replace('-', '_')}_us_{n}": f["us"]})
            said.update({f"p99_ms_{n}": ours[n]["p99"], f"connect_s_{n}": ours[n]["connect"], f"bytes_{n}": ours[n]["memory"]})
            if n in theirs:
                said[f"ratio_{n}"] = ours[n]["rate"] / theirs[n]["rate"]
        waves = ours[args.crowds[-1]]["waves"]
        if waves:
            print(f"{waves['waves']:.0f} waves of hanging up in mid-answer, {args.crowds[-1]} stations: all served after each, slowest return"
                  f" {waves['seconds']:.2f} s")
            said["wave_s"] = waves["seconds"]
        result(**said)
    finally:
        made.destroy()


main()
