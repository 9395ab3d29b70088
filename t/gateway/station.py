"""A scripted OCPP 1.6J station on a real socket. Its WebSocket is its own, so that it cannot share a mistake with the one under
test; every message that the platform sends is checked against the schemas of the Open Charge Alliance (t/data/ocpp16)."""
import base64
import hashlib
import itertools
import json
import os
import socket
import struct
import time
from datetime import datetime, timezone
from pathlib import Path

import jsonschema

SCHEMAS = Path(__file__).resolve().parents[1] / "data/ocpp16"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
_schemas = {}


def schema(name):
    if name not in _schemas:
        _schemas[name] = json.loads((SCHEMAS / f"{name}.json").read_text())
    return _schemas[name]


def stamp(t=None):
    return datetime.fromtimestamp(time.time() if t is None else t, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Gone(Exception):
    """The platform closed the connection; code of its close frame, None without one."""

    def __init__(self, code=None):
        super().__init__(code)
        self.code = code


class Refused(Exception):
    """The handshake's status was another."""

    def __init__(self, status, headers):
        super().__init__(status)
        self.status, self.headers = status, headers


class Fault(Exception):
    """A CALLERROR."""

    def __init__(self, code, why):
        super().__init__(f"{code}: {why}")
        self.code = code


class Station:
    def __init__(self, port, identity, password=None, protocols="ocpp1.6", path="/ocpp/", headers=""):
        self.identity = identity
        self.buffer, self.calls, self.ids, self.pongs = b"", [], itertools.count(1), []
        self.answered = {}
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path}{identity} HTTP/1.1", "Host: gateway", "Upgrade: websocket", "Connection: keep-alive, Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        if protocols:
            lines.append(f"Sec-WebSocket-Protocol: {protocols}")
        if password is not None:
            raw = password if isinstance(password, bytes) else password.encode()
            lines.append("Authorization: Basic " + base64.b64encode(identity.encode() + b":" + raw).decode())
        self.socket.sendall(("\r\n".join(lines) + "\r\n" + headers + "\r\n").encode())
        status, self.headers = self.read_head()
        if status != 101:
            raise Refused(status, self.headers)
        accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
        assert self.headers["sec-websocket-accept"] == accept

    def close(self):
        self.socket.close()

    # --- bytes

    def more(self, end):
        self.socket.settimeout(max(end - time.monotonic(), 0.001))
        try:
            part = self.socket.recv(65536)
        except ConnectionResetError:
            part = b""
        if not part:
            raise Gone
        self.buffer += part

    def read_head(self):
        end = time.monotonic() + 10
        while b"\r\n\r\n" not in self.buffer:
            self.more(end)
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        return int(lines[0].split()[1]), dict(line.lower().split(": ", 1)[:1] + [line.split(": ", 1)[1]] for line in lines[1:])

    @staticmethod
    def frame(payload, op=TEXT, fin=True, masked=True, rsv=0):
        data = payload if isinstance(payload, bytes) else payload.encode()
        n, bit = len(data), 0x80 if masked else 0
        head = bytes([(0x80 if fin else 0) | rsv | op])
        head += bytes([bit | n]) if n < 126 else bytes([bit | 126]) + struct.pack(">H", n) if n < 65536 else bytes([bit | 127]) + struct.pack(">Q", n)
        if not masked:
            return head + data
        mask = os.urandom(4)
        return head + mask + bytes(b ^ mask[i & 3] for i, b in enumerate(data))

    def raw(self, data):
        self.socket.sendall(data)

    def next_frame(self, end):
        while True:
            if len(self.buffer) >= 2:
                n, at = self.buffer[1], 2
                assert n < 128, "a server's frames are not masked"
                if n == 126 and len(self.buffer) >= 4:
                    n, at = struct.unpack(">H", self.buffer[2:4])[0], 4
                elif n == 127 and len(self.buffer) >= 10:
                    n, at = struct.unpack(">Q", self.buffer[2:10])[0], 10
                if n < 126 or at > 2:
                    if len(self.buffer) >= at + n:
                        op, data = self.buffer[0] & 15, self.buffer[at:at + n]
                        assert self.buffer[0] & 0x80
                        self.buffer = self.buffer[at + n:]
                        return op, data
            self.more(end)

    def next(self, seconds=5):
        """The next message of the platform; pings are answered on the way."""
        end = time.monotonic() + seconds
        while True:
            op, data = self.next_frame(end)
            if op == PING:
                self.raw(self.frame(data, PONG))
            elif op == PONG:
                self.pongs.append(data)
            elif op == CLOSE:
                raise Gone(struct.unpack(">H", data[:2])[0] if len(data) >= 2 else None)
            else:
                return json.loads(data)

    def wait_gone(self, seconds=5):
        """The code that the platform closes with."""
        try:
            while True:
                self.next(seconds)
        except Gone as gone:
            return gone.code

    # --- messages

    def send(self, message):
        self.raw(self.frame(json.dumps(message)))

    def answer_of(self, ident, action, seconds=5):
        end = time.monotonic() + seconds
        while ident not in self.answered:
            message = self.next(max(end - time.monotonic(), 0.001))
            if message[0] == 2:
                jsonschema.validate(message[3], schema(message[2]))
                self.calls.append(message)
            else:
                self.answered[message[1]] = message
        message = self.answered.pop(ident)
        if message[0] == 4:
            assert len(message) == 5 and isinstance(message[4], dict)
            raise Fault(message[2], message[3])
        jsonschema.validate(message[2], schema(f"{action}Response"))
        return message[2]

    def begin(self, action, ident=None, **payload):
        ident = ident or f"m{next(self.ids)}"
        self.send([2, ident, action, payload])
        return ident

    def call(self, action, ident=None, **payload):
        return self.answer_of(self.begin(action, ident, **payload), action)

    def expect(self, action, seconds=5, **answer):
        """Payload of the platform's next call of that action, which is answered."""
        end = time.monotonic() + seconds
        while True:
            for i, message in enumerate(self.calls):
                if message[2] == action:
                    del self.calls[i]
                    self.send([3, message[1], answer])
                    return message[3]
            message = self.next(max(end - time.monotonic(), 0.001))
            if message[0] != 2:
                self.answered[message[1]] = message
                continue
            jsonschema.validate(message[3], schema(message[2]))
            self.calls.append(message)

    # --- the station's sentences

    def boot(self):
        answer = self.call("BootNotification", chargePointVendor="Acme", chargePointModel="AC7", firmwareVersion="1.2.3", iccid="898600")
        assert answer["status"] == "Accepted"
        assert self.expect("ChangeConfiguration", status="Accepted") == {"key": "MeterValueSampleInterval", "value": "60"}
        return answer

    def status(self, status, connector=1, error="NoError"):
        return self.call("StatusNotification", connectorId=connector, errorCode=error, status=status, timestamp=stamp())

    def start(self, tag, meter=0, connector=1, at=None, **more):
        return self.call("StartTransaction", connectorId=connector, idTag=tag, meterStart=meter, timestamp=stamp(at), **more)

    def meter(self, transaction, wh, connector=1, at=None, **samples):
        values = [{"value": str(wh)}] + [{"measurand": k.replace("_", "."), "value": str(v)} for k, v in samples.items()]
        more = {} if transaction is None else {"transactionId": transaction}
        return self.call("MeterValues", connectorId=connector, meterValue=[{"timestamp": stamp(at), "sampledValue": values}], **more)

    def stop(self, transaction, meter, at=None, ident=None, **more):
        return self.call("StopTransaction", ident, transactionId=transaction, meterStop=meter, timestamp=stamp(at), **more)
