# Bytes of a results file are changed, or its end is cut off: what reads it ends
# within its limits, and says so and what helps, or finds nothing wrong.
set -o pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 77; }
dir=$(mktemp -d /tmp/trustsweep-test.XXXXXX)
trap 'rm -rf "$dir"' EXIT
python3 tests/cli/report_answers.py "$dir/recorded"
"$TRUSTSWEEP" score "$dir/recorded" --dataset datasets/sample \
    -o "$dir/whole.h5" >/dev/null 2>&1 || true
[ -s "$dir/whole.h5" ] || { echo "FAILED: nothing was scored"; exit 1; }
python3 - "$TRUSTSWEEP" "$dir" "${TRUSTSWEEP_SEED:-1}" <<'PY'
import os
import random
import subprocess
import sys

program, folder, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open(f"{folder}/whole.h5", "rb") as f:
    whole = f.read()
draw = random.Random(seed)
ends = {}
commands = (["analyze", "--json"], ["digest"],
            ["export", "--format", "csv", "-o", f"{folder}/csv"])
for trial in range(60):
    bytes_ = bytearray(whole)
    for _ in range(draw.choice((1, 4, 16, 64))):
        bytes_[draw.randrange(len(bytes_))] = draw.randrange(256)
    if trial % 10 == 9:
        del bytes_[draw.randrange(len(bytes_)):]
    with open(f"{folder}/damaged.h5", "wb") as f:
        f.write(bytes_)
    command = commands[trial % len(commands)]
    ended = subprocess.run(
        [program, command[0], f"{folder}/damaged.h5"] + command[1:],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=120)
    ends[ended.returncode] = ends.get(ended.returncode, 0) + 1
    said = ended.stderr.decode(errors="replace")
    if ended.returncode not in (0, 1, 3) or (
            ended.returncode == 3 and not (
                "damaged.h5" in said and "; 'trustsweep score' of" in said)):
        sys.exit(f"FAILED: seed {seed}, trial {trial}: {command[0]} ended with "
                 f"{ended.returncode}: {said}")
if ends.get(3, 0) < 10:
    sys.exit(f"FAILED: hardly anything was noticed: {ends}")
print("ended with:", ends)
PY
