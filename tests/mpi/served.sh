# The recipes of servers that are not here, with programs that take the options of
# their manuals in their places: a folder of safetensors as the model, two GPUs
# (MIG instances), a key by each one's own way; plain and inside a container.
. tests/mpi/lib.sh
export TMPDIR=$work/tmp PYTHONPATH=$work/py PATH=$work/bin:$PATH
mkdir -p "$TMPDIR" "$work/bin" "$work/py/sglang" "$work/model"
for file in model-00001-of-00002 model-00002-of-00002; do
    echo "weights of $file" >"$work/model/$file.safetensors"
done
echo '{}' >"$work/model/config.json"
stand_in() { # stand_in FILE NAME
    printf '#!/bin/sh\nexec python3 "%s/tests/http/stand_in.py" %s "$@"\n' \
        "$PWD" "$2" >"$work/bin/$1"
    chmod +x "$work/bin/$1"
}
stand_in vllm vllm
stand_in text-generation-launcher tgi
cat >"$work/py/sglang/launch_server.py" <<PY
import runpy, sys
sys.argv[1:1] = ["sglang"]
runpy.run_path("$PWD/tests/http/stand_in.py", run_name="__main__")
PY
touch "$work/py/sglang/__init__.py"
# apptainer exec --nv IMAGE: in it only what it is told is there
cat >"$work/bin/apptainer" <<'SH'
#!/bin/sh
[ "$1 $2 $3" = "exec --nv /images/server.sif" ] || exit 9
shift 3
for pair in $(env | sed -n 's/^APPTAINERENV_//p'); do
    set -- "$pair" "$@"
done
exec env -i PATH="$PATH" PYTHONPATH="$PYTHONPATH" STAND_IN_SEEN="$STAND_IN_SEEN" \
    STAND_IN_REPORT="$STAND_IN_REPORT" BOUND="$APPTAINER_BIND" "$@"
SH
chmod +x "$work/bin/apptainer"

try() { # try NAME RECIPE [MORE]
    cat >"$work/$1.json" <<JSON
{ "name": "test", "dataset": "sample", "limit": 1, "models": [
  { "name": "m", "backend":
    "server:model,with=$PWD/jobs/servers/$2.json,gpus=2,parallel=3${3:-}" } ] }
JSON
    export STAND_IN_SEEN=$work/$1.seen STAND_IN_REPORT=$work/$1.report
    CUDA_VISIBLE_DEVICES=MIG-a/1,MIG-b/2 run 2 "$work/$1" "$work/$1.json" ||
        fail "$1: exit $?"
    [ "$(field "$work/$1" counts.failed)" = 0 ] || fail "$1: failed units"
    nothing_lost "$work/$1" || fail "$1: something is lost"
    python3 - "$1" "$STAND_IN_REPORT" "$work/model" <<'PY' || fail "$1: given"
import json, sys
name, path, model = sys.argv[1:]
said = json.load(open(path))
env = said["env"]
assert env["CUDA_VISIBLE_DEVICES"] == "MIG-a/1,MIG-b/2", env
key = env.get("MODEL_SERVER_KEY")
assert (key is None) == (name == "tgi"), key
assert key is None or len(key) == 48 and key not in " ".join(said["argv"])
if name.startswith("inside"):
    bound = env["BOUND"].split(",")
    assert model in bound and "trustsweep-server" in bound[1], bound
PY
    while read -r host pid; do
        kill -0 "$pid" 2>/dev/null && fail "$1: $pid at $host lives"
    done <"$STAND_IN_SEEN"
    echo "$1: $(field "$work/$1" counts.done) answers"
}
for name in vllm sglang tgi; do
    try $name $name
done
for name in vllm sglang; do
    try inside-$name $name ",prefix=apptainer exec --nv /images/server.sif"
done
[ -z "$(find "$TMPDIR" -name 'trustsweep-server.*')" ] || fail "left folders"
