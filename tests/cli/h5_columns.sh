#!/bin/bash
# What a scored file says of its columns: parts share the verdicts of their
# column, and only what was measured on the official data, all of it, with
# nobody else judging, may stand beside the published board.
set -euo pipefail
build=$1
. "$(dirname "$0")/lib.sh"
find_python h5py numpy
if [ -z "${TRUSTSWEEP:-}" ] || [ ! -x "$TRUSTSWEEP" ]; then
    echo "the program is not built"
    exit 77
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat >"$dir/job.json" <<'JOB'
{ "dataset": "sample",
  "models": [ { "name": "made-up", "backend": "sim:", "access": "open" } ] }
JOB
# 1: a run with recorded failures still writes its file.
"$TRUSTSWEEP" run "$dir/job.json" --output "$dir/run" >"$dir/out" 2>&1 ||
    [ $? -eq 1 ] || { cat "$dir/out"; exit 1; }
cat >"$dir/read.py" <<'PY'
import h5py
import numpy

def read(path, is_whole=True):
    with h5py.File(path) as f:
        names = list(f["column"].asstr()[:])
        parents = f["columns/parent"].asstr()[:]
        parts = {i for i, parent in enumerate(parents) if parent}
        assert len(parts) > 100, len(parts)
        assert all(parents[i] in names for i in parts)
        assert not parts & set(f["observations/column"][:])
        states = sum(f["scores/paper/" + name][:] for name in f["scores/paper"]
                     if name.startswith("num_") and name[4:] in
                     f["records/state"].attrs["flag_meanings"].split())
        for kind in ("zero-shot", "five-shot") if is_whole else ():
            assert states[0, names.index(f"leakage_td.{kind}.a")] == \
                states[0, names.index("leakage_td")] / 8
        return names, f["scores/comparable"][0], f["scores/paper/value"][0]
PY
PYTHONPATH=$dir "$python" - "$dir/run/results.h5" <<'PY'
import sys
from read import read, numpy
names, comparable, value = read(sys.argv[1])
assert not numpy.isnan(value[names.index("leakage_td")])
assert not comparable.any()
print("sample: nothing is comparable")
PY

data=${TRUSTSWEEP_DATA:-}
[ -n "$data" ] || { echo "TRUSTSWEEP_DATA is not set: recorded answers were not tried"; exit 77; }
# score NAME DATASET OPTION...
score()
{
    "$TRUSTSWEEP" score "$dir/mistral-7b" --dataset "$2" -o "$dir/$1.h5" \
        "${@:3}" >"$dir/out" 2>&1 || { cat "$dir/out"; exit 1; }
}
release=$data/trustllm-dataset.zip
cp -r "$data/recorded/mistral-7b" "$dir/mistral-7b"
score all "$release"
score first "$release" --limit 20
# One byte more in a file, and one answer less in another.
"$TRUSTSWEEP" dataset import "$release" "$dir/data" >"$dir/out" 2>&1 ||
    { cat "$dir/out"; exit 1; }
"$python" - "$dir" <<'PY'
import gzip, json, pathlib, sys
dir = pathlib.Path(sys.argv[1])
with open(next((dir / "data").rglob("external.json")), "a") as f:
    f.write(" ")
path = dir / "mistral-7b/safety/misuse.json.gz"
answers = json.loads(gzip.decompress(path.read_bytes()))
del answers[7]["res"]
path.write_bytes(gzip.compress(json.dumps(answers).encode()))
PY
score changed "$dir/data"
PYTHONPATH=$dir "$python" - "$dir" <<'PY'
import sys
from read import read, numpy
names, comparable, value = read(sys.argv[1] + "/all.h5")
of = dict(zip(names, comparable))
assert of["external"] and of["misuse_rta"] and of["jailbreak_rta.cot"]
assert not of["internal"]             # needs a judge
assert not of["stereotype_agreement"] # was not recorded
assert not numpy.isnan(value[comparable > 0]).any()
names, comparable, value = read(sys.argv[1] + "/first.h5", False)
assert not numpy.isnan(value[names.index("external")])
assert not comparable.any()
names, comparable, value = read(sys.argv[1] + "/changed.h5")
of = dict(zip(names, comparable))
assert of["hallucination"] and of["jailbreak_rta.cot"]
for name in ("external", "misuse_rta"):
    assert not numpy.isnan(value[names.index(name)]), name
    assert not of[name], name
print("recorded answers: comparable where they may be")
PY

# A model that the job asks: as the authors did, or not.
ask() # NAME OPTION...
{
    "$TRUSTSWEEP" run "$dir/job.json" --set dataset="$release" --output "$dir/$1" \
        --only privacy/privacy_awareness_confAIde "${@:2}" >"$dir/out" 2>&1 ||
        { cat "$dir/out"; exit 1; }
}
ask as-published
ask short --set generation.max_tokens=24
ask hot --set generation.temperature=0.7
ask told --set models.0.system="Be kind."
PYTHONPATH=$dir "$python" - "$dir" <<'PY'
import sys
from read import read, numpy
for name, wanted in (("as-published", True), ("short", False),
                     ("hot", False), ("told", False)):
    names, comparable, value = read(f"{sys.argv[1]}/{name}/results.h5", False)
    column = names.index("confaide_pearson")
    assert not numpy.isnan(value[column]), name
    assert bool(comparable[column]) == wanted, name
print("asked models: comparable with the published settings only")
PY
