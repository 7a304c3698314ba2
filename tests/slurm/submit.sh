# `submit`: sixteen models over two nodes with four GPUs each, as one job, by
# mpirun and by srun, to the end; and everything that is wrong is said before
# anything is submitted.
. tests/slurm/lib.sh
start_lab LAB_NODES=2 LAB_GPUS=4
submit() { login "$trustsweep" submit "$@" --site "$work/site.json"; }

python3 - "$work" <<'PY'
import json, sys
models = [{"name": f"model-{i}", "backend": f"sim:seed={i},tokens_per_s=400,"
           f"load_s={i % 4 / 10},sleep=true"} for i in range(16)]
json.dump({"name": "sweep", "dataset": "sample", "limit": 2, "models": models},
          open(sys.argv[1] + "/sweep.json", "w"))
json.dump({"notice_s": 30, "memory_mb": 2000, "cpus_per_worker": 1,
           "environment": {"PMIX_MCA_gds": "hash", "SAID": "it's $HOME",
               "OMPI_MCA_btl_vader_single_copy_mechanism": "none"},
           "setup": ["env >" + sys.argv[1] + "/seen.env"]},
          open(sys.argv[1] + "/site.json", "w"))
PY
"$trustsweep" run "$work/sweep.json" --ranks 3 --output "$work/one" \
    >"$work/one.err" 2>&1 || fail "on one machine: $?"
want=$(digest "$work/one")

# Nothing is left behind by --dry-run, and the script is a script.
submit "$work/sweep.json" --output "$work/dry" --dry-run --nodes 2 \
    --only 'ethics/*' --set 'seed=3' >"$work/dry.sh" 2>"$work/dry.err" ||
    fail "dry run"
[ ! -e "$work/dry" ] || fail "a dry run makes a folder"
bash -n "$work/dry.sh" || fail "the script does not parse"
grep -q "only 'ethics/\*' --set seed=3" "$work/dry.sh" || fail "arguments"
grep -q 'SBATCH --export=HOME,USER' "$work/dry.sh" || fail "exports"
grep -q '@[a-z_]*@' "$work/dry.sh" && fail "a setting is left in the script"

# the second one without its last model, which is asked on the login node
part=()
for launch in mpirun srun; do
    dir=$work/$launch
    began=$(now_ms)
    id=$(MY_TOKEN=hush SBATCH_PARTITION=closed submit "$work/sweep.json" \
        --output "$dir" --nodes 2 --launch $launch "${part[@]}" \
        --set models.0.gpus=0 2>"$dir.err") || fail "$launch: $(cat "$dir.err")"
    submitted=$(($(now_ms) - began))
    wait_until 30 test -s "$dir/journal/000001.tsj" || fail "$launch: no reply"
    first=$(($(now_ms) - began))
    wait_until 90 job_ends "$id"
    job_is "$id" COMPLETED || fail "$launch: $(job_state "$id")"
    is_state "$dir" done || fail "$launch: $(field "$dir" state)"
    [ "$(field "$dir" ranks)" = 10 ] || fail "$launch: ranks"
    grep -h 'first reply: model=' "$dir/log/rank1.log" | grep -v 'model=model-0 ' &&
        fail "$launch: the worker without a GPU asks others"
    grep -h 'first reply: model=model-0 ' "$dir"/log/rank[2-9].log &&
        fail "$launch: model-0 has held a GPU"
    if [ ${#part[@]} -gt 0 ]; then
        grep -q -- "--where login" "$dir.err" || fail "what is left is not said"
        for where in "--where login" ""; do
            login "$trustsweep" run "$work/sweep.json" --ranks 3 --quiet \
                --output "$dir" "${part[@]}" $where >"$dir.out" 2>&1 ||
                fail "$where: $(cat "$dir.out")"
        done
        [ "$(field "$dir" counts.done)" = \
            "$(field "$dir" counts.from_earlier_runs)" ] || fail "asked twice"
    fi
    part=(--set models.15.where=login)
    [ "$(digest "$dir")" = "$want" ] || fail "$launch: another digest"
    echo "$launch: complete, the same digest, submitted after" \
        "$submitted ms, first reply after $first ms"
done
# One model changes once the login node's part is complete: nothing is left to do
# there, and the job writes the results of all.
id=$(submit "$work/sweep.json" --output "$work/srun" --nodes 2 \
    --set models.15.where=login --set models.0.gpus=0 \
    --set models.1.backend=sim:seed=99 2>"$work/more.err") ||
    fail "once more: $(cat "$work/more.err")"
grep -q "is complete: this job makes one results file of all" \
    "$work/more.err" || fail "once more: $(cat "$work/more.err")"
grep -q -- "--where login" "$work/more.err" && fail "it asks there again"
wait_until 90 job_ends "$id"
is_state "$work/srun" done || fail "once more: $(field "$work/srun" state)"
reason=$(field "$work/srun" reason 2>/dev/null) && fail "once more: $reason"
grep -q hush "$work/seen.env" && fail "a variable that nobody named came along"
grep -q '^MY_TOKEN' "$work/mpirun/batch.sh" && fail "it is in the script"
grep -qxF "SAID=it's \$HOME" <(login bash -c \
    "$(grep '^export SAID' "$work/mpirun/batch.sh"); env") || fail "quoting"

# Several words start the program, on every node and in the batch script alike.
cat >"$work/inside" <<'INSIDE'
#!/bin/sh
echo "$(hostname) $1 $3" >>"$0.log"
shift
exec "$@"
INSIDE
chmod +x "$work/inside"
for launch in mpirun srun; do
    rm -f "$work/inside.log"
    python3 -c 'import json, sys
work, launch, program = sys.argv[1:]
site = json.load(open(work + "/site.json"))
site.update(program=[work + "/inside", "it\u0027s $HOME \"x\"", program])
json.dump(site, open(work + "/inside.json", "w"))' "$work" $launch "$trustsweep"
    id=$(login "$trustsweep" submit "$work/sweep.json" --nodes 2 --limit 1 \
        --only 'ethics/*' --launch $launch --output "$work/inside-$launch" \
        --site "$work/inside.json" 2>"$work/inside.err") ||
        fail "inside: $(cat "$work/inside.err")"
    wait_until 60 job_ends "$id"
    is_state "$work/inside-$launch" done || fail "inside: $launch"
    said=$(sort "$work/inside.log" | uniq -c | tr -s ' ')
    [ "$said" = " 1 node1 it's \$HOME \"x\" batch
 5 node1 it's \$HOME \"x\" run
 4 node2 it's \$HOME \"x\" run" ] || fail "inside: $launch: $said"
done

# refused STATUS WHAT-IT-SAYS ARGUMENTS...
refused() {
    want_status=$1 says=$2
    shift 2
    submit "$work/sweep.json" --output "$work/none" "$@" \
        >"$work/none.out" 2>"$work/none.err"
    status=$?
    [ $status = "$want_status" ] || fail "$*: exit $status"
    grep -q -- "$says" "$work/none.err" || fail "$*: $(cat "$work/none.err")"
    [ ! -e "$work/none" ] || fail "$*: a folder is left"
}
site() { # site KEY VALUE: in a site file of its own
    python3 -c 'import json, sys
site = json.load(open(sys.argv[1] + "/site.json"))
site[sys.argv[2]] = json.loads(sys.argv[3])
json.dump(site, open(sys.argv[1] + "/other.json", "w"))' "$work" "$1" "$2"
}
other() {
    "$1" "$2" "$3" --site "$work/other.json" "${@:4}"
}
submit() { login "$trustsweep" submit "$@"; }
site partition '"mian"'
other refused 2 "there are: main, short, closed, single"
site partition '"closed"'
other refused 2 "not up"
site partition '"short"'
other refused 2 "time 00:05:00 at most" --time 1:00:00
site gpus_per_node 8
other refused 2 "no node of partition 'main' has 8 GPUs"
site memory_mb 99999999
other refused 2 "there are: 2 with 4 GPUs"
site partion '"x"'
other refused 2 "did you mean 'partition'"
site constraint '"h100"'
other refused 2 "feature h100"
site account '"a b"'
other refused 2 "white space"
site bind '"none"'
submit "$work/sweep.json" --site "$work/other.json" --output "$work/dry" \
    --dry-run >"$work/dry.sh" 2>"$work/dry.err" ||
    fail "unbound: $(cat "$work/dry.err")"
grep -q -- "--bind none$" "$work/dry.sh" || fail "unbound: $(tail -1 "$work/dry.sh")"
site notice_s 90
other refused 2 "is too short" --time 1
other refused 2 "no walltime" --time soon
other refused 2 "say --nodes 2" --nodes 3
site extra '["--licenses=none"]'
other refused 2 "Slurm refuses it: .*icense"
other refused 2 "is too short: model 'model-1' loads for" --time 3 \
    --set 'models.1.backend=sim:seed=1,load_s=200,sleep=true'
mkdir "$work/bin"
ln -s "$(command -v env)" "$work/bin/env"
PATH=$work/bin "$trustsweep" submit "$work/sweep.json" --output "$work/none" \
    2>"$work/none.err" && fail "without Slurm it is submitted"
grep -q "no Slurm here" "$work/none.err" || fail "$(cat "$work/none.err")"
[ "$(login squeue -h | wc -l)" = 0 ] || fail "something was submitted"
