# A model over two nodes of a Slurm job, by the recipe for SGLang, with a stand-in
# for SGLang, beside models of one GPU: a process comes up on each node, they
# meet, answer as on one node, and are gone with the run.  The server is killed in
# the middle, then its part on the other node, then the rank that has that part.
. tests/slurm/lib.sh
start_lab LAB_NODES=2 LAB_GPUS=4
mkdir -p "$work/py/sglang" "$work/model"
touch "$work/py/sglang/__init__.py"
echo weights >"$work/model/model.safetensors"
cat >"$work/py/sglang/launch_server.py" <<PY
import runpy, sys
sys.argv[1:1] = ["sglang"]
runpy.run_path("$PWD/tests/http/stand_in.py", run_name="__main__")
PY
spec=server:$work/model,with=$PWD/jobs/servers/sglang-nodes.json,parallel=2
sim() { # sim SEED
    echo "sim:seed=$1,load_s=0.2,sleep=true,tokens_per_s=400,parallel=2"
}
job() { # job FILE GPUS
    cat >"$1" <<JSON
{ "name": "t", "dataset": "sample", "limit": 3, "models": [
  { "name": "a", "backend": "$(sim 1)" },
  { "name": "big", "backend": "$spec", "gpus": $2 },
  { "name": "b", "backend": "$(sim 2)" } ] }
JSON
}
job "$work/one.json" 4
job "$work/two.json" 8
job "$work/many.json" 12

batch() { # batch DIR JOB [VARIABLES]: its job's id
    cat >"$1.sh" <<BATCH
#!/bin/sh
#SBATCH --nodes=2 --ntasks-per-node=4 --gres=gpu:4 --time=5
export PMIX_MCA_gds=hash PYTHONPATH=$work/py
export STAND_IN_SEEN=$1.seen STAND_IN_REPORT=$1.report STAND_IN_FAULT=slow=40
export OMPI_MCA_btl_vader_single_copy_mechanism=none ${3:-}
exec "$trustsweep" run "$2" --output "$1" >"$1.err" 2>&1
BATCH
    login sbatch --parsable -o "$1.log" "$1.sh"
}

nobody() { # nobody DIR: none of its servers lives on its node
    while read -r node pid; do
        ! on "$node" kill -0 "$pid" 2>/dev/null || return 1
    done <"$1.seen"
}

# seen DIR NODE: the last one that started there
seen() { sed -n "s/^$2 //p" "$1.seen" 2>/dev/null | tail -n 1; }

starts() { # starts DIR NODE: how many did
    grep -c "^$2 " "$1.seen" 2>/dev/null
}

has_answered() { # has_answered DIR N: it has loaded so often on node 1
    [ "$(cat "$1"/log/rank*.log 2>/dev/null |
        grep -c 'first reply: model=big')" -ge "$2" ]
}

end_of() { # end_of DIR ID WHAT
    wait_until 100 job_ends "$2" || fail "$3: $(job_state "$2")"
    [ "$(field "$1" state)" = done ] ||
        fail "$3: $(tail -n 5 "$1.err" "$1"/log/*)"
    [ "$(field "$1" counts.failed)" = 0 ] || fail "$3: failed units"
    wait_until 20 nobody "$1" || fail "$3: a server is left"
}

dir=$work/one
id=$(batch "$dir" "$work/one.json") # a server on one node, or one on each
end_of "$dir" "$id" "one node"
want=$(digest "$dir")

for launcher in mpirun srun; do
    dir=$work/two-$launcher
    id=$(batch "$dir" "$work/two.json" "TRUSTSWEEP_MPIRUN=$launcher")
    end_of "$dir" "$id" "$launcher"
    [ "$(cut -d' ' -f1 "$dir.seen" | sort | xargs)" = "node1 node2" ] ||
        fail "$launcher: not a process on each node: $(cat "$dir.seen")"
    [ "$(digest "$dir")" = "$want" ] || fail "$launcher: another digest"
    echo "$launcher: over two nodes as on one"
done

# the server dies, then its part on the other node: each time all of it starts
# again
dir=$work/kill
id=$(batch "$dir" "$work/two.json")
wait_until 60 has_answered "$dir" 1 || fail "no answer: $(cat "$dir.err")"
on node1 kill -KILL "$(seen "$dir" node1)"
wait_until 60 has_answered "$dir" 2 || fail "no answer after the kill"
on node2 kill -KILL "$(seen "$dir" node2)"
end_of "$dir" "$id" "killed"
[ "$(digest "$dir")" = "$want" ] || fail "killed: another digest"
[ "$(starts "$dir" node1)" = 3 ] && [ "$(starts "$dir" node2)" = 3 ] ||
    fail "not three starts on each node: $(cat "$dir.seen")"
echo "killed twice: $(grep -c . "$dir.seen") processes, the same digest"

# more than there is is said before anything starts
dir=$work/many
id=$(batch "$dir" "$work/many.json")
wait_until 60 job_ends "$id" || fail "too many: $(job_state "$id")"
grep -q "model 'big' needs 12 GPUs, and all nodes together have 8" \
    "$dir.err" || fail "not said: $(cat "$dir.err")"
[ ! -e "$dir.seen" ] || fail "a server was started in vain"

# submit asks for both nodes, and says when it may not have them
login "$trustsweep" submit "$work/two.json" --dry-run --time 10 \
    --output "$work/sub" >"$work/submit" 2>&1 || fail "$(cat "$work/submit")"
grep -q '^#SBATCH --nodes=2$' "$work/submit" || fail "$(cat "$work/submit")"
login "$trustsweep" submit "$work/two.json" --dry-run --time 10 --nodes 1 \
    --output "$work/sub" >"$work/submit" 2>&1 && fail "one node will do"
grep -q "model 'big' needs 2 nodes at once, and there are 1" "$work/submit" ||
    fail "not said: $(cat "$work/submit")"
exit 0
