#!/bin/bash
# What a batch job costs around its sweep, by part, and how soon a requeued one
# goes on, on the Slurm of the tests (root, `scripts/setup.sh --test`):
#
#   tests/bench/slurm_job.sh BUILD-FOLDER [TOKENS/S [ITEMS-A-TASK]]
#
# Sixteen made-up models on two nodes with four workers each; slower models make
# a longer sweep.  Prints JSON, seconds.  `around` is all but the sweep, which is
# from the begin of rank 0's work to the last record.
export TRUSTSWEEP=${1:?the build folder}/bin/trustsweep
speed=${2:-25} limit=${3:-8}
cd "$(dirname "$0")/../.." || exit 2
. tests/slurm/lib.sh "$1"
start_lab LAB_NODES=2 LAB_GPUS=4
python3 - "$work" "$speed" "$limit" <<'PY'
import json, sys
work, speed, limit = sys.argv[1:]
json.dump({"name": "sweep", "dataset": "sample", "limit": int(limit), "models": [
    {"name": f"model-{i}",
     "backend": f"sim:seed={i},tokens_per_s={speed},sleep=true"}
    for i in range(16)]}, open(work + "/sweep.json", "w"))
json.dump({"notice_s": 60, "memory_mb": 2000, "cpus_per_worker": 1,
    "setup": [f"date +%s.%N >>{work}/begun"], "environment": {
    "PMIX_MCA_gds": "hash", "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}},
    open(work + "/site.json", "w"))
PY
cat >"$work/measure.py" <<'PY'
import datetime, glob, json, os, re, subprocess, sys, time
work, program, launch = sys.argv[1:]
dir = work + "/" + launch
login = ["bash", "tests/slurm/lab.sh", "login", work + "/lab"]

def size():
    return sum(os.stat(name).st_size for name in glob.glob(dir + "/journal/*.tsj"))
def wait(what, seconds):
    end = time.time() + seconds
    while not what():
        if time.time() > end:
            sys.exit("FAILED: it takes too long")
        time.sleep(0.01)
    return time.time()
def state():
    """Of run.json; one that is told to end says so before it has."""
    try:
        run = json.load(open(dir + "/run.json"))
        return "ending" if run.get("is_ending") else run["state"]
    except (OSError, ValueError):
        return None
def changed(name):
    return os.stat(dir + "/" + name).st_mtime
def slurm(words, id):
    """The last time that Slurm's log says it of the job."""
    found = [line for line in open(work + "/lab/log/slurmctld")
             if re.search(words + f".*JobId={id}\\b", line)]
    when = re.match(r"\[([^\]]*)\]", found[-1])[1]
    return datetime.datetime.fromisoformat(when).timestamp()
def begun(number):
    return float(open(work + "/begun").read().split()[number])
def submit(*more):
    try:
        os.remove(work + "/begun")
    except OSError:
        pass
    done = subprocess.run(login + [program, "submit", work + "/sweep.json",
        "--site", work + "/site.json", "--output", dir, "--nodes", "2",
        "--launch", launch, *more], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True)
    return done.stdout.strip()

told = time.time()
id = submit()
submitted = time.time()
wait(lambda: os.path.exists(dir + "/log/launcher.log"), 60)
launched = time.time()
wait(lambda: os.path.exists(dir + "/journal"), 60)
opened = time.time()
header = 36 # of a journal file
first = wait(lambda: size() > header, 60)
last, most = first, size()
while state() == "running":
    now = size()
    if now != most:
        most, last = now, time.time()
    time.sleep(0.01)
spoken = changed("run.json")
wait(lambda: os.path.exists(dir + "/batch.json") and
     "end" in json.load(open(dir + "/batch.json"))["jobs"][-1], 60)
left = changed("log/launcher.log")
wait(lambda: "done" in subprocess.run(["grep", f"JobId={id} done",
     work + "/lab/log/slurmctld"], capture_output=True, text=True).stdout, 60)
over = slurm("_job_complete", id)
start = begun(0)
parts = {
    "start: batch script to launcher": launched - start,
    "start: launcher to rank 0": opened - launched,
    "start: rank 0 to first record": first - opened,
    "sweep": last - first,
    "end: last record to last word": spoken - last,
    "end: last word to launcher's end": left - spoken,
    "end: launcher's end to the job's": over - left,
}
whole = over - start
sweep = last - opened
out = {"launch": launch, "submit": submitted - told,
       "submit to first record": first - told, "job": whole, **parts,
       "around": whole - sweep, "around in %": 100 * (whole - sweep) / whole}

# warned in the middle, requeued by itself
dir += "-again"
id = submit("--time", "5")
wait(lambda: size() > 20 * header, 60)
subprocess.run(login + ["scancel", "--batch", "--signal=USR1", id], check=True)
asked = time.time()
out["warned to last word"] = wait(lambda: state() == "unfinished", 120) - asked
wait(lambda: "end" in json.load(open(dir + "/batch.json"))["jobs"][-1], 60)
had = size() # ended well, it has a seal, and the next one begins a file
wait(lambda: len(open(work + "/begun").read().split()) == 2, 60)
out["requeued to first new record"] = wait(lambda: size() > had + header, 60) \
    - begun(1)
subprocess.run(login + ["scancel", id], check=True)
print(json.dumps({key: round(value, 3) if type(value) is float else value
                  for key, value in out.items()}, indent=1))
PY
cat /proc/loadavg
for launch in ${LAUNCH:-mpirun srun}; do
    python3 "$work/measure.py" "$work" "$TRUSTSWEEP" "$launch"
done
cat /proc/loadavg
