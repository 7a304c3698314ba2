"""How long a browser takes to open a report, from nothing to ready.

usage: report_open.py PAGE.html [TIMES]

Each time a new headless Chromium; prints the median and the range of the
seconds that pass and of those that its page's process uses.
"""
import os
import statistics
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "cli"))
import browser  # noqa: E402


def once(path):
    with browser.Browser() as b:
        b.call("Performance.enable")
        seconds = b.open(path)
        spent = {m["name"]: m["value"] for m in b.call(
            "Performance.getMetrics")["metrics"]}["ProcessTime"]
        return seconds, spent


def main():
    path = os.path.abspath(sys.argv[1])
    times = [once(path) for _ in range(int((sys.argv[2:] or ["5"])[0]))]
    print(f"{os.path.getsize(path) / 1e6:.2f} MB")
    for name, at in (("ready after", 0), ("used", 1)):
        values = [t[at] for t in times]
        print(f"{name} {statistics.median(values):.2f} s "
              f"[{min(values):.2f}, {max(values):.2f}] of {len(values)}")


main()
