"""A bucket that checks signatures as S3 does (AWS Signature Version 4, service s3): put, get, delete; it can be away."""
import datetime
import hashlib
import hmac
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


class S3:
    def __init__(self, bucket="bays", region="cn-north-1", key="AKEXAMPLE", secret="sEcReT/of+the/bucket"):
        self.bucket, self.region, self.key, self.secret = bucket, region, key, secret
        self.objects, self.refused, self.away = {}, [], False
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def turn(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, answer, kind = owner.serve(self.command, self.path, self.headers, body)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            do_PUT = do_GET = do_DELETE = turn

            def log_message(self, *_):
                pass
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/{bucket}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def end(self):
        self.server.shutdown()
        self.server.server_close()

    def conf(self):
        return {"storage_url": self.url, "storage_region": self.region, "storage_key": self.key, "storage_secret": self.secret}

    def fault(self, method, path, headers, body):
        """None if the request is signed with our secret and says what it sends."""
        found = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/s3/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})",
                             headers.get("Authorization", ""))
        when, digest = headers.get("x-amz-date", ""), headers.get("x-amz-content-sha256", "")
        if not found:
            return "AuthorizationHeaderMalformed"
        key, day, region, names, signature = found.groups()
        signed = names.split(";")
        if key != self.key or region != self.region or when[:8] != day:
            return "InvalidAccessKeyId"
        if abs((datetime.datetime.utcnow() - datetime.datetime.strptime(when, "%Y%m%dT%H%M%SZ")).total_seconds()) > 900:
            return "RequestTimeTooSkewed"
        if digest != hashlib.sha256(body).hexdigest():
            return "XAmzContentSHA256Mismatch"
        if signed != sorted(signed) or any(n.lower() not in signed for n in headers if n.lower() == "host" or n.lower().startswith("x-amz-")):
            return "AccessDenied"
        uri, _, query = path.partition("?")
        canonical = "\n".join([method, uri, "&".join(sorted(query.split("&"))) if query else "",
                               *(f"{n}:{' '.join((headers.get(n) or '').split())}" for n in signed), "", names, digest])
        scope = f"{day}/{region}/s3/aws4_request"
        text = "\n".join(["AWS4-HMAC-SHA256", when, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        signing = mac(mac(mac(mac(("AWS4" + self.secret).encode(), day), region), "s3"), "aws4_request")
        return None if hmac.compare_digest(mac(signing, text).hex(), signature) else "SignatureDoesNotMatch"

    def serve(self, method, path, headers, body):
        if self.away:
            return 503, b"<Error><Code>SlowDown</Code></Error>", "application/xml"
        why = self.fault(method, path, headers, body)
        if why:
            self.refused.append(why)
            return 403, f"<Error><Code>{why}</Code></Error>".encode(), "application/xml"
        name = path.partition("?")[0].removeprefix(f"/{self.bucket}/")
        if method == "PUT":
            self.objects[name] = (headers.get("Content-Type"), body)
            return 200, b"", "application/xml"
        if method == "DELETE":
            self.objects.pop(name, None)
            return 204, b"", "application/xml"
        if name not in self.objects:
            return 404, b"<Error><Code>NoSuchKey</Code></Error>", "application/xml"
        return 200, self.objects[name][1], self.objects[name][0]
