"""The camera daemon at a real broker, beside a bare subscriber of the same messages in the same run: events until they are committed, keep-alives, commands, memory.

./chargeops bench camera [--cameras 2000] [--events 20000] [--alive 200000] [--commands 300]

Bare: one libmosquitto client with QoS 1 that does nothing with what it hears; for commands the way through the broker to the lock and back alone."""
import argparse
import socket
import statistics
import subprocess
import threading
import time

from instance import Instance, key_values, wait_for
from measure import children, cpu_seconds, pss_kb, result
from mqtt import Mqtt


def fill(made, cameras):
    """Bays with cameras; in bulk."""
    made.sql("insert into provider (name, phone, created_at, updated_at) values ('p', '13800000001', now(), now())")
    made.sql("insert into property (provider_id, name, phone, created_at, updated_at) select id, 'w', '13800000002', now(), now() from provider where name = 'p'")
    made.sql("insert into station (provider_id, property_id, code, name, created_at, updated_at) select provider_id, id, 'S', 's', now(), now()"
             " from property where name = 'w'")
    made.sql("insert into area (station_id, code, name, created_at, updated_at) select id, 'A', 'a', now(), now() from station where code = 'S'")
    made.sql("insert into bay (station_id, area_id, code, name, created_at, updated_at) select a.station_id, a.id, concat('B', lpad(q.seq, 5, '0')),"
             f" concat('B', lpad(q.seq, 5, '0')), now(), now() from area a join seq_1_to_{cameras} q where a.code = 'A'")
    made.sql("insert into camera (station_id, area_id, serial, name, left_bay_id, keep_alive, created_at, updated_at) select station_id, area_id,"
             " concat('bench', lpad(substring(code, 2) - 1, 5, '0')), code, id, 3600, now(), now() from bay")


class Load:
    def __init__(self, made):
        self.made, self.password = made, (made.var / "data/mosquitto/platform").read_text()

    def start(self, *words):
        return subprocess.Popen([str(self.made.path("cam_load")), words[0], str(self.made.mqtt), self.password, *map(str, words[1:])],
                                stdout=subprocess.PIPE, text=True)

    @staticmethod
    def end(process):
        line = process.stdout.readline()
        assert process.wait() == 0 and "=" in line, line
        return {k: float(v) for k, v in key_values(line.replace(" ", "\n")).items()}

    def tell(self, prefix, cameras, count, kind):
        return self.end(self.start("tell", prefix, cameras, count, kind))

    def bare(self, cameras, count, kind):
        """Messages/s and CPU microseconds each of the bare subscriber."""
        ear = self.start("hear", "bare/#", count)
        assert ear.stdout.readline() == "ready\n"
        self.tell("bare", cameras, count, kind)
        got = self.end(ear)
        return {"rate": got["heard"] / got["seconds"], "us": got["cpu_us"] / got["heard"]}


def through(made, load, args, count, kind, done):
    """The same messages through the daemon until done() says that all have got there."""
    loop = made.pid("camera")
    (writer,) = children(loop)
    broker = made.pid("mosquitto")
    before = [cpu_seconds(p) for p in (loop, writer, broker)]
    began = time.monotonic()
    load.tell("device", args.cameras, count, kind)
    wait_for(done, 600, "all messages have got there", 0.02)
    seconds = time.monotonic() - began
    us = [(cpu_seconds(p) - b) / count * 1e6 for p, b in zip((loop, writer, broker), before)]
    return {"rate": count / seconds, "us": us[0], "writer_us": us[1], "broker_us": us[2], "pss": [pss_kb(loop), pss_kb(writer)]}


def wake(made):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    s.sendto(b"!", str(made.var / "run/camera.wake"))
    s.close()


def commands(made, load, args):
    """Milliseconds from the row to the lock's answer, and to the row that knows it; a lock answers at once."""
    link = Mqtt(made.mqtt, "chargeops", load.password, "bench-locks")
    link.subscribe("device/+/message/down/gpio_out")
    over, heard = threading.Event(), {}

    def lock():
        while not over.is_set():
            came = link.take(0.2)
            if came:
                heard[came[1]["id"]] = time.monotonic()
                link.publish(came[0] + "/reply", {"id": came[1]["id"], "sn": came[1]["sn"], "name": "gpio_out", "code": 200, "payload": None}, False)
    thread = threading.Thread(target=lock)
    thread.start()
    db = made.connect()
    wire, whole = [], []
    with db.cursor() as c:
        c.execute("select id, left_bay_id from camera order by id limit %s", (args.commands,))
        for camera, bay in c.fetchall():
            began = time.monotonic()
            c.execute("insert into camera_command (camera_id, bay_id, kind, created_at, expires_at) values (%s, %s, 'open_lock', now(), now() + interval 30 second)",
                      (camera, bay))
            row = c.lastrowid
            wake(made)
            wait_for(lambda: c.execute("select 1 from camera_command where id = %s and status = 'done'", (row,)), 10, "the command is done", 0.0005)
            whole.append((time.monotonic() - began) * 1000)
            wire.append((heard[f"c{row}"] - began) * 1000)
    over.set()
    thread.join()
    link.close()
    db.close()
    return wire, whole


def bare_commands(made, load, args):
    """Through the broker to the lock and back."""
    lock, asker = (Mqtt(made.mqtt, "chargeops", load.password, f"bench-{who}") for who in ("lock", "asker"))
    lock.subscribe("bare/down")
    asker.subscribe("bare/reply")
    over, times = threading.Event(), []

    def answer():
        while not over.is_set():
            came = lock.take(0.2)
            if came:
                lock.publish("bare/reply", came[1], False)
    thread = threading.Thread(target=answer)
    thread.start()
    for n in range(min(args.commands, 150)):     # they acknowledge nothing, and the broker has 200 under way at most
        began = time.monotonic()
        asker.publish("bare/down", {"id": n}, False)
        assert asker.take()[1] == {"id": n}
        times.append((time.monotonic() - began) * 1000)
    over.set()
    thread.join()
    return times


def percentiles(times):
    cut = statistics.quantiles(times, n=100)
    return cut[49], cut[98]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cameras", type=int, default=2000)
    parser.add_argument("--events", type=int, default=20000)
    parser.add_argument("--alive", type=int, default=200000)
    parser.add_argument("--commands", type=int, default=300)
    args = parser.parse_args()
    made = Instance("bench-camera")
    try:
        made.up("--bare")
        load = Load(made)
        loop = made.pid("camera")
        empty = pss_kb(loop), pss_kb(children(loop)[0])
        fill(made, args.cameras)
        wait_for(lambda: load.tell("device", args.cameras, args.cameras, "alive") and time.sleep(1.5) is None
                 and made.value("select count(*) from camera where online = 1") == args.cameras, 60, "all cameras are known")
        bare = {kind: load.bare(args.cameras, n, kind) for kind, n in (("event", args.events), ("alive", args.alive))}
        event = through(made, load, args, args.events, "event", lambda: made.value("select count(*) from bay_event") == args.events)
        heard = made.metrics("camera")["chargeops_camera_received_total"]
        alive = through(made, load, args, args.alive, "alive", lambda: made.metrics("camera")["chargeops_camera_received_total"] >= heard + args.alive)
        stays = made.value("select count(*) from bay_stay")
        assert made.metrics("camera")["chargeops_camera_bad_total"] == 0 and stays >= args.events // 2 - args.cameras, stays
        made.sql("update bay set lock_type = 'relay', lock_state = 'up'")
        wire, whole = commands(made, load, args)
        there = bare_commands(made, load, args)
        (w50, w99), (c50, c99), (b50, b99) = map(percentiles, (wire, whole, there))
        print(f"{args.cameras} cameras, one broker, one daemon (loop and writer)")
        print(f"events until committed: {event['rate']:.0f}/s, loop {event['us']:.1f} us, writer {event['writer_us']:.0f} us, broker {event['broker_us']:.1f} us each;"
              f" bare subscriber {bare['event']['rate']:.0f}/s at {bare['event']['us']:.1f} us; ratio {event['rate'] / bare['event']['rate']:.3f}")
        print(f"keep-alives: {alive['rate']:.0f}/s, loop {alive['us']:.1f} us, broker {alive['broker_us']:.1f} us each; bare subscriber {bare['alive']['rate']:.0f}/s"
              f" at {bare['alive']['us']:.1f} us; ratio {alive['rate'] / bare['alive']['rate']:.3f}")
        print(f"command row to lock: p50 {w50:.2f} ms, p99 {w99:.2f} ms; to the row that knows its answer: p50 {c50:.2f} ms, p99 {c99:.2f} ms;"
              f" through the broker and back alone: p50 {b50:.2f} ms, p99 {b99:.2f} ms; ratio of p50 {c50 / b50:.1f}")
        print(f"memory (PSS): loop {alive['pss'][0]} KB, writer {alive['pss'][1]} KB; empty {empty[0]} KB, {empty[1]} KB:"
              f" {(alive['pss'][0] - empty[0]) * 1024 / args.cameras:.0f} bytes a camera in the loop")
        result(cameras=args.cameras, events_s=event["rate"], bare_events_s=bare["event"]["rate"], ratio_events=event["rate"] / bare["event"]["rate"],
               loop_us=event["us"], writer_us=event["writer_us"], broker_us=event["broker_us"], alive_s=alive["rate"], bare_alive_s=bare["alive"]["rate"],
               ratio_alive=alive["rate"] / bare["alive"]["rate"], alive_us=alive["us"], bare_alive_us=bare["alive"]["us"], command_wire_p50_ms=w50,
               command_wire_p99_ms=w99, command_p50_ms=c50, command_p99_ms=c99, bare_p50_ms=b50, bare_p99_ms=b99,
               loop_pss_kb=alive["pss"][0], writer_pss_kb=alive["pss"][1])
    finally:
        made.destroy()


main()
