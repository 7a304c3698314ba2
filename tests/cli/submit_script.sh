#!/bin/bash
# The script that `submit` writes, run without Slurm: what of the environment
# reaches the program, and what happens where a module or a line of setup fails.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }
cd "$dir"
cat >job.json <<'JSON'
{ "name": "sweep", "dataset": "sample",
  "models": [ { "name": "a", "backend": "sim:", "tokens_per_s": 30 } ] }
JSON
cat >program <<'PROGRAM'
#!/bin/bash
env >"$0.env"
PROGRAM
chmod +x program
# As on many clusters: a function of the profile, which needs a variable of it.
cat >profile <<'PROFILE'
export MODULES_HOME=there PATH=/nothing
false
module() {
    [ "$MODULES_HOME $1" = "there load" ] || return 9
    [ "$2" != none ] || return 3
    export "LOADED=${LOADED:-}$2;"
}
PROFILE
write() { # write SITE-MEMBERS: the script, with that profile
    echo "{ \"gpus_per_node\": 1, \"cpus_per_worker\": 1, \"program\":
        \"$dir/program\", \"pass\": [\"PASSED\"]${1:+, $1} }" >site.json
    "$TRUSTSWEEP" submit job.json --site site.json --dry-run --output run \
        --nodes 1 >made.sh 2>made.err || fail "$(cat made.err)"
    sed "s|/etc/profile|$dir/profile|" made.sh >batch.sh
    rm -f program.env
}
start() { # as Slurm starts it: with its own variables, and those of a login
    module() { echo "the function of a login"; }
    status=0
    (export -f module; HF_TOKEN=hush SOME_UNNAMED=x OPENAI_API_KEY=hush \
        PASSED=along MODULES_HOME=login SLURM_JOB_ID=7 SLURM_EXPORT_ENV=HOME \
        CUDA_VISIBLE_DEVICES=0,1 bash batch.sh >batch.out 2>&1) || status=$?
}
has() { grep -qxF "$1" program.env || fail "no $1: $(cat program.env batch.out)"; }

write '"modules": ["one", "two/2"], "environment": {"SAID": "a b"},
    "setup": ["export FROM_SETUP=1", "if false; then", "x", "fi"]'
start
[ $status = 0 ] || fail "exit $status: $(cat batch.out)"
has PASSED=along
has SLURM_JOB_ID=7
has CUDA_VISIBLE_DEVICES=0,1
has "SAID=a b"
has FROM_SETUP=1
has "LOADED=one;two/2;"
has "PATH=$PATH"
has "HOME=$HOME"
grep -E 'hush|UNNAMED|EXPORT_ENV|login' program.env && fail "it came along"

ends() { # ends STATUS WHAT-IT-SAYS: and the program is not started
    start
    [ $status = "$1" ] || fail "$2: exit $status: $(cat batch.out)"
    grep -qE "$2" batch.out || fail "$2: $(cat batch.out)"
    [ ! -e program.env ] || fail "$2: it goes on"
}
write '"modules": ["one", "none"]'
ends 3 "line [0-9]+: 'module load none' failed with 3; nothing is started"
write '"setup": ["ls /no/such >/dev/null"]'
ends 2 "line [0-9]+: 'ls /no/such > */dev/null' failed with 2"
echo false >read.sh
echo : >>read.sh
write '"setup": [". ./read.sh", "export A=1"]' # what fails within is its own
start
[ $status = 0 ] || fail "a file that is read: $status: $(cat batch.out)"
write '"modules": ["one"]'
echo : >profile
ends 127 "'module load one' failed with 127"

# A key that the job would not have is told before it waits for one.
keyed() { # keyed BACKEND SITE-MEMBERS [MODEL-MEMBERS]: exit status, made.err
    cat >job.json <<JSON
{ "name": "sweep", "dataset": "sample", "models": [
  { "name": "b", "backend": "sim:", "tokens_per_s": 30 },
  { "name": "a", "backend": "http:$1"${3:+, $3} } ] }
JSON
    echo "{ \"gpus_per_node\": 1, \"cpus_per_worker\": 1${2:+, $2} }" >site.json
    status=0
    "$TRUSTSWEEP" submit job.json --site site.json --dry-run --output run2 \
        --nodes 1 >made.sh 2>made.err || status=$?
}
refused() {
    [ $status = 2 ] && grep -q "model 'a' reads its key from $1, which" made.err ||
        fail "a key in $1: $status $(cat made.err)"
}
accepted() { [ $status = 0 ] || fail "$1: $(cat made.err)"; }
keyed m ''
refused OPENAI_API_KEY
keyed m,key_env=MINE '"setup": ["export NOT_MINE=1", "export MINE_2=1"]'
refused MINE
keyed m,key_env=MINE '"setup": ["export MINE=\"$(cat /some/file)\""]'
accepted "a key from setup"
keyed m,key_env=MINE '"pass": ["MINE"]'
[ $status = 2 ] && grep -q '"pass" of the site file hands that through Slurm' \
    made.err || fail "a key that Slurm would store: $status $(cat made.err)"
keyed m '' '"where": "login"'
accepted "asked on the login node"
keyed m,url=http://127.0.0.1:9/v1 ''
accepted "without a key"

# Nor does a job wait for a budget that its end alone spends.
echo '{ "name": "sweep", "dataset": "sample", "models": [ { "name": "a",
    "backend": "sim:", "tokens_per_s": 30, "load_s": 300 } ] }' >job.json
echo '{ "gpus_per_node": 4, "cpus_per_worker": 1, "notice_s": 60 }' >site.json
budget() {
    "$TRUSTSWEEP" submit job.json --site site.json --dry-run --output run3 \
        --nodes 1 --budget "$1" >made.sh 2>made.err
}
budget 0.39 && fail "a budget of 0.39"
grep -q -- '--budget 0.39 is spent before anything is asked: 4 GPUs .*take 0.4 ' \
    made.err || fail "$(cat made.err)"
budget 0.41 || fail "$(cat made.err)"

mkdir -p run3
echo '{ "jobs": [], "used_gpu_hours": 5 }' >run3/batch.json
budget 5 || fail "a dry run says it and goes on"
grep -q -- 'it would be refused: --budget 5 is spent: the jobs of .*run3 took 5 ' \
    made.err || fail "$(cat made.err)"

# What is in the login's environment alone is not there on the nodes.
echo '{ "name": "sweep", "dataset": "${ELSEWHERE}", "models": [ { "name": "a",
    "backend": "sim:", "tokens_per_s": 30 } ] }' >job.json
named() { # named SITE-MEMBERS
    echo "{ \"gpus_per_node\": 1, \"cpus_per_worker\": 1${1:+, $1} }" >site.json
    ELSEWHERE=sample "$TRUSTSWEEP" submit job.json --site site.json --dry-run \
        --output run4 --nodes 1 >made.sh 2>made.err
}
named '' && fail "a variable that does not come along"
grep -q 'the job names ${ELSEWHERE}, which a batch job does not have' made.err ||
    fail "$(cat made.err)"
named '"pass": ["ELSEWHERE"]' || fail "$(cat made.err)"
named '"environment": {"ELSEWHERE": "sample"}' || fail "$(cat made.err)"

# Both components of a split job are told what comes along.
named '"pass": ["ELSEWHERE"], "coordinator": ["--partition=cpu"]' ||
    fail "$(cat made.err)"
before=$(sed '/hetjob/,$d' made.sh | grep -c -- '--export=HOME')
behind=$(sed '1,/hetjob/d' made.sh | grep -c -- '#SBATCH --export=HOME')
[ "$before $behind" = "1 1" ] || fail "exports: $before $behind"
grep -q '^#SBATCH --requeue$' made.sh || fail "not requeued"
named '"pass": ["ELSEWHERE"], "again": "never"' || fail "$(cat made.err)"
grep -q '^#SBATCH --no-requeue$' made.sh || fail "requeued by Slurm"

# sbatch knows an option by the beginning of its name, and by a letter.
for option in --arr=1-4 -a1-4 --exp=ALL -o/x --no-req; do
    named "\"pass\": [\"ELSEWHERE\"], \"extra\": [\"$option\"]" &&
        fail "$option is taken"
    named "\"pass\": [\"ELSEWHERE\"], \"coordinator\": [\"$option\"]" &&
        fail "$option is taken for the coordinator"
done
named '"pass": ["ELSEWHERE"], "extra": ["--no-kill", "--exclusive"]' ||
    fail "$(cat made.err)"

# To sbatch a % in the name of a file begins a number.
echo '{ "name": "sweep", "dataset": "sample", "models": [ { "name": "a",
    "backend": "sim:", "tokens_per_s": 30 } ] }' >job.json
echo '{ "gpus_per_node": 1, "cpus_per_worker": 1 }' >site.json
"$TRUSTSWEEP" submit job.json --site site.json --dry-run --nodes 1 \
    --output "$dir/half%j" >made.sh 2>made.err || fail "$(cat made.err)"
grep -qxF "#SBATCH --output=$dir/half%%j/log/batch-%j.log" made.sh ||
    fail "$(grep -- --output= made.sh)"
grep -qF -- "--dir '$dir/half%j'" made.sh || grep -qF -- "--dir $dir/half%j" made.sh ||
    fail "$(tail -1 made.sh)"
"$TRUSTSWEEP" submit job.json --site site.json --dry-run --nodes 1 \
    --output "$dir/a b" >made.sh 2>made.err && fail "a blank in an option"
grep -q 'white space or a quote.*--output for the run directory' made.err ||
    fail "$(cat made.err)"

# Workers of a node follow its GPUs, and how many share one.
size() { # size SITE-MEMBERS [SHARE]
    echo "{ \"name\": \"sweep\", \"dataset\": \"sample\", \"share\": ${2:-1},
        \"models\": [ { \"name\": \"a\", \"backend\": \"sim:\" } ] }" >job.json
    echo "{ ${CPUS-\"cpus_per_worker\": 1,} $1 }" >site.json
    "$TRUSTSWEEP" submit job.json --site site.json --dry-run --output run4 \
        --nodes 1 >made.sh 2>made.err
}
size '"gpus_per_node": 4' 2 || fail "$(cat made.err)"
grep -q 'each with 8 workers, 4 GPUs' made.err || fail "$(cat made.err)"
grep -qx '#SBATCH --ntasks-per-node=8' made.sh || fail "$(grep ntasks made.sh)"
size '"gpus_per_node": 4, "workers_per_node": 2' && fail "2 workers on 4 GPUs"
grep -q '"workers_per_node".* is 2, but a node with 4 GPUs gets 4' made.err ||
    fail "$(cat made.err)"
size '"gpus_per_node": 0, "workers_per_node": 2' || fail "$(cat made.err)"
grep -q 'each with 2 workers, no GPU, 2 cores, ' made.err || fail "$(cat made.err)"
CPUS='' size '"gpus_per_node": 1' || fail "$(cat made.err)"
grep -q 'each with 1 worker, 1 GPU, as many cores as Slurm gives, ' made.err ||
    fail "$(cat made.err)"
