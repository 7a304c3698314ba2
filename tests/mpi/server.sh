# Each worker starts a server of its own: the same content for any number of
# workers; a server that dies is started again; a rank that is killed takes its
# server and all that it started along; no key in any file or command line.
. tests/mpi/lib.sh
export TMPDIR=$work/tmp
mkdir "$TMPDIR" "$work/pids"

# recipe NAME FAULT: $work/NAME.json
recipe() {
    cat >"$work/$1.json" <<JSON
{ "command": ["python3", "tests/http/model_server.py", "--port", "{port}",
              "--model", "{model}", "--fault", "$2",
              "--report", "$work/pids/$1"],
  "key_env": "MODEL_SERVER_KEY", "does": ["chat"] }
JSON
}

# job NAME [LIMIT]: $work/NAME-job.json
job() {
    cat >"$work/$1-job.json" <<JSON
{ "name": "test", "dataset": "sample", "limit": ${2:-4},
  "models": [ { "name": "m",
    "backend": "server:model.bin,with=$1.json,parallel=3" } ] }
JSON
}

none_left() { # of the servers that were started, nor of their folders
    for pid in $(cat "$work"/pids/*.pids); do
        ! kill -0 "$pid" 2>/dev/null || return 1
    done
    [ -z "$(find "$TMPDIR" -name 'trustsweep-server.*')" ] || return 1
    ! pgrep -f "[m]odel_server.py.*$work" >/dev/null
}

expect_none() {
    wait_until "${2:-1}" none_left && return
    pgrep -af "model_server.py.*$work"
    find "$TMPDIR"
    fail "$1: something is left of the servers"
}

export PROVIDER_API_KEY=provider-key-of-a-rank
echo weights >"$work/model.bin"
for name in plain family; do
    recipe $name "$([ $name = plain ] || echo $name)"
    job $name
done
for workers in 1 2; do
    run $((workers + 1)) "$work/w$workers" "$work/plain-job.json" ||
        fail "$workers workers: exit $?"
    nothing_lost "$work/w$workers" || fail "something is lost"
    digest "$work/w$workers" >"$work/d$workers" || fail "digest"
    grep -hq "server is ready" "$work/w$workers/log/rank$workers.log" ||
        fail "worker $workers of $workers had no server"
    expect_none "$workers workers"
done
cmp "$work/d1" "$work/d2" || fail "1 and 2 workers differ"
[ "$(wc -l <"$work/pids/plain.pids")" -ge 3 ] || fail "too few servers"

# the key of the last server: nowhere but in its environment
key=$(python3 -c 'import json, sys
said = json.load(open(sys.argv[1]))
key = said["env"]["MODEL_SERVER_KEY"]
assert "PROVIDER_API_KEY" not in said["env"], "a key of the rank"
assert len(key) == 48 and not any(key in word for word in said["argv"])
assert not any(name.startswith(("OMPI_", "PMIX_", "PMI_", "SLURM_"))
               for name in said["env"]), said["env"]
print(key)' "$work/pids/plain") || fail "what the server was given"
rm "$work/pids/plain"
if grep -raFl -e "$key" "$work"; then
    fail "the key of a server stands there"
fi

# servers that die after 5 answers each: started again and again
recipe dying die-after=5
job dying 2
run 3 "$work/dying" "$work/dying-job.json" || fail "dying: exit $?"
[ "$(field "$work/dying" counts.failed)" = 0 ] || fail "dying: failed units"
nothing_lost "$work/dying" || fail "dying: something is lost"
grep -hq "the server ended with status 9" "$work"/dying/log/rank*.log ||
    fail "dying: nothing died"
expect_none dying

# one that never comes up: the model is given up, in the server's words
recipe broken die-at-start
job broken 1
run 2 "$work/broken" "$work/broken-job.json"
[ $? = 1 ] || fail "broken: exit $?"
field "$work/broken" reason | grep -q "no GPU was found" ||
    fail "broken: $(field "$work/broken" reason)"
expect_none broken

# a worker is killed, and then everybody: the servers and their children end
begin 3 "$work/killed" "$work/family-job.json"
wait_until 60 journaled "$work/killed" 4000 || fail "killed: no records"
kill -9 "$(rank_pid "$work/killed" 2)" || fail "killed: there is no rank 2"
wait $pid
[ "$(field "$work/killed" state)" = done ] || others_go_on ||
    run 3 "$work/killed" "$work/family-job.json" || fail "killed: exit $?"
[ "$(field "$work/killed" state)" = done ] || fail "killed: not done"
nothing_lost "$work/killed" || fail "killed: something is lost"
expect_none killed 20
begin 3 "$work/all" "$work/family-job.json" --set limit=0
wait_until 60 journaled "$work/all" 4000 || fail "all: no records"
kill -9 $(ranks "$work/all" | cut -d ' ' -f 2)
expect_none "all were killed" 20
wait $pid
exit 0
