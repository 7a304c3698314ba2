"""Our http backend beside a Python asynchronous client (aiohttp), in pairs
against one server, each pair in the other order than the last.

usage: http_clients.py [options] BUILD

BUILD   a build with the targets bench_generate_served and fault_server
--python  what scripts/aiohttp.sh prints: a Python that has aiohttp
--tools   what scripts/llama.sh --tools prints, with --model FILE.gguf: against
          llama-server; without them against the mock server, which answers
          after --latency milliseconds

The prompts are those of the sample.  Prints a JSON line for each run, then the
median of the pairs' ratios of items a second, ours to theirs, with the smallest
and largest, and of the CPU time of the two clients.  On a machine that has other
work the ratios still stand; the rates do not.
"""

import argparse
import glob
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def prompts_of(options):
    out = []
    sample = os.path.join(HERE, "../../datasets/sample/*/*.json")
    for path in sorted(glob.glob(sample)):
        items = json.load(open(path))
        for item in items if isinstance(items, list) else []:
            if isinstance(item.get("prompt"), str):
                out.append(item["prompt"][:options.length])
    while len(out) < options.items:
        out += out
    return out[:options.items]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_llama(options):
    port = free_port()
    slots = options.concurrent
    server = subprocess.Popen(
        [os.path.join(options.tools, "llama-server"), "-m", options.model,
         "--host", "127.0.0.1", "--port", str(port), "-np", str(slots),
         "-c", str(1024 * slots), "-t", str(options.threads)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        if server.poll() is not None:
            sys.exit("llama-server ended with %d" % server.returncode)
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return server, port
        except OSError:
            pass
        time.sleep(0.1)
    sys.exit("llama-server does not answer")


def start_mock(options):
    server = subprocess.Popen(
        [os.path.join(options.build, "tests", "fault_server"),
         str(options.latency)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return server, int(server.stdout.readline())


def run(command):
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE,
                         text=True).stdout
    return json.loads(out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--python", required=True)
    parser.add_argument("--tools")
    parser.add_argument("--model")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--latency", type=int, default=50)
    parser.add_argument("--concurrent", type=int, default=8)
    parser.add_argument("--items", type=int, default=48)
    parser.add_argument("--length", type=int, default=400)
    parser.add_argument("--max-tokens", type=int, default=16)
    parser.add_argument("--pairs", type=int, default=9)
    options = parser.parse_args()
    server, port = (start_llama if options.tools else start_mock)(options)
    pairs = []
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "prompts.jsonl")
            with open(path, "w") as file:
                for prompt in prompts_of(options):
                    file.write(json.dumps(prompt) + "\n")
            words = ["http://127.0.0.1:%d/v1" % port, path,
                     str(options.concurrent), str(options.max_tokens)]
            programs = {
                "ours": [os.path.join(options.build, "tests",
                                      "bench_generate_served")],
                "theirs": [options.python,
                           os.path.join(HERE, "aiohttp_client.py")]}
            for name in programs:  # what is done once is done
                run(programs[name] + words)
            for i in range(options.pairs):
                pair = {}
                for name in sorted(programs, reverse=i % 2 == 1):
                    pair[name] = run(programs[name] + words)
                    print(json.dumps({"client": name, **pair[name]}),
                          flush=True)
                pairs.append(pair)
    finally:
        server.terminate()
        server.wait()
    ratios = [p["theirs"]["seconds"] / p["ours"]["seconds"] for p in pairs]
    cpu = [p["theirs"]["cpu_s"] / p["ours"]["cpu_s"] for p in pairs]
    print(json.dumps({
        "pairs": len(pairs), "load_average": os.getloadavg()[0],
        "ratio_items_per_s": round(statistics.median(ratios), 3),
        "smallest": round(min(ratios), 3), "largest": round(max(ratios), 3),
        "our_items_per_s": round(statistics.median(
            p["ours"]["items"] / p["ours"]["seconds"] for p in pairs), 2),
        "ratio_cpu_theirs_to_ours": round(statistics.median(cpu), 2)}))


if __name__ == "__main__":
    main()
