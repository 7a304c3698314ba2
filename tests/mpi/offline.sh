# Batch files of a provider: what is open goes out as requests, answers come back
# into the journal; the same content as online, at the price of a batch.  What
# is missing, failed or makes no sense stays open, and run asks it.
. tests/mpi/lib.sh
mkfifo "$work/input"
"${FAULT_SERVER:?}" 1 <"$work/input" >"$work/port" &
exec 9>"$work/input"
wait_until 10 test -s "$work/port" || fail "the server does not start"
port=$(cat "$work/port")
cat >"$work/job.json" <<JSON
{ "name": "test", "dataset": "sample", "limit": 2, "models": [
    { "name": "api", "backend": "http:m,url=http://127.0.0.1:$port/v1,alias=x",
      "price_in": 1000, "price_out": 1000 },
    { "name": "near", "backend": "sim:tokens_per_s=20000" } ] }
JSON
offline() { "$trustsweep" offline "$@"; }
refuses() { # STATUS WORDS ARGUMENTS...
    want=$1
    words=$2
    shift 2
    offline "$@" >"$work/out" 2>"$work/said.err"
    [ $? = "$want" ] || fail "$*: not exit $want"
    grep -q -- "$words" "$work/said.err" || fail "$*: no $words"
}

run 2 "$work/online" "$work/job.json" || fail "online: exit $?"
digest "$work/online" >"$work/d0"
offline export "$work/job.json" api --output "$work/all.jsonl" \
    --dir "$work/off" --json >"$work/said" || fail "export"
offline export "$work/job.json" api --output "$work/part.jsonl" \
    --dir "$work/off" --max-requests 7 >"$work/said2" || fail "export in parts"
# What the provider would do: each body is posted, each answer a line.  Three are
# missing, one expired, one is refused; lines come in another order.
python3 - "$work" "$port" <<'PY' || fail "the requests"
import json, sys, urllib.request
work, port = sys.argv[1:]
said = json.load(open(f"{work}/said"))
lines = [json.loads(l) for l in open(f"{work}/all.jsonl")]
assert len(lines) == said["requests"] == said["open"] > 20
assert said["files"] == [f"{work}/all.jsonl"]
parts, n = [], 1
while True:
    name = f"{work}/part{'' if n == 1 else f'-{n}'}.jsonl"
    try:
        part = [json.loads(l) for l in open(name)]
    except FileNotFoundError:
        break
    assert 0 < len(part) <= 7
    parts += part
    n += 1
assert parts == lines and n > 3
assert len({l["custom_id"] for l in lines}) == len(lines)
answers = []
for line in lines:
    assert line["method"] == "POST" and line["url"] == "/v1/chat/completions"
    assert line["body"]["model"] == "m" and line["body"]["messages"]
    ask = urllib.request.Request(f"http://127.0.0.1:{port}{line['url']}",
                                 json.dumps(line["body"]).encode(),
                                 {"Content-Type": "application/json"})
    body = json.load(urllib.request.urlopen(ask))
    answers.append({"id": "b", "custom_id": line["custom_id"], "error": None,
                    "response": {"status_code": 200, "body": body}})
def write(name, some):
    with open(f"{work}/{name}", "w") as f:
        f.writelines(json.dumps(a) + "\n" for a in some)
write("good.jsonl", answers)
some = answers[3:][::-1]
some[0] = dict(some[0], response=None,
               error={"code": "batch_expired", "message": "too late"})
some[1] = dict(some[1], response={"status_code": 429, "body": {
    "error": {"message": "slow down", "code": "rate_limit"}}})
some.append(dict(some[5], custom_id="0" * 32))
some.append(some[6])
other = json.loads(json.dumps(some[7]))
other["response"]["body"]["choices"][0]["message"]["content"] = "not that"
some.append(other)
write("some.jsonl", some)
with open(f"{work}/some.jsonl", "a") as f:
    f.write("{ not json\n\n")
PY

# All of it: nothing is left to ask, at half the price.
offline import "$work/job.json" api "$work/good.jsonl" --dir "$work/off" \
    >"$work/said" || fail "import: exit $?"
grep -q " 0 units are open" "$work/said" || fail "$(cat "$work/said")"
run 2 "$work/off" "$work/job.json" || fail "run behind it: exit $?"
digest "$work/off" >"$work/d"
cmp "$work/d0" "$work/d" || fail "not the same content as online"
python3 - "$(field "$work/online" counts.cost)" "$(field "$work/off" counts.cost)" \
    <<'PY' || fail "not half the price"
import sys
online, batch = map(float, sys.argv[1:])
print(online, batch)
sys.exit(not (online > 0 and abs(batch / online - 0.5) < 1e-9))
PY

# A part of it: each line that is of no use is named, the rest stays open.
offline import "$work/job.json" api "$work/some.jsonl" --dir "$work/part" \
    --json >"$work/said" 2>"$work/said.err"
[ $? = 1 ] || fail "bad lines, and not exit 1"
python3 - "$work/said" "$work/some.jsonl" <<'PY' || fail "what import says"
import json, sys
it = json.load(open(sys.argv[1]))
bad = open(sys.argv[2]).read().split("\n").index("{ not json") + 1
assert it["bad"] == 5 and it["open"] == 5 and it["done_before"] == 1, it
text = "\n".join(it["complaints"])
for words in ("some.jsonl:1: no response: batch_expired: too late",
              "some.jsonl:2: HTTP 429: slow down",
              "another answer for custom_id", "is no unit of this model",
              f"some.jsonl:{bad}:3: "):
    assert words in text, text
PY
grep -q "some.jsonl:1: no response" "$work/said.err" || fail "not told to people"
offline export "$work/job.json" api --output "$work/rest.jsonl" \
    --dir "$work/part" >"$work/said" || fail "export of the rest"
[ "$(wc -l <"$work/rest.jsonl")" = 5 ] || fail "the rest are 5"
run 3 "$work/part" "$work/job.json" || fail "run of the rest: exit $?"
digest "$work/part" >"$work/d"
cmp "$work/d0" "$work/d" || fail "a part offline is not the same content"
nothing_lost "$work/part" || fail "something is lost"

# Answers are there and nothing has run: status says so, of each unit once.
offline import "$work/job.json" api "$work/some.jsonl" --dir "$work/only" \
    >"$work/said" 2>&1
offline import "$work/job.json" api "$work/some.jsonl" --dir "$work/only" \
    >"$work/said" 2>&1
num=$(($(wc -l <"$work/all.jsonl") - 5))
"$trustsweep" status "$work/only" >"$work/said" || fail "status after import"
grep -q ": $num answers are imported, and it has not run" "$work/said" ||
    fail "status after import: $(cat "$work/said")"

# A part of the job, as run takes it.
offline export "$work/job.json" api --output "$work/less.jsonl" --limit 1 \
    --dir "$work/none" --only 'ethics/*' --set models.0.name=api \
    >"$work/said" || fail "export of a part"
less=$(wc -l <"$work/less.jsonl")
[ "$less" -gt 0 ] && [ "$less" -lt 10 ] || fail "a part has $less requests"
refuses 2 "no key" export "$work/job.json" api --output "$work/x.jsonl" \
    --set nothing=1
refuses 2 "'judge' plays a role, and a role is asked as replies come" \
    export "$work/job.json" judge --output "$work/x.jsonl" \
    --set "roles.judge=http:m,url=http://127.0.0.1:$port/v1,alias=x"

refuses 2 "only http backends" export "$work/job.json" near --output "$work/x.jsonl"
refuses 2 "there already and no batch file" \
    export "$work/job.json" api --output "$work/job.json"
refuses 2 "no model 'other'" export "$work/job.json" other --output "$work/x.jsonl"
refuses 2 "offline export JOB MODEL" export "$work/job.json" api
refuses 2 "MODEL is missing" export "$work/job.json"
refuses 2 "the run directory is --dir DIR" import "$work/job.json" api \
    "$work/good.jsonl" --output "$work/part"
refuses 2 "none of: export, import" send "$work/job.json" api
refuses 3 "no-such" import "$work/job.json" api "$work/no-such.jsonl" \
    --dir "$work/part"
sed -i 's/http:m,/http:m,dialect=anthropic,/' "$work/job.json"
refuses 2 "has no batch files" export "$work/job.json" api --output "$work/x.jsonl"
