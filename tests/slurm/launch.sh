# `run` in an allocation of two nodes: a worker for each GPU, rank 0 beside those
# of the first one; with mpirun and with srun, the same digest as on one machine.
# A node is lost in the middle: the run ends all the same, on the other one.
. tests/slurm/lib.sh
start_lab LAB_NODES=2 LAB_GPUS=4 LAB_LOST=5
export OMPI_MCA_btl_vader_single_copy_mechanism=none

job() { # job FILE SPEED LIMIT
    cat >"$1" <<JSON
{ "name": "t", "dataset": "sample", "limit": $3, "models": [
  { "name": "a", "backend": "sim:tokens_per_s=$2,sleep=true" },
  { "name": "b", "backend": "sim:seed=7,tokens_per_s=$2,sleep=true" } ] }
JSON
}

batch() { # batch DIR JOB [ENV...]: a batch job; its id
    dir=$1
    cat >"$dir.sh" <<BATCH
#!/bin/sh
#SBATCH --nodes=2 --ntasks-per-node=4 --gres=gpu:4 --time=5 --no-kill
export PMIX_MCA_gds=hash $3
exec "$trustsweep" run "$2" --output "$dir" >"$dir.err" 2>&1
BATCH
    login sbatch --parsable -o "$dir.log" "$dir.sh"
}

job "$work/fast.json" 20000 4
"$trustsweep" run "$work/fast.json" --ranks 2 --output "$work/one" \
    >"$work/one.err" 2>&1 || fail "on one machine: $?"
want=$(digest "$work/one")

for launcher in mpirun srun; do
    dir=$work/$launcher
    id=$(batch "$dir" "$work/fast.json" "TRUSTSWEEP_MPIRUN=$launcher")
    wait_until 60 job_ends "$id" || fail "$launcher: $(job_state "$id")"
    [ "$(field "$dir" ranks)" = 9 ] || fail "$launcher: not 9 ranks"
    [ "$(field "$dir" state)" = done ] || fail "$launcher: not done"
    [ "$(digest "$dir")" = "$want" ] || fail "$launcher: another digest"
    echo "$launcher: the same digest"
done

# what doctor finds on a node and on the login node
login sbatch --wait --nodes=2 --ntasks-per-node=4 --gres=gpu:4 --time=1 \
    --output="$work/doctor" --wrap \
    "TRUSTSWEEP_SCRATCH=$work/scratch '$trustsweep' doctor" >"$work/id"
for says in "^ok   Slurm .*main (default): 2 nodes, up to 4 GPUs" \
    "^ok   allocation .*9 ranks on node1:5,node2:4" "^ok   scratch .* free"; do
    grep -q "$says" "$work/doctor" || fail "doctor: $(cat "$work/doctor")"
done
login env TRUSTSWEEP_SITE="$work/none.json" "$trustsweep" doctor \
    >"$work/doctor" 2>&1
grep -q "^BAD  site file .*none.json" "$work/doctor" ||
    fail "doctor: $(cat "$work/doctor")"

job "$work/slow.json" 60 6
"$trustsweep" run "$work/slow.json" --ranks 9 --output "$work/whole" \
    >"$work/whole.err" 2>&1 || fail "on one machine: $?"
want=$(digest "$work/whole")
for launcher in mpirun srun; do
    dir=$work/lost-$launcher
    id=$(batch "$dir" "$work/slow.json" "TRUSTSWEEP_MPIRUN=$launcher")
    wait_until 30 is_state "$dir" running || fail "$launcher: does not begin"
    sleep 2
    pull node2
    wait_until 150 is_state "$dir" done ||
        fail "$launcher, a lost node: $(field "$dir" reason)"
    [ "$(digest "$dir")" = "$want" ] || fail "$launcher: another digest"
    echo "$launcher, a lost node: done, $(field "$dir" starts) starts," \
        "$(field "$dir" ranks) ranks at the end"
    wait_until 30 job_is "$id" COMPLETED || fail "$launcher: $(job_state "$id")"
    boot node2
    wait_until 20 node_is node2 idle || fail "node2 does not come back"
done
