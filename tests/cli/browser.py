"""A headless Chromium, driven over a pipe by the standard library alone.

Chromium reads commands of the DevTools protocol from descriptor 3 and writes
answers and events to 4, each JSON with a NUL behind it.
"""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

# The page says so, or says what kept it from it.
READY = """document.documentElement?.dataset.ready === "true"
    || document.getElementById("trouble")?.hidden === false"""
NAMES = ("chromium", "chromium-browser", "google-chrome")


def find():
    """The browser's path, or None."""
    for name in (os.environ.get("TRUSTSWEEP_CHROMIUM"), *NAMES):
        if name and shutil.which(name):
            return shutil.which(name)
    return None


class Browser:
    """One page.  Use as a context; `errors` and `requests` fill as it runs."""

    def __init__(self, width=1280, height=900, dark=False):
        self.folder = tempfile.mkdtemp()
        self.number = 0
        self.waiting = b""
        self.events = []
        self.errors = []
        self.requests = []
        self.size = (width, height)
        self.dark = dark

    def __enter__(self):
        to_child, self.to = os.pipe()
        self.back, from_child = os.pipe()

        def pipes():
            # first above 4, so that none lies where another goes
            ins, outs = os.dup(to_child), os.dup(from_child)
            while ins < 10 or outs < 10:
                ins, outs = os.dup(ins), os.dup(outs)
            os.dup2(ins, 3)
            os.dup2(outs, 4)

        self.process = subprocess.Popen(
            [find(), "--headless", "--no-sandbox", "--disable-gpu",
             "--disable-dev-shm-usage", "--remote-debugging-pipe",
             "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--force-color-profile=srgb",
             f"--user-data-dir={self.folder}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, preexec_fn=pipes, close_fds=False,
            # what it leaves in the folder of temporary files goes with its own
            env=dict(os.environ, TMPDIR=self.folder))
        os.close(to_child)
        os.close(from_child)
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")
        attached = self.call("Target.attachToTarget", flatten=True,
                             targetId=target["targetId"])
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=self.size[0],
                  height=self.size[1], deviceScaleFactor=1,
                  mobile=self.size[0] < 600)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme",
             "value": "dark" if self.dark else "light"}])
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.to)
        os.close(self.back)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _message(self, seconds):
        end = time.monotonic() + seconds
        while b"\0" not in self.waiting:
            left = end - time.monotonic()
            ready = select.select([self.back], [], [], max(left, 0))[0]
            if not ready:
                raise TimeoutError("the browser says nothing")
            piece = os.read(self.back, 1 << 20)
            if not piece:
                raise EOFError("the browser is gone")
            self.waiting += piece
        text, self.waiting = self.waiting.split(b"\0", 1)
        return json.loads(text)

    def _note(self, message):
        name, of = message.get("method"), message.get("params", {})
        if name == "Runtime.exceptionThrown":
            details = of["exceptionDetails"]
            self.errors.append(details.get("exception", {}).get(
                "description", details["text"]))
        elif name == "Runtime.consoleAPICalled" and of["type"] in (
                "error", "warning"):
            self.errors.append(" ".join(
                str(arg.get("value", arg.get("description")))
                for arg in of["args"]))
        elif name == "Log.entryAdded" and of["entry"]["level"] == "error":
            self.errors.append(of["entry"]["text"])
        elif name == "Network.requestWillBeSent":
            self.requests.append(of["request"]["url"])

    def call(self, method, seconds=60, **params):
        self.number += 1
        command = {"id": self.number, "method": method, "params": params}
        if self.session:
            command["sessionId"] = self.session
        os.write(self.to, json.dumps(command).encode() + b"\0")
        while True:
            message = self._message(seconds)
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self._note(message)

    def run(self, script):
        """What the script gives, awaited; what it throws is raised."""
        out = self.call("Runtime.evaluate", expression=script,
                        awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in out:
            details = out["exceptionDetails"]
            raise RuntimeError(details.get("exception", {}).get(
                "description", details["text"]))
        return out["result"].get("value")

    def open(self, path, seconds=120):
        """Loads a file and gives the seconds until it says it is ready."""
        start = time.monotonic()
        self.call("Page.navigate", url=f"file://{os.path.abspath(path)}")
        while not self.run(READY):
            if time.monotonic() - start > seconds:
                raise TimeoutError(f"{path} was not ready in {seconds} s")
            time.sleep(0.02)
        return time.monotonic() - start

    def screenshot(self, path, whole=False):
        shot = self.call("Page.captureScreenshot", format="png",
                         captureBeyondViewport=whole)
        with open(path, "wb") as out:
            out.write(base64.b64decode(shot["data"]))
