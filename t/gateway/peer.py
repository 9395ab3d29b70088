"""A scripted pile: sends and expects YKC frames on a real socket. Its codec is its own, so that it cannot share a mistake
with the one under test."""
import hashlib
import socket
import struct
import time
from datetime import datetime, timedelta, timezone

ZONE = timezone(timedelta(hours=8))
ANSWER_OK, ANSWER_FAIL = 0, 1


def crc16(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def cp56(t):
    d = datetime.fromtimestamp(t, ZONE)
    return struct.pack("<HBBBBB", d.second * 1000, d.minute, d.hour, d.day, d.month, d.year % 100)


def from_cp56(b):
    ms, minute, hour, day, month, year = struct.unpack("<HBBBBB", b)
    return datetime(2000 + (year & 127), month & 15, day & 31, hour & 31, minute & 63, ms // 1000, tzinfo=ZONE).timestamp()


def frame(kind, body, seq=0, swapped=False, spoil=False):
    inner = struct.pack("<HBB", seq, 0, kind) + body
    crc = crc16(inner) ^ (0x55 if spoil else 0)
    return b"\x68" + bytes([len(inner)]) + inner + struct.pack(">H" if swapped else "<H", crc)


class Gone(Exception):
    """The platform closed the connection."""


class Peer:
    def __init__(self, port, serial, swapped=False, guns=1):
        self.serial, self.swapped, self.guns, self.seq = serial, swapped, guns, 0
        self.pile = bytes.fromhex(serial)
        self.buffer = b""
        self.kept = []
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self):
        self.socket.close()

    # --- out

    def raw(self, data):
        self.socket.sendall(data)

    def make(self, kind, body=b"", **how):
        self.seq += 1
        return frame(kind, body, self.seq, how.pop("swapped", self.swapped), **how)

    def send(self, kind, body=b"", **how):
        self.raw(self.make(kind, body, **how))

    # --- in

    def next(self, seconds=5):
        """(type, seq, body) of the next frame."""
        end = time.monotonic() + seconds
        while len(self.buffer) < 2 or len(self.buffer) < self.buffer[1] + 4:
            self.socket.settimeout(max(end - time.monotonic(), 0.001))
            try:
                part = self.socket.recv(65536)
            except ConnectionResetError:
                part = b""
            if not part:
                raise Gone
            self.buffer += part
        whole = self.buffer[1] + 4
        data, self.buffer = self.buffer[:whole], self.buffer[whole:]
        assert data[0] == 0x68
        assert struct.unpack("<H", data[-2:])[0] == crc16(data[2:-2]), data.hex()
        return data[5], struct.unpack("<H", data[2:4])[0], data[6:-2]

    def expect(self, kind, seconds=5):
        """Body of the next frame of that type; others are kept for a later expect()."""
        end = time.monotonic() + seconds
        for i, (k, body) in enumerate(self.kept):
            if k == kind:
                del self.kept[i]
                return body
        while True:
            k, _, body = self.next(max(end - time.monotonic(), 0.001))
            if k == kind:
                return body
            self.kept.append((k, body))

    def silence(self, kind, seconds):
        """True if no frame of that type comes within so many seconds, or before the link ends."""
        try:
            self.expect(kind, seconds)
        except (socket.timeout, TimeoutError, Gone):
            return True
        return False

    def wait_gone(self, seconds=5):
        try:
            while True:
                self.next(seconds)
        except Gone:
            return

    # --- the pile's sentences

    def login_frame(self, version=16, **how):
        return self.make(0x01, self.pile + bytes([0, self.guns, version]) + b"V1.2.3\0\0" + b"\0"
                         + bytes.fromhex("898604861024C0006426") + b"\0", **how)

    def login(self, **how):
        self.raw(self.login_frame(**how))
        answer = self.expect(0x02, 10)
        assert answer[:7] == self.pile
        return answer[7] == ANSWER_OK

    def heartbeat(self, gun=1, status=0, **how):
        self.send(0x03, self.pile + bytes([gun, status]), **how)

    def live(self, gun=1, state=2, no=None, plugged=1, volts=0, amps=0, energy=0, amount=0, soc=0, fault=0, cable=0):
        no = bytes.fromhex(no) if no else bytes(16)
        self.send(0x13, no + self.pile + struct.pack("<BBBBHHB8sBBHHIIIH", gun, state, 2, plugged, int(volts * 10), int(amps * 10),
                  cable, bytes(8), soc, 0, 1, 30, energy, energy, amount, fault))

    def card_start(self, card, gun=1, mode=1, vin=b"", password=None):
        """A password goes as the middle 16 digits of its MD5, in lower case."""
        typed = hashlib.md5(password.encode()).hexdigest()[8:24].encode() if password else bytes(16)
        self.send(0x31, self.pile + bytes([gun, mode, password is not None]) + bytes.fromhex(card.rjust(16, "0")) + typed + vin[::-1].ljust(17, b"\0"))
        body = self.expect(0x32)
        return {"no": body[:16].hex().upper(), "gun": body[23], "balance": struct.unpack("<I", body[32:36])[0],
                "ok": body[36], "reason": body[37]}

    def start_answer(self, no, ok=1, reason=0, gun=1):
        self.send(0x33, bytes.fromhex(no) + self.pile + bytes([gun, ok, reason]))

    def stop_answer(self, ok=1, reason=0, gun=1):
        self.send(0x35, self.pile + bytes([gun, ok, reason]))

    def record_frame(self, no, started, ended, energy, types=None, amount=0, gun=1, reason=0x40, trade=1, card="", meter=1000000, **how):
        types = types or [0, 0, energy, 0]
        body = bytes.fromhex(no) + self.pile + bytes([gun]) + cp56(started) + cp56(ended)
        for e in types:
            body += struct.pack("<IIII", 100000, e, e, e)
        body += meter.to_bytes(5, "little") + (meter + energy).to_bytes(5, "little")
        body += struct.pack("<III", energy, energy, amount) + bytes(17) + bytes([trade]) + cp56(ended) + bytes([reason])
        body += bytes.fromhex(card.rjust(16, "0"))
        return self.make(0x3B, body, **how)

    def record(self, *args, **how):
        self.raw(self.record_frame(*args, **how))

    def acknowledged(self, no, seconds=5):
        body = self.expect(0x40, seconds)
        assert body[:16].hex().upper() == no.upper()
        return body[16] == ANSWER_OK
