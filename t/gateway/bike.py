"""A scripted e-bike device: sends and expects AP3000 / DNY frames on a real socket. Its codec is its own."""
import socket
import struct
import time


class Bike:
    def __init__(self, port, number, kind=4):
        self.id = kind << 24 | number
        self.serial = f"{kind:02X}{number:08d}"
        self.no = 0
        self.buffer, self.kept = b"", []
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)

    def close(self):
        self.socket.close()

    def raw(self, data):
        self.socket.sendall(data)

    def make(self, cmd, data=b"", no=None, spoil=False, device=None):
        if no is None:
            self.no += 1
            no = self.no
        body = b"DNY" + struct.pack("<HIHB", len(data) + 9, self.id if device is None else device, no, cmd) + data
        return body + struct.pack("<H", (sum(body) + (1 if spoil else 0)) & 0xFFFF)

    def send(self, cmd, data=b"", **how):
        self.raw(self.make(cmd, data, **how))

    def next(self, seconds=5):
        end = time.monotonic() + seconds
        while len(self.buffer) < 5 or len(self.buffer) < struct.unpack("<H", self.buffer[3:5])[0] + 5:
            self.socket.settimeout(max(end - time.monotonic(), 0.001))
            part = self.socket.recv(4096)
            if not part:
                raise ConnectionResetError
            self.buffer += part
        whole = struct.unpack("<H", self.buffer[3:5])[0] + 5
        data, self.buffer = self.buffer[:whole], self.buffer[whole:]
        assert data[:3] == b"DNY" and struct.unpack("<H", data[-2:])[0] == sum(data[:-2]) & 0xFFFF, data.hex()
        ident, no, cmd = struct.unpack("<IHB", data[5:12])
        assert ident == self.id
        return cmd, no, data[12:-2]

    def expect(self, cmd, seconds=5):
        """(number, data) of the next message of that command; others are kept."""
        end = time.monotonic() + seconds
        for i, (k, no, data) in enumerate(self.kept):
            if k == cmd:
                del self.kept[i]
                return no, data
        while True:
            k, no, data = self.next(max(end - time.monotonic(), 0.001))
            if k == cmd:
                return no, data
            self.kept.append((k, no, data))

    def silence(self, cmd, seconds):
        try:
            self.expect(cmd, seconds)
        except TimeoutError:
            return True
        return False

    # --- the device's sentences

    def login(self, states=(0, 0)):
        self.raw(b"89860461118C10000007")
        self.send(0x20, struct.pack("<HBBBBH", 126, len(states), 2, 0x21, 0, 0))
        assert self.expect(0x20)[1] == b"\0"
        self.beat(states)
        self.expect(0x81)

    def beat(self, states=(0, 0)):
        self.send(0x21, struct.pack("<HB", 2200, len(states)) + bytes(states) + b"\x09\x55")
        assert self.expect(0x21) == (self.no, b"\0")

    def power(self, order, port=0, seconds=300, energy=0, watt=0, state=1):
        w = int(watt * 10)
        self.send(0x06, struct.pack("<BBHHBHHHH", port, state, seconds, energy, 1, w, w, w, w) + bytes.fromhex(order)
                  + struct.pack("<HHHHBB", 0, w, 2200, int(watt * 1000 / 220), 85, 90))

    def record_data(self, order, port=0, seconds=3600, energy=48, watt=100, mode=1, card="00000000", reason=1):
        return (struct.pack("<HHHBB", seconds, int(watt * 10), energy, port, mode) + bytes.fromhex(card) + bytes([reason])
                + bytes.fromhex(order) + struct.pack("<HI", int(watt * 10), int(time.time())))

    def record(self, order, wait=5, **how):
        self.send(0x03, self.record_data(order, **how))
        no, data = self.expect(0x03, wait)
        assert no == self.no and data == b"\0"

    def start_wish(self, on=1, port=0):
        """(number, order, data) of the platform's 0x82."""
        no, data = self.expect(0x82)
        assert data[5] == port and data[6] == on, data.hex()
        return no, data[9:25].hex().upper(), data

    def answer_charge(self, no, order=None, code=0, port=0):
        self.send(0x82, bytes([code, port]) if order is None else bytes([code]) + bytes.fromhex(order) + struct.pack("<BH", port, 0), no=no)
