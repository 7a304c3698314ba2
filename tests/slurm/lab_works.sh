# The lab itself: nodes with GPUs of their own, a job on both of them, a node
# that is lost and comes back.  The other tests here rest on it.
. tests/slurm/lib.sh
start_lab LAB_NODES=2 LAB_GPUS=3 LAB_LOST=5

seen=$(login srun -N2 --gres=gpu:3 -t 1 \
    sh -c 'echo "$(hostname) $CUDA_VISIBLE_DEVICES"' | sort | xargs)
[ "$seen" = "node1 0,1,2 node2 0,1,2" ] || fail "a step sees: $seen"

cat >"$work/batch" <<'BATCH'
#!/bin/sh
#SBATCH --nodes=2 --ntasks-per-node=2 --time=1
mpirun --allow-run-as-root --bind-to none hostname
BATCH
id=$(login sbatch --parsable -o "$work/batch.out" "$work/batch")
wait_until 20 job_is "$id" COMPLETED || fail "batch job: $(job_state "$id")"
[ "$(sort "$work/batch.out" | xargs)" = "node1 node1 node2 node2" ] ||
    fail "mpirun in a batch job: $(cat "$work/batch.out")"

pull node2
wait_until 40 node_is node2 down || fail "a lost node is $(login sinfo -h -N)"
boot node2
wait_until 20 node_is node2 idle || fail "it does not come back"
