"""replay.py - plays what a pile once said into a gateway and prints what it answers.
FILE is a dispute pack (zip) or its frames.txt: lines "2026-11-26 08:00:00.123 up 680C...". Only what came from the pile is sent,
in its old rhythm (--speed 10: ten times faster, 0: at once)."""
import argparse
import select
import socket
import sys
import time
import zipfile
from datetime import datetime


def frames(path):
    """(seconds, bytes) of what the pile sent."""
    if zipfile.is_zipfile(path):
        text = zipfile.ZipFile(path).read("frames.txt").decode()
    else:
        text = open(path, encoding="utf-8").read()
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words:
            continue
        try:
            at = datetime.fromisoformat(f"{words[0]} {words[1]}").timestamp()
            if words[2] == "up":
                yield at, bytes.fromhex(words[3])
            elif words[2] != "down":
                raise ValueError
        except (ValueError, IndexError):
            sys.exit(f"replay: line {number} is not \"date time up|down hex\"")


def answers(link, seconds):
    """Prints what comes within so many seconds; False when the gateway hung up."""
    end = time.monotonic() + seconds
    while True:
        left = end - time.monotonic()
        ready, _, _ = select.select([link], [], [], max(left, 0))
        if not ready:
            return True
        try:
            data = link.recv(65536)
        except ConnectionError:
            data = b""
        if not data:
            return False
        print("down", data.hex().upper(), flush=True)


def main():
    p = argparse.ArgumentParser(prog="./chargeops replay", description=__doc__.split("\n", 1)[1])
    p.add_argument("file")
    p.add_argument("--host", default="127.0.0.1")
    p.add_argument("--port", type=int, required=True, help="of a test gateway")
    p.add_argument("--speed", type=float, default=1.0)
    given = p.parse_args()
    sent, last = 0, None
    with socket.create_connection((given.host, given.port), timeout=10) as link:
        for at, data in frames(given.file):
            pause = (at - last) / given.speed if last and given.speed > 0 else 0
            last = at
            if not answers(link, min(max(pause, 0), 3600)):
                break
            print("up  ", data.hex().upper(), flush=True)
            link.sendall(data)
            sent += 1
        answers(link, 2)
    print(f"sent={sent}")


if __name__ == "__main__":
    main()
