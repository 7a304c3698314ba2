"""Two ranks of one thread beside one rank of two threads, and what rank 0 costs.

usage: llama_ranks.py [options] BUILD JOB

BUILD   a release build
JOB     a job file; its first model, a llama: one, answers in both ways

Rounds alternate.  Prints a JSON line for each run: items a second from the start
of the program to its end, and the CPU time of rank 0 (planning, handing out,
journal, evaluation, results) as a share of the wall time; then the medians.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    fields = open("/proc/%d/stat" % pid).read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def rank0_of(folder):
    try:
        return json.load(open(os.path.join(folder, "owner.json")))["pid"]
    except (OSError, ValueError, KeyError):
        return None


def run(options, job, ranks, threads):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "job.json")
        out = os.path.join(folder, "run")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(dict(job, models=[dict(
                job["models"][0], backend="%s,threads=%d" % (
                    job["models"][0]["backend"], threads))]), file)
        began = time.monotonic()
        program = subprocess.Popen(
            [os.path.join(options.build, "bin", "trustsweep"), "run", path,
             "--output", out, "--ranks", str(ranks)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        rank0 = cpu = 0
        while program.poll() is None:
            rank0 = rank0 or rank0_of(out)
            try:
                cpu = cpu_seconds(rank0) if rank0 else 0
            except OSError:
                pass
            time.sleep(0.02)
        seconds = time.monotonic() - began
        told = json.load(open(os.path.join(out, "run.json")))
        if told["state"] != "done":
            raise SystemExit("the run is %s" % told["state"])
        return {"ranks_that_answer": ranks - 1, "threads": threads,
                "items": told["counts"]["units"],
                "seconds": round(seconds, 2),
                "items_per_s": round(told["counts"]["units"] / seconds, 3),
                "load_s": round(told["ledger"]["load_s"], 2),
                "rank0_cpu_s": round(cpu, 2),
                "rank0_share": round(cpu / seconds, 4)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("job")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    job = json.load(open(options.job))
    ways = [(3, 1), (2, 2)]
    runs = {way: [] for way in ways}
    for _ in range(options.rounds):
        for way in ways:
            runs[way].append(run(options, job, *way))
            print(json.dumps(runs[way][-1]), flush=True)
    print(json.dumps({
        "ratio_two_ranks_to_one": round(statistics.median(
            one["seconds"] / two["seconds"]
            for two, one in zip(runs[ways[0]], runs[ways[1]])), 3),
        "rank0_share": round(statistics.median(
            r["rank0_share"] for way in ways for r in runs[way]), 4)}))


if __name__ == "__main__":
    main()
