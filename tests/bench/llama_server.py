"""Replies a second of the llama backend beside llama-server's, in pairs.

usage: llama_server.py [options] BUILD JOB

BUILD   a release build with the target bench_cli_llama
JOB     a job file; its first model is asked, with the job's limits

Both get the same prompts, as tokens (the server's raw completion endpoint, its
prompt cache on) and the same threads.  Rounds alternate, and
within a round the server runs with each number of slots.  Prints one JSON line
for each run with how many replies are equal to ours, then the ratios: of items a
second, and of items per second of CPU time, which with one thread is what an
idle machine would show, however busy this one is.
"""

import argparse
import concurrent.futures
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time


def run_ours(options, folder):
    replies = os.path.join(folder, "ours.jsonl")
    command = [bench_of(options), "--threads", str(options.threads)]
    command += ["--replies", replies]
    if options.arguments:
        command += ["--arguments", options.arguments]
    out = subprocess.run(command + [options.job], check=True,
                         stdout=subprocess.PIPE, text=True).stdout
    texts = [json.loads(line)["text"] or "" for line in open(replies)]
    return json.loads(out), texts


def bench_of(options):
    return os.path.join(options.build, "tests", "bench_cli_llama")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port, request):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    body = {"prompt": request["prompt"], "n_predict": request["max_tokens"],
            "temperature": 0, "cache_prompt": True}
    connection.request("POST", "/completion", json.dumps(body),
                       {"Content-Type": "application/json"})
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def wait_for(port, server):
    for _ in range(600):
        if server.poll() is not None:
            sys.exit("llama-server ended with %d" % server.returncode)
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    sys.exit("llama-server does not answer")


def cpu_seconds(pid):
    fields = open("/proc/%d/stat" % pid).read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run_server(options, requests, slots):
    port = free_port()
    threads = str(options.threads)
    command = [os.path.join(options.tools, "llama-server"),
               "-m", options.model, "-np", str(slots),
               "-c", str(options.context * slots), "-t", threads,
               "-tb", threads, "-fa", options.flash_attention,
               "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    try:
        wait_for(port, server)
        cpu = cpu_seconds(server.pid)
        began = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(slots) as pool:
            answers = list(pool.map(lambda r: ask(port, r), requests))
        seconds = time.monotonic() - began
        cpu = cpu_seconds(server.pid) - cpu
    finally:
        server.terminate()
        server.wait()
    total = sum(len(r["prompt"]) for r in requests)
    computed = sum(a["timings"]["prompt_n"] for a in answers)
    result = {"server_slots": slots, "items": len(requests),
              "seconds": round(seconds, 2),
              "items_per_s": round(len(requests) / seconds, 3),
              "cpu_s": round(cpu, 2),
              "prompt_tokens": total, "computed": computed,
              "share_computed": round(computed / total, 4),
              "reply_tokens": sum(a["timings"]["predicted_n"]
                                  for a in answers)}
    return result, [a["content"] for a in answers]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("job")
    parser.add_argument("--tools", required=True,
                        help="what scripts/llama.sh --tools prints")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--slots", default="1,8")
    parser.add_argument("--context", type=int, default=2048)
    parser.add_argument("--flash-attention", default="on", help="the server's")
    parser.add_argument("--arguments", help="of the backend")
    options = parser.parse_args()
    backend = json.load(open(options.job))["models"][0]["backend"]
    options.model = backend.split(":", 1)[1].split(",")[0]
    runs = {}
    with tempfile.TemporaryDirectory() as folder:
        tokens = os.path.join(folder, "tokens.jsonl")
        subprocess.run([bench_of(options), "--tokens", tokens, options.job],
                       check=True)
        requests = [json.loads(line) for line in open(tokens)]
        for _ in range(options.rounds):
            result, ours = run_ours(options, folder)
            print(json.dumps(result), flush=True)
            runs.setdefault(0, []).append(result)
            for slots in map(int, options.slots.split(",")):
                result, texts = run_server(options, requests, slots)
                result["equal_replies"] = sum(
                    a.strip() == b.strip() for a, b in zip(ours, texts))
                print(json.dumps(result), flush=True)
                runs.setdefault(slots, []).append(result)
    for slots in runs:
        if slots:
            print(json.dumps({
                "server_slots": slots,
                "ratio_items_per_s": ratio(runs, slots, "seconds"),
                "ratio_items_per_cpu_s": ratio(runs, slots, "cpu_s")}))


def ratio(runs, slots, key):
    return round(statistics.median(
        theirs[key] / ours[key]
        for ours, theirs in zip(runs[0], runs[slots])), 3)


if __name__ == "__main__":
    main()
