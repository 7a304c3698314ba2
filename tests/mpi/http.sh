# Models and roles behind HTTP, with keys from the environment and from a file:
# the same content for any number of workers, and no key in any file, log or
# command line, though the server sends keys back.  Bad keys are told at once.
. tests/mpi/lib.sh
. tests/cli/lib.sh
key1=k1-$(od -An -N9 -tx1 /dev/urandom | tr -d ' \n')
key2=k2-$key1
mkfifo "$work/input"
FAULT_SERVER_KEY=$key1 "${FAULT_SERVER:?}" 5 <"$work/input" >"$work/port" &
exec 9>"$work/input"
wait_until 10 test -s "$work/port" || fail "the server does not start"
port=$(cat "$work/port")
url=url=http://127.0.0.1:$port/v1

mkdir "$work/secret"
printf '%s\n' "$key2" >"$work/secret/key"
chmod 600 "$work/secret/key"
export HTTP_TEST_KEY=$key1
cat >"$work/job.json" <<JSON
{ "name": "test", "dataset": "sample", "limit": 3,
  "models": [
    { "name": "plain", "backend": "http:m,$url,key_env=HTTP_TEST_KEY" },
    { "name": "leaks", "access": "proprietary",
      "backend": "http:fault:leak,$url,key_file=secret/key,alias=x" },
    { "name": "claude", "backend":
      "http:fault:reasoning,dialect=anthropic,$url,key_env=HTTP_TEST_KEY" } ],
  "roles": {
    "judge": "http:fault:snapshot,$url,key_env=HTTP_TEST_KEY",
    "embedder": "http:e,dialect=gemini,$url,key_env=HTTP_TEST_KEY" } }
JSON

no_key() { # no_key WHAT FOLDER...: neither key stands in its files
    what=$1
    shift
    found=$(grep -raFl -e "${key1#k1-}" "$@" 2>/dev/null)
    [ -z "$found" ] || fail "$what: the key stands in $found"
}

# the key file's folder is the one place where one may stand
no_key_here() {
    no_key "$1" "$work"/job.json "$work"/w* "$work"/bad*
}

# every command line and no more, while it runs
(
    while [ ! -e "$work/over" ]; do
        cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' ' '
        echo
        sleep 0.05
    done >"$work/lines"
) &
watcher=$!
for workers in 1 3; do
    run $((workers + 1)) "$work/w$workers" "$work/job.json" ||
        fail "$workers workers: exit $?"
    [ "$(field "$work/w$workers" state)" = done ] || fail "not done"
    [ "$(field "$work/w$workers" counts.failed)" = 0 ] || fail "failed units"
    nothing_lost "$work/w$workers" || fail "something is lost"
    digest "$work/w$workers" >"$work/d$workers" || fail "digest"
    cat "$work/d$workers"
done
: >"$work/over"
wait $watcher
cmp "$work/d1" "$work/d3" || fail "1 and 3 workers differ"
grep -q "trustsweep run .*job.json" "$work/lines" ||
    fail "no command line was seen"
no_key "command lines" "$work/lines"
no_key_here "run"
grep -qa 'Authorization: Bearer \*\*\*\*' "$work"/w1/journal/*.tsj ||
    fail "the server sent no key back, so nothing was tested"
for what in "a thought" '"served": "served-2024-08-06"'; do
    grep -qaF "$what" "$work"/w1/journal/*.tsj || fail "no $what"
done

# What is made of it, with the keys still around.  Texts of results.h5 are packed,
# so they are looked at unpacked, and so is each array and attribute beside them.
for format in jsonl csv toolkit lm-eval inspect redacted; do
    "$trustsweep" export "$work/w1/results.h5" --format $format \
        -o "$work/w1.$format" >/dev/null 2>"$work/w1.export.err" ||
        fail "export as $format"
done
grep -rqaF 'Bearer ***' "$work/w1.jsonl" || fail "no texts in the export"
"$trustsweep" report "$work/w1/results.h5" -o "$work/w1.html" >/dev/null \
    2>"$work/w1.report.err" || fail "report"
cat >"$work/site.json" <<'SITE'
{ "setup": ["export HTTP_TEST_KEY=\"$(cat \"$HOME/key\")\""] }
SITE
"$trustsweep" submit "$work/job.json" --dry-run --output "$work/w-no" \
    --site "$work/site.json" >"$work/w1.batch" 2>"$work/w1.batch.err" || fail "submit --dry-run"
grep -q '^#SBATCH' "$work/w1.batch" || fail "no batch script was shown"
"$trustsweep" doctor "$work/job.json" >"$work/w1.doctor" 2>&1
"$trustsweep" offline export "$work/job.json" plain --dir "$work/w-no" \
    -o "$work/w1.batch.jsonl" >/dev/null || fail "offline export"
"$trustsweep" calibrate "$work/w1" --num 2 --repeats 1 >"$work/w1.calibrate" \
    2>"$work/w1.calibrate.err" || fail "calibrate"
"$trustsweep" label export "$work/w1" -o "$work/w1.labels.csv" \
    >/dev/null 2>"$work/w1.label.err" || fail "label export"
if (find_python h5py) >"$work/python"; then
    find_python h5py
    "$python" - "$work/w1/results.h5" >"$work/w1.arrays" <<'PY' || fail "h5py"
import sys
import h5py
def show(name, node):
    values = list(node.attrs.values())
    if isinstance(node, h5py.Dataset):
        values.append(node[()])
    for value in values:
        raw = value.tobytes() if hasattr(value, "tobytes") else b""
        sys.stdout.buffer.write(raw + repr(value).encode() + b"\n")
with h5py.File(sys.argv[1]) as file:
    show("", file)
    file.visititems(show)
PY
    grep -qaF 'Bearer ***' "$work/w1.arrays" || fail "results.h5 was not unpacked"
else
    cat "$work/python"
fi
for page in "$work"/w1.html; do # what the page holds packed
    python3 - "$page" >"$page.texts" <<'PY' || fail "the report's texts"
import base64, re, sys, zlib
page = open(sys.argv[1], encoding="utf-8").read()
for block in re.findall(r"[A-Za-z0-9+/=]{200,}", page):
    try:
        raw = base64.b64decode(block)
    except ValueError:
        continue
    try:
        raw = zlib.decompress(raw, 47)
    except zlib.error:
        pass
    sys.stdout.buffer.write(raw + b"\n")
PY
done
no_key_here "what is made of it"

# without a key it can be scored and planned, and shown
unset HTTP_TEST_KEY
"$trustsweep" score "$work/w1" -o "$work/w1.h5" >"$work/w1.score" \
    2>"$work/w1.score.err" || fail "score"
[ "$("$trustsweep" digest "$work/w1.h5")" = "$(cat "$work/d1")" ] ||
    fail "run and score differ"
"$trustsweep" plan "$work/job.json" >"$work/w1.plan" || fail "plan"

# a wrong key and none: told within seconds, in the provider's words
cat >"$work/bad.json" <<JSON
{ "name": "bad", "dataset": "sample", "limit": 2,
  "models": [
    { "name": "m", "backend": "http:m,$url,key_env=HTTP_TEST_KEY" } ] }
JSON
began=$(date +%s)
HTTP_TEST_KEY=another-key run 2 "$work/bad1" "$work/bad.json"
[ $? = 1 ] || fail "a wrong key: exit $?"
run 2 "$work/bad2" "$work/bad.json"
[ $? = 1 ] || fail "no key: exit $?"
[ $(($(date +%s) - began)) -lt 40 ] || fail "bad keys: told late"
field "$work/bad1" reason | grep -q "model 'm'.*HTTP 401" ||
    fail "a wrong key: $(field "$work/bad1" reason)"
field "$work/bad2" reason | grep -q "HTTP_TEST_KEY is not set" ||
    fail "no key: $(field "$work/bad2" reason)"
if grep -raFl another-key "$work"/bad1*; then
    fail "the wrong key stands there"
fi
chmod 644 "$work/secret/key"
export HTTP_TEST_KEY=$key1
run 2 "$work/bad3" "$work/job.json" --set 'models.0.name=m'
[ $? = 1 ] || fail "an open key file: exit $?"
field "$work/bad3" reason | grep -q "chmod 600" ||
    fail "an open key file: $(field "$work/bad3" reason)"
no_key_here "bad keys"
