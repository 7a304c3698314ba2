#!/bin/bash
# Results files that lead out of themselves: by a link, by data that lies in another
# file, by a dataset made of others, by another filter.  Whatever reads results
# files refuses each with its name and what helps, and shows nothing of the other
# file.  So does what is asked for a forecast of a damaged one.
set -euo pipefail
source tests/cli/lib.sh
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 77; }
make_bad=$1/tests/unit_store_test_self_contained
[ -x "$make_bad" ] || { echo "no test_self_contained was built"; exit 77; }
find_python json
dir=$(mktemp -d /tmp/trustsweep-test.XXXXXX)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }
"$python" tests/cli/report_answers.py "$dir/recorded"
"$TRUSTSWEEP" score "$dir/recorded" --dataset datasets/sample \
    -o "$dir/whole.h5" >/dev/null 2>&1 || true
[ -s "$dir/whole.h5" ] || fail "nothing was scored"
for i in $(seq 2000); do echo "of nobody's business, line $i"; done >"$dir/secret"
mkdir "$dir/bad"
"$make_bad" "$dir/whole.h5" "$dir/bad" "$dir/secret"

cat >"$dir/job.json" <<'JSON'
{ "name": "sweep", "dataset": "sample", "forecast_from": "it.h5",
  "models": [ { "name": "a", "backend": "sim:load_s=5", "tokens_per_s": 30 } ] }
JSON
echo '{ "gpus_per_node": 2, "cpus_per_worker": 1 }' >"$dir/site.json"

refused() { # refused KIND COMMAND...: on $dir/it.h5
    local kind=$1 status=0
    shift
    rm -rf "$dir/out" "$dir"/out.*
    timeout 100 "$TRUSTSWEEP" "$@" >"$dir/said.out" 2>"$dir/said.err" ||
        status=$?
    [ "$status" -eq 3 ] ||
        fail "$kind: $1 ended with $status: $(cat "$dir/said.err")"
    grep -q "it\.h5" "$dir/said.err" || fail "$kind: $1: $(cat "$dir/said.err")"
    grep -q "; 'trustsweep score' of" "$dir/said.err" ||
        fail "$kind: $1 says no way out: $(cat "$dir/said.err")"
    ! grep -rqs "nobody's business" "$dir/said.out" "$dir/said.err" "$dir"/out* ||
        fail "$kind: $1 shows another file"
}

num=0
for bad in "$dir"/bad/*.h5; do
    kind=$(basename "$bad" .h5)
    cp "$bad" "$dir/it.h5"
    refused "$kind" analyze "$dir/it.h5" --json
    refused "$kind" digest "$dir/it.h5"
    refused "$kind" report "$dir/it.h5" -o "$dir/out.html"
    refused "$kind" merge "$dir/whole.h5" "$dir/it.h5" -o "$dir/out.h5"
    refused "$kind" label export "$dir/it.h5" --output "$dir/out.csv"
    for format in csv inspect leaderboard lm-eval redacted toolkit; do
        refused "$kind" export "$dir/it.h5" --format "$format" -o "$dir/out"
    done
    refused "$kind" plan "$dir/job.json"
    num=$((num + 1))
done
[ "$num" -ge 8 ] || fail "only $num kinds were made"

# damage that crashes the library ends no forecast without a word
"$python" - "$TRUSTSWEEP" "$dir" "${TRUSTSWEEP_SEED:-1}" <<'PY'
import random
import subprocess
import sys

program, folder, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open(f"{folder}/whole.h5", "rb") as f:
    whole = f.read()
draw = random.Random(seed)
ends = {}
for trial in range(30):
    bytes_ = bytearray(whole)
    for _ in range(draw.choice((4, 16, 64))):
        bytes_[draw.randrange(len(bytes_))] = draw.randrange(256)
    with open(f"{folder}/it.h5", "wb") as f:
        f.write(bytes_)
    command = (["plan"], ["submit", "--site", f"{folder}/site.json", "--dry-run",
                          "--output", f"{folder}/run", "--nodes", "1"])[trial % 2]
    ended = subprocess.run(
        [program, command[0], f"{folder}/job.json"] + command[1:],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=120)
    ends[ended.returncode] = ends.get(ended.returncode, 0) + 1
    said = ended.stderr.decode(errors="replace")
    if ended.returncode not in (0, 3) or (
            ended.returncode == 3 and not (
                "it.h5" in said and "; 'trustsweep score' of" in said)):
        sys.exit(f"FAILED: seed {seed}, trial {trial}: {command[0]} ended with "
                 f"{ended.returncode}: {said}")
if ends.get(3, 0) < 5:
    sys.exit(f"FAILED: hardly anything was noticed: {ends}")
print("ended with:", ends)
PY
