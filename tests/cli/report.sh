#!/bin/bash
# The report in a real browser: it loads without an error or a request, draws
# its charts, sorts, filters and opens cells; what models wrote stays text; what
# is masked is not in the file.
set -euo pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 1; }
. "$(dirname "$0")/lib.sh"
find_python json
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# Without the chart libraries it says how to get them, and writes nothing.
mkdir "$dir/empty"
"$python" tests/cli/report_answers.py "$dir/recorded"
"$TRUSTSWEEP" score "$dir/recorded" -o "$dir/hostile.h5" >/dev/null 2>&1 || true
[ -s "$dir/hostile.h5" ] || { echo "FAILED: nothing was scored"; exit 1; }
status=0
"$TRUSTSWEEP" report "$dir/hostile.h5" -o "$dir/no.html" \
    --assets "$dir/empty" 2>"$dir/err" || status=$?
if [ "$status" != 3 ] || ! grep -q "scripts/assets.sh" "$dir/err" \
    || [ -e "$dir/no.html" ]; then
    echo "FAILED: without libraries: exit $status"
    cat "$dir/err"
    exit 1
fi

assets=$(bash scripts/assets.sh) || { echo "no chart libraries"; exit 77; }
report() { "$TRUSTSWEEP" report "$dir/$1.h5" -o "$dir/$2.html" "${@:3}"; }
report hostile masked --assets "$assets"
report hostile none --assets "$assets" --texts none
report hostile full --assets "$assets" --texts full --samples all
cat >"$dir/job.json" <<'JSON'
{ "name": "demo", "dataset": "sample", "models": [
  { "name": "alpha", "backend": "sim:seed=1", "access": "proprietary" },
  { "name": "beta", "backend": "sim:seed=2", "access": "open" },
  { "name": "gamma", "backend": "sim:seed=3", "access": "open" } ],
  "roles": { "judge": "sim:answer=YES" } }
JSON
"$TRUSTSWEEP" run "$dir/job.json" --output "$dir/run" --ranks 2 \
    >/dev/null 2>"$dir/err" || { cat "$dir/err"; exit 1; }
cp "$dir/run/results.h5" "$dir/demo.h5"
# Two files: alpha and step-2 stand in both.
runs() { # FOLDER MODELS
    echo "{ \"name\": \"$1\", \"dataset\": \"sample\", \"models\": [ $2 ],
        \"roles\": { \"judge\": \"sim:answer=YES\" } }" >"$dir/$1.json"
    "$TRUSTSWEEP" run "$dir/$1.json" --output "$dir/$1" --ranks 2 \
        >/dev/null 2>"$dir/err" || { cat "$dir/err"; exit 1; }
}
model() { echo "{ \"name\": \"$1\", \"backend\": \"sim:seed=$2\" }"; }
rm -r "$dir/run"
runs run "$(model alpha 1), $(model step-1 2), $(model step-2 3)"
runs later "$(model alpha 4), $(model step-2 5), $(model step-3 6)"
# Asked nothing, each for a reason of its own; of a night, in its own order.
echo '{ "checkpoints_left_out": [ "step-30", "step-4" ] }' \
    >"$dir/run/checkpoints-left.json"
echo '{ "checkpoints_refused": [ { "name": "step-<b>9", "path": "step-9",
    "reason": "no <i>model</i>" }, { "name": "step-5", "path": "step-5",
    "reason": "a copy" } ], "checkpoints_incomplete": [ { "name": "step-1",
    "path": "step-1", "reason": "no end" } ] }' \
    >"$dir/run/checkpoints-skipped.json"
echo '{}' >"$dir/run/checkpoints.json"
"$TRUSTSWEEP" explain "$dir/run" --json >"$dir/explained.json"
"$TRUSTSWEEP" report "$dir/run/results.h5" "$dir/later/results.h5" \
    --series 'step-*' --assets "$assets" --resamples 1000 -o "$dir/several.html"
runs odd "$(model '<b>{1}{2}[1m</b>' 1),
    $(model "$(printf 'x%.0s' {1..300})" 2)"
sed -i 's/"dataset"/"limit": 1, "dataset"/' "$dir/odd.json"
"$TRUSTSWEEP" run "$dir/odd.json" --output "$dir/odd" --ranks 2 >/dev/null 2>&1
# A job has no such names, but a file of somebody else may.
LC_ALL=C sed 's/{1}/\xe2\x80\xae/g; s/{2}/\x1b[0/g' "$dir/odd/results.h5" >"$dir/odd.h5"
runs one "$(model alpha 1)"
cp "$dir/one/results.h5" "$dir/one.h5"
report one one --assets "$assets" --series '*' --resamples 200
report odd odd --assets "$assets" --resamples 200
printf 'model,mmlu\nalpha,0.9\nbeta,0.5\ngamma,0.7\n' >"$dir/useful.csv"
report demo demo --assets "$assets" --series '*' --utility "$dir/useful.csv"
# Replies that a server cut off at max_tokens.
mkfifo "$dir/input"
"${FAULT_SERVER:?}" <"$dir/input" >"$dir/port" &
exec 9>"$dir/input"
for _ in {1..100}; do [ -s "$dir/port" ] || sleep 0.1; done
runs cut "{ \"name\": \"short\", \"backend\":
    \"http:fault:length,url=http://127.0.0.1:$(cat "$dir/port")/v1\" },
    $(model whole 2)"
exec 9>&-
cp "$dir/cut/results.h5" "$dir/cut.h5"
report cut cut --assets "$assets" --resamples 200
# The older libraries, where they were fetched as well.
if [ -d "$assets-pip" ]; then
    report demo older --assets "$assets-pip"
fi
"$python" tests/cli/report.py look "$dir"
