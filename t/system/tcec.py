"""The other platform of T/CEC 102, written from the fact sheet alone: envelopes, crypto, an HTTP server that takes what is pushed."""
import base64
import hashlib
import hmac
import itertools
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

SECRETS = ("operator_secret", "data_secret", "data_iv", "sig_secret")


class Keys:
    def __init__(self, operator_secret, data_secret, data_iv, sig_secret):
        self.operator_secret, self.data_secret, self.data_iv, self.sig_secret = operator_secret, data_secret, data_iv, sig_secret

    def cipher(self):
        return Cipher(algorithms.AES(self.data_secret.encode()), modes.CBC(self.data_iv.encode()))

    def seal(self, value):
        pad = padding.PKCS7(128).padder()
        plain = pad.update(json.dumps(value, ensure_ascii=False).encode()) + pad.finalize()
        e = self.cipher().encryptor()
        return base64.b64encode(e.update(plain) + e.finalize()).decode()

    def open(self, data):
        d = self.cipher().decryptor()
        plain = d.update(base64.b64decode(data)) + d.finalize()
        unpad = padding.PKCS7(128).unpadder()
        return json.loads(unpad.update(plain) + unpad.finalize())

    def sign(self, *parts):
        return hmac.new(self.sig_secret.encode(), "".join(map(str, parts)).encode(), hashlib.md5).hexdigest().upper()


class Caller:
    """Calls a platform: theirs are the keys that platform gave us, operator is our code."""

    def __init__(self, url, operator, keys):
        self.url, self.operator, self.keys, self.token = url, operator, keys, None
        self.count = itertools.count(1)

    def envelope(self, content, at=None, seq=None):
        stamp = time.strftime("%Y%m%d%H%M%S", time.gmtime((at or time.time()) + 8 * 3600))
        data = self.keys.seal(content)
        seq = seq or f"{next(self.count):04d}"
        return {"OperatorID": self.operator, "Data": data, "TimeStamp": stamp, "Seq": seq,
                "Sig": self.keys.sign(self.operator, data, stamp, seq)}

    def post(self, interface, envelope, token=None):
        headers = {"Content-Type": "application/json;charset=utf-8"}
        if token or self.token:
            headers["Authorization"] = "Bearer " + (token or self.token)
        done = requests.post(f"{self.url}/{interface}", json=envelope, headers=headers, timeout=10)
        assert done.status_code == 200, done.text
        return done.json()

    def log_in(self):
        answer = self.ask("query_token", {"OperatorID": self.operator, "OperatorSecret": self.keys.operator_secret})
        self.token = answer["AccessToken"]
        return answer

    def ask(self, interface, content):
        """The content of a good answer; its signature is right."""
        answer = self.post(interface, self.envelope(content))
        assert answer["Sig"] == self.keys.sign(answer["Ret"], answer["Msg"], answer["Data"]), answer
        assert answer["Ret"] == 0, answer
        return self.keys.open(answer["Data"])

    def refused(self, interface, content):
        answer = self.post(interface, self.envelope(content))
        return answer["Ret"], answer["Msg"]


class Partner:
    """Takes what is pushed; keys are those we gave the other platform. `answers` by interface, else what accepts."""
    USUAL = {"notification_stationStatus": {"Status": 0}, "notification_charge_order_info": {"ConfirmResult": 0}}

    def __init__(self, operator, keys):
        self.operator, self.keys, self.got, self.answers, self.tokens, self.broken = operator, keys, [], {}, 0, 0
        self.raw = []                    # bytes to answer with instead; None: no answer
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                interface = self.path.rsplit("/", 1)[1]
                if outer.raw and interface != "query_token":
                    answer = outer.raw.pop(0)
                    if answer is None:                           # not a word, and the line is gone
                        self.close_connection = True
                        return
                else:
                    answer = json.dumps(outer.take(interface, body, self.headers)).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/evcs/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def end(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, ret, msg, content):
        data = self.keys.seal(content) if content is not None else ""
        return {"Ret": ret, "Msg": msg, "Data": data, "Sig": self.keys.sign(ret, msg, data)}

    def take(self, interface, body, headers):
        assert body["Sig"] == self.keys.sign(body["OperatorID"], body["Data"], body["TimeStamp"], body["Seq"])
        content = self.keys.open(body["Data"])
        if interface == "query_token":
            self.tokens += 1
            fits = content["OperatorSecret"] == self.keys.operator_secret
            return self.answer(0, "", {"OperatorID": self.operator, "SuccStat": 0 if fits else 1, "AccessToken": f"token-{self.tokens}",
                                       "TokenAvailableTime": 7200, "FailReason": 0 if fits else 2})
        if headers["Authorization"] != f"Bearer token-{self.tokens}":
            return self.answer(4002, "Token错误", None)
        if self.broken:
            self.broken -= 1
            return self.answer(-1, "系统繁忙", None)
        self.got.append((interface, content))
        usual = self.USUAL.get(interface, {"SuccStat": 0, "FailReason": 0})
        given = self.answers.get(interface, {})
        echo = {k: content[k] for k in ("StartChargeSeq", "ConnectorID") if k in content}
        return self.answer(0, "", {**echo, **usual, **(given(content) if callable(given) else given)})

    def told(self, interface, seq=None):
        return [c for i, c in list(self.got) if i == interface and (seq is None or c.get("StartChargeSeq") == seq)]
