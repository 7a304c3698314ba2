#!/bin/bash
# results.h5 opens with h5dump, h5py, netCDF4 and xarray, every value of it.
# First a small file that the unit test writes, then that of a real run.
set -euo pipefail
build=$1
command -v h5dump >/dev/null || { echo "no h5dump"; exit 77; }
. "$(dirname "$0")/lib.sh"
find_python h5py netCDF4 xarray
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

open_with_all()
{
    h5dump "$1" >"$dir/dump"
    "$python" - "$1" <<'PY'
import sys

import h5py
import netCDF4
import xarray

path = sys.argv[1]
texts = 0
with h5py.File(path, "r") as f:
    assert f.attrs["format"] == "trustsweep-results", f.attrs["format"]
    assert f.attrs["format_version"] == 5
    assert len(f.attrs["content_digest"]) == 64
    models = list(f["model"].asstr()[:])
    columns = list(f["column"].asstr()[:])
    for profile in ("paper", "corrected"):
        value = f[f"scores/{profile}/value"]
        assert value.shape == (len(models), len(columns))
        assert list(value.dims[0].keys()) == ["model"]
    state = f["records/state"]
    names = state.attrs["flag_meanings"].split()
    assert names[0] == "none" and names[1] == "answered", names
    assert len(names) == len(state.attrs["flag_values"])
    for name in ("text", "reasoning", "detail", "recorded"):
        offset = f[f"records/{name}_offset"][:]
        texts = f[f"records/{name}"][:].tobytes()
        assert offset[0] == 0 and offset[-1] == len(texts)
        for i in range(len(offset) - 1):
            texts[offset[i]:offset[i + 1]].decode()
    f.visititems(lambda name, obj: obj[()] if isinstance(obj, h5py.Dataset)
                 and not name.endswith(("_byte", "_edge")) else None)

def walk(group):
    num = 0
    for variable in group.variables.values():
        variable[...]
        num += 1
    return num + sum(walk(child) for child in group.groups.values())

if "small" in path:
    with h5py.File(path, "r") as f:
        asked = f["follow_ups"]
        roles = asked["role"].attrs["flag_meanings"].split()
        assert [roles[i] for i in asked["role"][:]] == ["judge"]
        assert asked["question"][:].tobytes() == b"Is it so?"
        assert list(asked["question_offset"][:]) == [0, 9]

with netCDF4.Dataset(path) as f:
    assert list(f["model"][:]) == models
    assert f["scores/paper/by_repeat/value"].dimensions == (
        "repeat", "model", "column")
    assert f["records/text_offset"].dimensions == ("unit_edge",)
    assert walk(f) > 100

def groups(node, prefix=""):
    for name, child in node.items():
        if isinstance(child, h5py.Group):
            yield prefix + name
            yield from groups(child, prefix + name + "/")

with h5py.File(path, "r") as f:
    names = list(groups(f))
with xarray.open_dataset(path) as root:
    assert list(root["model"].values) == models
    assert list(root["column"].values) == columns
for name in names:
    with xarray.open_dataset(path, group=name) as group:
        group.load()
print(path.rsplit("/", 1)[-1], len(models), "models", len(columns), "columns")
PY
}

"$build/tests/unit_store_test_store" "$dir/small.h5"
open_with_all "$dir/small.h5"

if [ -z "${TRUSTSWEEP:-}" ] || [ ! -x "$TRUSTSWEEP" ]; then
    echo "the program is not built: its own file was not tried"
    exit 77
fi
cat >"$dir/job.json" <<'JOB'
{ "dataset": "sample",
  "models": [ { "name": "made-up", "backend": "sim:", "access": "open" } ] }
JOB
# 1: a run with recorded failures still writes its file.
"$TRUSTSWEEP" run "$dir/job.json" --output "$dir/run" >"$dir/out" 2>&1 ||
    [ $? -eq 1 ] || { cat "$dir/out"; exit 1; }
open_with_all "$dir/run/results.h5"
