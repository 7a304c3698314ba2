"""What the settings of the llama backend cost in equal replies and in score.

usage: llama_flips.py BUILD MODEL.gguf [SETTINGS...]

BUILD     a release build; MODEL.gguf answers the sample, greedy, 24 tokens
SETTINGS  arguments of the backend, one list each; the defaults are
          "parallel=32", "parallel=8", "flash_attention=on",
          "flash_attention=on,parallel=8"

All are compared with `exact`: prints for each how many replies are others, and
by how much the values of the profile `paper` differ.  A line of JSON each.
"""

import glob
import json
import os
import subprocess
import sys
import tempfile

DEFAULTS = ["parallel=32", "parallel=8", "flash_attention=on",
            "flash_attention=on,parallel=8"]


def run(program, model, settings, folder):
    job = os.path.join(folder, "job.json")
    out = os.path.join(folder, "run")
    with open(job, "w", encoding="utf-8") as file:
        json.dump({"dataset": "sample",
                   "generation": {"max_tokens": 24, "temperature": 0},
                   "models": [{"name": "m", "access": "open",
                               "backend": "llama:%s,threads=1,context=2048,%s"
                                          % (model, settings)}]}, file)
    # 1 = finished, with failures that are recorded
    done = subprocess.run([program, "run", job, "--output", out, "--ranks",
                           "2"], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True)
    if done.returncode > 1:
        sys.exit(done.stderr)
    results = os.path.join(out, "results.h5")
    told = subprocess.run([program, "analyze", results, "--json"], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    exported = os.path.join(folder, "jsonl")
    subprocess.run([program, "export", results, "--format", "jsonl", "-o",
                    exported], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return read_replies(exported), read_values(json.loads(told))


def read_replies(folder):
    replies = {}
    for path in glob.glob(os.path.join(folder, "*.jsonl")):
        for line in open(path, encoding="utf-8"):
            record = json.loads(line)
            key = (record["task"], record["item"], record["repeat"])
            replies[key] = record.get("reply")
    return replies


def read_values(told):
    return {row["column"]: row["value"] for row in told["scores"]["paper"]
            if row["value"] is not None}


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    program = os.path.join(sys.argv[1], "bin", "trustsweep")
    model = os.path.abspath(sys.argv[2])
    base = None
    for settings in ["exact"] + (sys.argv[3:] or DEFAULTS):
        with tempfile.TemporaryDirectory() as folder:
            replies, values = run(program, model, settings, folder)
        base = base or (replies, values)
        flips = sum(replies[key] != base[0][key] for key in base[0])
        moved = [abs(values[c] - base[1][c]) for c in values if c in base[1]]
        print(json.dumps({
            "settings": settings, "replies": len(base[0]), "others": flips,
            "share_others": round(flips / len(base[0]), 4),
            "columns": len(moved),
            "columns_moved": sum(m > 0 for m in moved),
            "mean_move": round(sum(moved) / len(moved), 4),
            "largest_move": round(max(moved), 4)}), flush=True)


if __name__ == "__main__":
    main()
