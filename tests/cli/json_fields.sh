#!/bin/bash
# Every key that --json prints stands in the tables of docs/COMMANDS.md, and every
# row there is printed or says when it is absent.
set -euo pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 77; }
. "$(dirname "$0")/lib.sh"
find_python json
unset "${!SLURM@}"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }
mkdir "$dir/out"
n=0
# run STATUSES COMMAND ARGUMENTS...: keeps what it prints
json() {
    local allowed=$1 status=0
    shift
    n=$((n + 1))
    "$TRUSTSWEEP" "$@" --json >"$dir/out/$1.$n.json" 2>"$dir/err" || status=$?
    [[ " $allowed " = *" $status "* ]] ||
        { cat "$dir/err"; fail "$*: exit $status"; }
    [ -s "$dir/out/$1.$n.json" ] || fail "$*: prints nothing"
}

cat >"$dir/job.json" <<'JSON'
{ "name": "two", "dataset": "sample", "roles": { "judge": "sim:answer=Yes" },
  "models": [ { "name": "zebra-10", "backend": "sim:seed=1" },
              { "name": "walrus-20", "backend": "sim:seed=2" } ] }
JSON
json 0 run "$dir/job.json" --output "$dir/run" --ranks 3
# rounds of checkpoints print one after the other, to be read line by line
[ "$(wc -l <"$dir/out/run.1.json")" = 1 ] || fail "run --json: not a line"
json 0 score "$dir/run" --only 'safety/*' -o "$dir/safety.h5"
json 0 score "$dir/run" --only 'ethics/*' -o "$dir/ethics.h5"
json 0 merge "$dir/safety.h5" "$dir/ethics.h5" -o "$dir/both.h5"
json 0 export "$dir/both.h5" --format csv -o "$dir/tables"
# one document each, of one file
"$python" - "$dir" "$("$TRUSTSWEEP" digest "$dir/both.h5")" <<'PY' ||
import glob, json, sys

folder, digest = sys.argv[1:]
said = {path.rsplit("/", 1)[1].split(".")[0]: json.load(open(path))
        for path in glob.glob(folder + "/out/*.json")}
run, score, merge, export = (said[name] for name in
                             ("run", "score", "merge", "export"))
assert run["folder"] == folder + "/run", run["folder"]
assert run["results"] == folder + "/run/results.h5"
assert run["run"]["state"] == "done" and run["run"]["is_final"]
assert run["run"]["counts"]["done"] == run["run"]["counts"]["units"] > 0
assert score["models"] == ["zebra-10", "walrus-20"] and score["units"] > 0
assert merge["file"] == folder + "/both.h5" and merge["digest"] == digest
assert merge["of"] == [folder + "/safety.h5", folder + "/ethics.h5"]
assert export["digest"] == digest and export["scores"] == merge["scores"] > 0
assert export["units"] > score["units"] and "scores.csv" in export["wrote"]
PY
    fail "what is printed"

json 0 version
json "0 3" doctor
json "0 3" doctor "$dir/job.json"
json 0 dataset list
json "0 1" dataset verify
json 0 digest "$dir/run/results.h5" --check
json 0 status "$dir/run"
json 0 explain "$dir/run"
json 0 explain "$dir/run" 'judge'
json 0 watch "$dir/run" --once
json 0 check "$dir/run"
json 0 prepare "$dir/job.json" --output "$dir/prepared"
json 0 submit "$dir/job.json" --dry-run --output "$dir/other"
json 0 report "$dir/run/results.h5" --resamples 100
json 0 calibrate "$dir/run" --other sim:answer=No --self zebra-10

json 0 label export "$dir/run" --output "$dir/sheet.jsonl" --num 60
"$python" - "$dir" <<'PY'
import json
import sys

rows = [json.loads(line) for line in open(f"{sys.argv[1]}/sheet.jsonl")]
for name in "ann", "bob":
    with open(f"{sys.argv[1]}/{name}.jsonl", "w") as out:
        for n, row in enumerate(rows):
            is_first = (n + (name == "bob")) % 3 > 0
            choices = ("refused", "complied") if "refus" in row["question"] \
                else ("right", "wrong")
            row["label"] = choices[0] if is_first else choices[1]
            print(json.dumps(row), file=out)
PY
json 0 label import "$dir/run" "$dir/ann.jsonl" "$dir/bob.jsonl"

cat >"$dir/web.json" <<'JSON'
{ "name": "web", "dataset": "sample", "only": ["ethics/awareness"],
  "models": [ { "name": "web",
                "backend": "http:m,url=http://127.0.0.1:9/v1" } ] }
JSON
json 0 offline export "$dir/web.json" web --dir "$dir/web" -o "$dir/web.jsonl"
echo '{"custom_id": "nobody"}' >"$dir/answers.jsonl"
json 1 offline import "$dir/web.json" web "$dir/answers.jsonl" --dir "$dir/web"

# a torn journal, pieces that are missing, questions that were changed
printf x >>"$dir/run/journal/000001.tsj"
json 1 check "$dir/run"
cat >"$dir/lacks.json" <<'JSON'
{ "name": "lacks", "dataset": "sample",
  "models": [ { "name": "gone", "backend": "replay:gone" } ] }
JSON
json 3 prepare "$dir/lacks.json" --output "$dir/lacks"
mkdir -p "$dir/changed/utility"
sample=$("$TRUSTSWEEP" dataset list --json | "$python" -c '
import json, sys
print(json.load(sys.stdin)["location"])')
cp "$sample"/utility/*.json "$dir/changed/utility"
json 0 dataset list "$dir/changed"
sed -i '0,/"answer": "A"/s//"answer": "B"/' \
    "$dir/changed/utility/mmlu-sample.json"
json 3 dataset list "$dir/changed"
json 3 dataset verify "$dir/changed"

# with prices, while it runs, in a folder that `batch` keeps and that Slurm knows
# of, as far as a stand-in for it says
mkdir "$dir/bin"
cat >"$dir/bin/squeue" <<'STUB'
#!/bin/sh
echo 'PENDING|Priority|2026-12-01T10:00:00|1:00:00|node[1-2]'
STUB
chmod +x "$dir/bin/squeue"
cat >"$dir/slow.json" <<'JSON'
{ "name": "slow", "dataset": "sample", "only": ["ethics/*"],
  "models": [ { "name": "slow", "price_in": 1, "price_out": 2,
                "backend": "sim:seed=1,tokens_per_s=300,sleep=true" } ] }
JSON
"$TRUSTSWEEP" batch --dir "$dir/slow" --again never --budget 100 \
    -- "$dir/slow.json" --output "$dir/slow" --ranks 2 --policy chunk:5 \
    >"$dir/slow.out" 2>&1 &
for ((i = 0; i < 300; i++)); do
    if "$TRUSTSWEEP" status "$dir/slow" --json 2>/dev/null |
        grep -q '"items_per_s_now"'; then
        break
    fi
    sleep 0.1
done
json 0 status "$dir/slow"
json 0 explain "$dir/slow"
wait
echo '{"job": "slow", "job_id": "18", "output": "DIR"}' >"$dir/slow/submit.json"
PATH=$dir/bin:$PATH json 0 watch "$dir/slow" --once
PATH=$dir/bin:$PATH json 0 status "$dir/slow"
"$TRUSTSWEEP" dataset show ethics/awareness --json 2>"$dir/err" &&
    fail "dataset show --json"
grep -q "list and verify" "$dir/err" || fail "what --json goes with"

"$TRUSTSWEEP" docs commands >"$dir/COMMANDS.md"
"$python" tests/cli/json_fields.py "$dir/COMMANDS.md" "$dir/out" ||
    fail "docs/COMMANDS.md and --json differ"
