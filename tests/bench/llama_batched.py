"""Tokens a second of the llama backend beside llama-batched-bench's.

usage: llama_batched.py [options] BUILD MODEL.gguf

BUILD   a release build with the target bench_generate_batched

Both read prompts of about as many tokens, none of which begins like another, and
write as many tokens each, with the same threads, tokens a call and flash
attention.  Rounds alternate.  Prints a JSON line for each run, then for each
number of sequences the median ratio of the pairs: tokens a second, and tokens
per second of CPU time.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess


def run_ours(options, sequences):
    command = [os.path.join(options.build, "tests", "bench_generate_batched"),
               options.model, "--sequences", str(sequences),
               "--prompt", str(options.prompt), "--reply", str(options.reply),
               "--threads", str(options.threads),
               "--arguments", "batch=512,flash_attention=on"]
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(out.stdout)


def children_s():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run_theirs(options, sequences, prompt, reply):
    """As many tokens as ours read and wrote."""
    command = [os.path.join(options.tools, "llama-batched-bench"),
               "-m", options.model, "-npp", str(prompt), "-ntg", str(reply),
               "-npl", str(sequences), "-c", str(sequences * (prompt + reply)),
               "-b", "512", "-ub", "512", "-t", str(options.threads),
               "-tb", str(options.threads), "-fa", "on",
               "--output-format", "jsonl"]
    before = children_s()
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, text=True).stdout
    row = json.loads([l for l in out.splitlines() if l.startswith("{")][-1])
    return {"sequences": sequences, "theirs": True, "seconds": row["t"],
            "tokens_per_s": round(row["speed"], 1),
            "cpu_s_with_load": round(children_s() - before, 2)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("model")
    parser.add_argument("--tools", required=True,
                        help="what scripts/llama.sh --tools prints")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sequences", default="1,8,32")
    parser.add_argument("--prompt", type=int, default=128)
    parser.add_argument("--reply", type=int, default=64)
    options = parser.parse_args()
    pairs = {}
    for _ in range(options.rounds):
        for sequences in map(int, options.sequences.split(",")):
            ours = run_ours(options, sequences)
            print(json.dumps(ours), flush=True)
            theirs = run_theirs(options, sequences,
                                ours["prompt_tokens"] // sequences,
                                ours["reply_tokens"] // sequences)
            print(json.dumps(theirs), flush=True)
            pairs.setdefault(sequences, []).append(
                ours["tokens_per_s"] / theirs["tokens_per_s"])
    for sequences, ratios in pairs.items():
        print(json.dumps({"sequences": sequences, "ratio_tokens_per_s":
                          round(statistics.median(ratios), 3)}))


if __name__ == "__main__":
    main()
