"""A camera's end of MQTT 3.1.1 over a plain socket: connect, publish (QoS 1 waits for the acknowledgement), subscribe, what came."""
import json
import socket
import struct
import time


def text(s):
    raw = s.encode()
    return struct.pack("!H", len(raw)) + raw


class Mqtt:
    def __init__(self, port, user="", password="", client=None):
        self.socket = socket.create_connection(("127.0.0.1", port), 5)
        self.socket.settimeout(5)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data, self.mid, self.came, self.acks = b"", 0, [], set()
        flags = 0x02 | (0xC0 if user else 0)
        body = text("MQTT") + bytes([4, flags]) + struct.pack("!H", 60) + text(client or f"t-{id(self)}")
        if user:
            body += text(user) + text(password)
        self.send(0x10, body)
        kind, answer = self.packet()
        assert kind == 0x20
        self.code = answer[1]

    def send(self, head, body):
        n, size = len(body), b""
        while True:
            n, digit = divmod(n, 128)
            size += bytes([digit | (0x80 if n else 0)])
            if not n:
                break
        self.socket.sendall(bytes([head]) + size + body)

    def read(self, n):
        while len(self.data) < n:
            part = self.socket.recv(65536)
            if not part:
                raise ConnectionError("the broker closed")
            self.data += part
        out, self.data = self.data[:n], self.data[n:]
        return out

    def packet(self):
        head = self.read(1)[0]
        size = shift = 0
        while True:
            digit = self.read(1)[0]
            size |= (digit & 0x7F) << shift
            shift += 7
            if not digit & 0x80:
                break
        return head, self.read(size)

    def turn(self):
        head, body = self.packet()
        if head >> 4 == 3:
            n = struct.unpack("!H", body[:2])[0]
            at = 2 + n + (2 if head & 6 else 0)
            self.came.append((body[2:2 + n].decode(), json.loads(body[at:] or b"null")))
        elif head >> 4 in (4, 9):
            self.acks.add(struct.unpack("!H", body[:2])[0])
            self.granted = body[2:]

    def publish(self, topic, payload, wait=True):
        raw = payload if isinstance(payload, bytes) else json.dumps(payload, ensure_ascii=False).encode()
        self.mid += 1
        self.send(0x32, text(topic) + struct.pack("!H", self.mid) + raw)
        while wait and self.mid not in self.acks:
            self.turn()

    def subscribe(self, topic):
        self.mid += 1
        self.send(0x82, struct.pack("!H", self.mid) + text(topic) + b"\x01")
        while self.mid not in self.acks:
            self.turn()

    def take(self, seconds=5):
        """The next message that came: (topic, JSON); None if none comes."""
        end = time.monotonic() + seconds
        while not self.came:
            self.socket.settimeout(max(end - time.monotonic(), 0.01))
            try:
                self.turn()
            except (TimeoutError, socket.timeout):
                return None
        self.socket.settimeout(5)
        return self.came.pop(0)

    def close(self):
        self.socket.close()
