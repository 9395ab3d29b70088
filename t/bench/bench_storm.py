"""All piles cut off and back at once, as after a power cut: seconds until each has logged in, beside a bare epoll echo that only accepts them.

./chargeops bench storm [--piles 20000]"""
import argparse
import subprocess
import time

from bench_gateway import PER_LOOP, Load, fill, on_core_0, start_gateway, storm
from instance import Instance
from measure import result


def echoes(made, args, port):
    servers = [subprocess.Popen([made.path("frame_echo"), str(port)], stdout=subprocess.PIPE, text=True) for _ in range(args.loops)]
    for s in servers:
        s.stdout.readline()
    on_core_0([s.pid for s in servers])
    return servers


def end(servers):
    for s in servers:
        s.kill()
        s.wait()


def storm_echo(made, args, port):
    servers = echoes(made, args, port)
    try:
        load = Load(made, port, args.piles, 0)
        load.do("connect")
        end(servers)
        servers = echoes(made, args, port)
        seconds = load.do("connect")["seconds"]
        load.end()
        return seconds
    finally:
        end(servers)


def storm_gateway(made, args):
    fill(made, args.piles)
    g, loops, _ = start_gateway(made, args)
    try:
        on_core_0(loops)
        load = Load(made, args.port, args.piles, 1)
        load.do("connect")
        time.sleep(1)
    finally:
        g.terminate()
        g.wait()
    return storm(made, args, load)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--piles", type=int, default=20000)
    args = parser.parse_args()
    args.loops = -(-args.piles // PER_LOOP)
    made = Instance("bench-storm")
    args.port = made.pile + 3000
    try:
        made.up("--bare")
        bare = storm_echo(made, args, made.pile + 3001)
        ours = storm_gateway(made, args)
        print(f"{args.piles} piles back: echo accepts all in {bare:.2f} s; gateway has all logged in after {ours['storm']:.2f} s,"
              f" the writers' queue at most {ours['storm_queue']} bytes a loop")
        result(piles=args.piles, echo_s=bare, storm_s=ours["storm"], ratio_to_echo=ours["storm"] / bare, queue_bytes=ours["storm_queue"])
    finally:
        made.destroy()


if __name__ == "__main__":
    main()
