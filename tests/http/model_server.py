"""A model server to be started by the server backend: it says back the last
message, and does what is asked of it.

usage: model_server.py (--port N | --socket PATH) [--model PATH]
                       [--fault NAME[=N]] [--report FILE]

The key is MODEL_SERVER_KEY, or the first line of --key-file.  Each process
adds its number as a line to FILE.pids; FILE gets arguments, variables and
cores as JSON.  Faults: die-at-start, die-after=N (answers), die-telling
(the key, far before its last word), never, noisy, stubborn, family, late,
slow=N (ms for each answer).
"""

import argparse
import http.server
import json
import os
import signal
import socketserver
import subprocess
import sys
import threading
import time


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int)
    parser.add_argument("--socket")
    parser.add_argument("--model")
    parser.add_argument("--key-file")
    parser.add_argument("--fault", default="")
    parser.add_argument("--report")
    return parser.parse_args()


options = parse()
fault, _, number = options.fault.partition("=")
key = os.environ.get("MODEL_SERVER_KEY")
if options.key_file:
    key = open(options.key_file).readline().strip().removeprefix("key: ")
answered = 0
lock = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def say(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        well = self.path == "/health" and fault != "never"
        self.say(200 if well else 503, {})

    def do_POST(self):
        global answered
        asked = json.loads(
            self.rfile.read(int(self.headers["Content-Length"])))
        if key and self.headers.get("Authorization") != "Bearer " + key:
            return self.say(401, {"error": {"message": "a wrong key"}})
        with lock:
            answered += 1
            if fault == "die-after" and answered > int(number):
                print("the GPU fell off the bus, key", key,
                      os.environ.get("OTHER_TOKEN", ""), flush=True)
                os._exit(9)
            if fault == "die-telling" and answered > 1:
                print("key", key, "x" * 280, flush=True)
                os._exit(9)
        if fault == "slow":
            time.sleep(int(number) / 1e3)
        said = asked["messages"][-1]["content"]
        self.say(200, {
            "model": asked["model"],
            "choices": [{"message": {"role": "assistant", "content": said},
                         "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 7, "completion_tokens": 5}})


class Tcp(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    allow_reuse_address = False
    request_queue_size = 64


class Unix(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 64

    def get_request(self):
        return self.socket.accept()[0], ("local", 0)


def note(pid):
    if options.report:
        with open(options.report + ".pids", "a") as file:
            file.write("%d\n" % pid)


def report():
    if options.report:
        new = options.report + ".new"
        with open(new, "w") as file:
            json.dump({"argv": sys.argv, "env": dict(os.environ),
                       "cores": len(os.sched_getaffinity(0)),
                       "group": os.getpgrp()}, file)
        os.rename(new, options.report)


note(os.getpid())
if fault == "die-at-start":
    print("no GPU was found", file=sys.stderr)
    sys.exit(3)
if fault == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if fault == "family":  # one in its group, one in a session of its own
    note(subprocess.Popen(["sleep", "1000"]).pid)
    note(subprocess.Popen(["sh", "-c", "trap '' TERM HUP; sleep 1000 & wait"],
                          start_new_session=True).pid)
if fault == "noisy":
    for i in range(100 * 1000):
        print("%07d" % i, "x" * 91)
    print("this was the last line", flush=True)
if fault == "late":
    time.sleep(2)
report()
if options.socket:
    server = Unix(options.socket, Handler)
else:
    server = Tcp(("127.0.0.1", options.port), Handler)
server.serve_forever()
