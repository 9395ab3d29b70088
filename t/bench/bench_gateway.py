"""The gateway under connected piles, beside a bare epoll echo of the same frames in the same run.

./chargeops bench gateway [--piles 10000] [--seconds 15] [--charge-seconds 60] [--busy 200] [--commands 200]

While the load is paced, a fifth of the piles charge by card, each charge ends with a record, one record of fifty is sent twice; afterwards the
records are counted against the bills. At the end the gateway is restarted while all are connected (as ./chargeops bench storm does).
Loops run on core 0, everything else on the others. More piles than a process may have descriptors: several loops."""
import argparse
import os
import re
import socket
import subprocess
import threading
import time

from instance import Instance, key_values, wait_for
from measure import children, cpu_seconds, result

PER_LOOP = 15000
ECHO_SECONDS = 60                      # it does the same all the time
FIRST = 10000000000001


def rss_kb(pid):
    with open(f"/proc/{pid}/smaps_rollup") as f:
        return sum(int(line.split()[1]) for line in f if line.startswith(("Private_Dirty", "Private_Clean")))


def fill(made, piles):
    """Registered piles with a tariff; in bulk."""
    made.sql("insert into provider (name, phone, created_at, updated_at) values ('p', '13800000001', now(), now())")
    made.sql("insert into property (provider_id, name, phone, created_at, updated_at) select id, 'w', '13800000002', now(), now()"
             " from provider where name = 'p'")
    made.sql("insert into station (provider_id, property_id, code, name, created_at, updated_at) select provider_id, id, 'S', 's', now(), now()"
             " from property where name = 'w'")
    made.sql("insert into area (station_id, code, name, created_at, updated_at) select id, 'A', 'a', now(), now() from station where code = 'S'")
    made.sql("insert into tariff (provider_id, name, created_at, updated_at) select id, 't', now(), now() from provider where name = 'p'")
    made.sql("update station set tariff_id = (select id from tariff where name = 't') where code = 'S'")
    made.sql("insert into tariff_version (tariff_id, number, effective_at, summary, created_at) select id, 1, '2020-01-01', '', now() from tariff")
    made.sql("insert into tariff_slot select id, 0, 1440, 'flat', 0.7, 0.4 from tariff_version")
    made.sql(f"insert into pile (station_id, area_id, code, serial, name, created_at, updated_at) select a.station_id, a.id, concat('L', q.seq),"
             f" {FIRST - 1} + q.seq, 'l', now(), now() from area a join seq_1_to_{piles} q where a.code = 'A'")
    made.sql("insert into connector (pile_id, station_id, number, code, name, created_at, updated_at)"
             " select id, station_id, 1, concat(code, '1'), '1', now(), now() from pile where name = 'l'")


def fill_cards(made, piles):
    """A card with money for every fifth pile, whose number frame_load knows."""
    every = f"from provider p join seq_1_to_{piles} q where p.name = 'p' and (q.seq - 1) % 5 = 0 order by q.seq"
    made.sql(f"insert into member (no, provider_id, phone, created_at, updated_at) select 100000000 + q.seq, p.id, 15000000000 + q.seq, now(), now() {every}")
    made.sql("insert into card (no, member_id, provider_id, logical_no, physical_no, created_at, updated_at)"
             " select 100000000 + m.no, m.id, m.provider_id, m.no - 100000000, concat('C', lpad(m.no - 100000000, 7, '0')), now(), now()"
             " from member m order by m.id")
    first, cards = made.rows("select min(id), count(*) from card")[0]
    done = made.program("charge_probe", "recharge_each", first, cards, 1000 * 100000)
    assert done.returncode == 0, done.stderr


class Load:
    """frame_load processes that act as one."""

    def __init__(self, made, port, piles, login):
        self.parts = []
        for at in range(0, piles, PER_LOOP):
            self.parts.append(subprocess.Popen([made.path("frame_load"), str(port), str(min(PER_LOOP, piles - at)), str(FIRST + at), str(login)],
                                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=off_core_0))

    def do(self, line):
        for p in self.parts:
            p.stdin.write(line + "\n")
            p.stdin.flush()
        answers = [dict(w.split("=") for w in p.stdout.readline().split()) for p in self.parts]
        return {k: (max if k in ("seconds", "p50_us", "p99_us") else sum)(float(a[k]) for a in answers) for k in answers[0]}

    def end(self):
        for p in self.parts:
            p.stdin.close()
            p.wait()


def off_core_0():
    cores = os.sched_getaffinity(0) - {0}
    if cores:
        os.sched_setaffinity(0, cores)


def on_core_0(pids):
    for pid in pids:
        os.sched_setaffinity(pid, {0})


def flood(load, pids, seconds, busy):
    """Messages/s (one in and its answer are one) and CPU microseconds of the server for each."""
    cpu = sum(map(cpu_seconds, pids))
    got = load.do(f"flood {seconds} {busy}")
    assert got["lost"] == 0, got
    return got["messages"] / seconds, (sum(map(cpu_seconds, pids)) - cpu) / got["messages"] * 1e6, got


def paced(load, pids, seconds, charge_seconds=0):
    cpu = sum(map(cpu_seconds, pids))
    began = time.monotonic()
    got = load.do(f"paced {seconds} {charge_seconds}")
    return got, (sum(map(cpu_seconds, pids)) - cpu) / (time.monotonic() - began) * 100


def bench_echo(made, args, port):
    servers = [subprocess.Popen([made.path("frame_echo"), str(port)], stdout=subprocess.PIPE, text=True) for _ in range(args.loops)]
    try:
        for s in servers:
            s.stdout.readline()
        pids = [s.pid for s in servers]
        on_core_0(pids)
        load = Load(made, port, args.piles, 0)
        connect = load.do("connect")
        rate, us, _ = flood(load, pids, args.flood_seconds, args.busy)
        _, cpu = paced(load, pids, min(args.seconds, ECHO_SECONDS))
        load.end()
        return {"connect": connect["seconds"], "rate": rate, "us": us, "cpu": cpu}
    finally:
        for s in servers:
            s.kill()
            s.wait()


def start_gateway(made, args):
    folder = made.var / "bench"
    folder.mkdir(exist_ok=True)
    log = open(made.var / "log/bench-gateway.log", "w")
    g = made.popen("gateway", f"--run-dir={folder}", f"--pile-port={args.port}", "--gateway-id=bench", f"--gateway-loops={args.loops}",
                   f"--db-socket={made.var}/run/mysql.sock", f"--gateway-max-piles={args.piles}", stderr=log)
    wait_for(lambda: (folder / "gateway.ready").exists(), 20, "ready")
    # A loop holds listening sockets, a writer does not.
    loops = [pid for pid in children(g.pid) if len(os.listdir(f"/proc/{pid}/fd")) > 7 and
             any("anon_inode:[eventpoll]" == os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd"))]
    assert len(loops) == args.loops, loops
    return g, loops, folder


def commands(made, args, folder, piles):
    """Row to wire all through the paced load, as the gateway itself measures it."""
    began = time.monotonic()
    for i in range(args.commands):
        time.sleep(max(0, began + args.seconds * i / args.commands - time.monotonic()))
        pile = piles[i * len(piles) // args.commands]
        subprocess.run([made.path("charge_probe"), f"--run-dir={folder}", "command", "read_live", str(pile), "0"], check=True,
                       env=made.program_env(), stdout=subprocess.DEVNULL, preexec_fn=off_core_0)


def metrics(folder, loop=1):
    s = socket.socket(socket.AF_UNIX)
    s.connect(str(folder / ("gateway.metrics" if loop == 1 else f"gateway-{loop}.metrics")))
    s.sendall(b"GET / HTTP/1.0\r\n\r\n")
    text = b""
    while part := s.recv(65536):
        text += part
    lines = [l.split() for l in text.decode().split("\r\n\r\n")[1].splitlines() if l[0] != "#"]
    return {re.sub(r"^chargeops_gateway(-\d+)?_", "", name): int(value) for name, value in lines}


def storm(made, args, load):
    """A gateway that begins anew with all piles at its door: seconds until all are in, and the longest queue of the writers meanwhile."""
    g, loops, folder = start_gateway(made, args)
    queued, over = [0], threading.Event()

    def watch():
        while not over.wait(0.1):
            queued.append(max(metrics(folder, i + 1)["queued_bytes"] for i in range(args.loops)))
    try:
        on_core_0(loops)
        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            seconds = load.do("connect")["seconds"]
        finally:
            over.set()
            watcher.join()
        wait_for(lambda: made.value("select count(*) from pile_live where online = 1") == args.piles, 30, "all are online")
        load.end()
        return {"storm": seconds, "storm_queue": max(queued)}
    finally:
        g.terminate()
        g.wait()


def records(made, load):
    """What the piles were told is kept, against what was billed."""
    said = load.do("settle 120")
    assert said["open"] == 0, said
    billed, sessions, open_ = made.rows("select count(*), count(distinct session_id), (select count(*) from session where state <> 'finished') from cdr")[0]
    unpaid = made.value("select count(*) from session s where s.amount > 0 and not exists (select 1 from statement t where t.session_id = s.id)")
    return {"records": int(said["acknowledged"]), "refused": int(said["refused"]), "lost_records": int(said["acknowledged"]) - sessions + unpaid,
            "doubled": billed - sessions, "never_ended": open_}


def bench_gateway(made, args):
    fill(made, args.piles)
    fill_cards(made, args.piles)
    g, loops, folder = start_gateway(made, args)
    try:
        on_core_0(loops)
        empty = sum(map(rss_kb, loops))
        load = Load(made, args.port, args.piles, 1)
        login = load.do("connect")
        time.sleep(1)
        memory = (sum(map(rss_kb, loops)) - empty) * 1024 / args.piles
        rate, us, _ = flood(load, loops, args.flood_seconds, args.busy)
        ids = [r[0] for r in made.rows("select id from pile where name = 'l'")]
        worker = threading.Thread(target=commands, args=(made, args, folder, ids))
        worker.start()
        got, cpu = paced(load, loops, args.seconds, args.charge_seconds)
        worker.join()
        online = made.value("select count(*) from pile_live where online = 1")
        bills = records(made, load)
        time.sleep(1.2)
        counted = [metrics(folder, i + 1) for i in range(args.loops)]
        g.terminate()
        g.wait()

        def worst(name):                            # of the loops
            return max(c[name] for c in counted)
        return {**storm(made, args, load), **bills, "login": login["seconds"], "memory": memory, "rate": rate, "us": us, "cpu": cpu, "sent": got["sent"],
                "lost": got["lost"], "online": online, "p50": worst("command_wire_p50_ms"), "p99": worst("command_wire_p99_ms")}
    finally:
        g.terminate()
        g.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--piles", type=int, default=10000)
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--charge-seconds", type=int, default=60)
    parser.add_argument("--flood-seconds", type=int, default=4)
    parser.add_argument("--busy", type=int, default=200)
    parser.add_argument("--commands", type=int, default=200)
    args = parser.parse_args()
    args.loops = -(-args.piles // PER_LOOP)
    made = Instance("bench-gateway")
    args.port = made.pile + 3000
    try:
        made.up("--bare")
        echo = bench_echo(made, args, made.pile + 3001)
        ours = bench_gateway(made, args)
        assert ours["online"] == args.piles, ours
        print(f"{args.piles} piles on {args.loops} loop(s), one core")
        print(f"connected: echo {echo['connect']:.2f} s; logged in: gateway {ours['login']:.2f} s")
        print(f"heartbeats, {args.busy} busy: echo {echo['rate']:.0f}/s at {echo['us']:.2f} us, gateway {ours['rate']:.0f}/s at {ours['us']:.2f} us")
        print(f"paced ({ours['sent'] / args.seconds:.0f} messages/s): echo {echo['cpu']:.1f} % of the core, gateway {ours['cpu']:.1f} %")
        print(f"records {ours['records']}, lost {ours['lost_records']}, doubled {ours['doubled']}, charges that did not end {ours['never_ended']}")
        print(f"all back after a restart: {ours['storm']:.2f} s, the writers' queue at most {ours['storm_queue']} bytes a loop")
        print(f"memory {ours['memory']:.0f} bytes a connection; command row to wire p50 {ours['p50']} ms, p99 {ours['p99']} ms")
        result(piles=args.piles, login_s=ours["login"], echo_connect_s=echo["connect"], msg_s=ours["rate"], echo_msg_s=echo["rate"],
               ratio_to_echo=ours["rate"] / echo["rate"], us_per_msg=ours["us"], echo_us_per_msg=echo["us"], paced_cpu_percent=ours["cpu"],
               records=ours["records"], records_lost=ours["lost_records"], records_doubled=ours["doubled"], storm_s=ours["storm"], storm_queue_bytes=ours["storm_queue"],
               echo_paced_cpu_percent=echo["cpu"], bytes_per_connection=ours["memory"], command_p50_ms=ours["p50"], command_p99_ms=ours["p99"])
    finally:
        made.destroy()


if __name__ == "__main__":
    main()
