"""The session list with many sessions through nginx, beside a page written by hand in C that runs the same statements and is of the same
size, and beside a FastCGI hello; one nginx worker, everything in one run.

./chargeops bench pages [--sessions 1000000] [--seconds 4]"""
import argparse
import re
import subprocess
import time

from instance import BUILD, Instance, free_ports, wait_for
from measure import best, children, pss_kb, result, wrk

LIST = "/admin/session"


def statements_of(made, web):
    """What our page asks the database, as the server saw it in one request: values stand in the log only of what was prepared while it is on."""
    made.sql("SET GLOBAL log_output = 'TABLE'")
    made.sql("TRUNCATE mysql.general_log")
    made.sql("SET GLOBAL general_log = 1")
    made.run("restart", "admin")
    for _ in range(40):                  # every worker has remembered what it remembers: the baseline must not do more than we do
        web.get(LIST)
    made.sql("TRUNCATE mysql.general_log")
    page = web.get(LIST)
    made.sql("SET GLOBAL general_log = 0")
    made.run("restart", "admin")
    rows = made.rows("SELECT thread_id, CONVERT(argument USING utf8mb4) FROM mysql.general_log WHERE command_type = 'Execute' ORDER BY event_time")
    ours = max((r for r in rows if "FROM `session`" in r[1]), key=lambda r: len(r[1]))
    texts = [text.strip() for thread, text in rows if thread == ours[0] and re.match(r"\s*\(?SELECT", text, re.I)]
    texts.remove(ours[1].strip())
    return page.html, texts + [ours[1].strip()]


def split_page(html):
    head, rest = html.split("<tbody", 1)
    tag, body = rest.split(">", 1)
    return head + "<tbody" + tag + ">", body[body.rindex("</tbody>"):]


NGINX = """daemon off; worker_processes 1; user root; pid {dir}/pid; error_log {dir}/error.log;
events {{ worker_connections 2048; }}
http {{ access_log off; client_body_temp_path {dir}/b; fastcgi_temp_path {dir}/f; proxy_temp_path {dir}/p; uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
fastcgi_param REQUEST_METHOD $request_method; fastcgi_param REQUEST_URI $request_uri; fastcgi_param PATH_INFO $uri; fastcgi_param QUERY_STRING $query_string;
fastcgi_param CONTENT_TYPE $content_type; fastcgi_param CONTENT_LENGTH $content_length; fastcgi_param REMOTE_ADDR $remote_addr; fastcgi_param REQUEST_ID $request_id;
fastcgi_buffer_size 16k; fastcgi_buffers 16 16k;
server {{ listen 127.0.0.1:{port} backlog=1024;
location /admin {{ fastcgi_pass unix:{run}/admin.sock; }} location = /hand {{ fastcgi_pass unix:{dir}/hand.sock; }} location = /hello {{ fastcgi_pass unix:{dir}/hello.sock; }} }} }}
"""


class Rig:
    """nginx with one worker in front of our workers, the hand-written page and a hello."""

    def __init__(self, made, head, foot, statements, workers):
        self.dir = made.var / "bench"
        self.dir.mkdir()
        self.port = free_ports()
        (self.dir / "head").write_text(head)
        (self.dir / "foot").write_text(foot)
        (self.dir / "statements").write_text(";\n".join(statements))
        (self.dir / "nginx.conf").write_text(NGINX.format(dir=self.dir, run=made.var / "run", port=self.port))
        hand = BUILD / "hand_page"
        conf = {k: v for k, v in re.findall(r"^(\w+) *= *(.*)$", (made.var / "chargeops.conf").read_text(), re.M)}
        self.processes = [
            subprocess.Popen([hand, self.dir / "hand.sock", workers, made.var / "run/mysql.sock", "root", "", conf["db_name"],
                              self.dir / "statements", self.dir / "head", self.dir / "foot"]),
            subprocess.Popen([hand, self.dir / "hello.sock", workers])]
        wait_for(lambda: (self.dir / "hello.sock").exists() and (self.dir / "hand.sock").exists(), what="the baselines listen")
        self.processes.append(subprocess.Popen(["/usr/sbin/nginx", "-e", self.dir / "error.log", "-p", self.dir, "-c", self.dir / "nginx.conf"]))
        time.sleep(0.5)
        self.url = f"http://127.0.0.1:{self.port}"

    def end(self):
        for p in reversed(self.processes):
            for child in children(p.pid):
                subprocess.run(["kill", str(child)])
            p.kill()
            p.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=4)
    args = parser.parse_args()
    made = Instance("bench-pages")
    made.env.update(CHARGEOPS_POOL_MB="2048", CHARGEOPS_REDO_MB="512")
    rig = None
    try:
        made.up("--bare")
        made.job("bench_fill", "--sessions", args.sessions)
        web = made.admin()
        cookie = "; ".join(f"{c.name}={c.value}" for c in web.http.cookies)
        web.get(LIST)
        html, statements = statements_of(made, web)
        head, foot = split_page(html)
        web.get(LIST)
        pid = made.pid("admin")
        rig = Rig(made, head, foot, statements, str(len(children(pid))))
        hand_size = len(web.get(rig.url + "/hand").html.encode())
        ours_size = len(html.encode())
        figures = {}
        for name, path in (("hello", "/hello"), ("hand", "/hand"), ("ours", LIST)):
            load = best(lambda: wrk(rig.url + path, 32, args.seconds, cookie))
            alone = best(lambda: wrk(rig.url + path, 1, 2, cookie))
            figures[name] = (load, alone)
            print(f"{name:6} {load['rps']:9.0f} req/s  p50 {load['p50']:6.2f} ms  p99 {load['p99']:6.2f} ms   alone: "
                  f"p50 {alone['p50']:.2f} ms  p99 {alone['p99']:.2f} ms")
        worker_mb = max(pss_kb(p) for p in children(pid)) / 1024
        print(f"page {ours_size} bytes, by hand {hand_size} bytes, {len(statements)} statements a page, "
              f"{worker_mb:.1f} MB the largest worker")
        result(sessions=args.sessions, ours_rps=figures["ours"][0]["rps"], hand_rps=figures["hand"][0]["rps"],
               hello_rps=figures["hello"][0]["rps"], ratio_to_hand=figures["ours"][0]["rps"] / figures["hand"][0]["rps"],
               p50_ms=figures["ours"][0]["p50"], p99_ms=figures["ours"][0]["p99"], p99_alone_ms=figures["ours"][1]["p99"],
               worker_mb=worker_mb)
    finally:
        if rig:
            rig.end()
        made.destroy()


main()
