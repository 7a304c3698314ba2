#!/bin/bash
# The content digest, computed by another program from docs/FORMAT.md alone.
set -euo pipefail
build=$1
. "$(dirname "$0")/lib.sh"
find_python h5py numpy
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$build/tests/unit_store_test_store" "$dir/small.h5"
"$python" - "$dir/small.h5" <<'PY'
import hashlib, struct, sys
import h5py
import numpy

CODES = {"u1": 1, "u4": 2, "u8": 3, "i4": 4, "i8": 5, "f8": 6}
ORDER = """/model /models/access /models/creator /models/family
/models/published_as /models/identity /models/parameters_b
/column /columns/title /columns/dimension /columns/section /columns/task
/columns/unit /columns/unit_corrected /columns/parent /columns/cluster
/columns/by /columns/field /columns/evaluator /columns/metric /columns/estimand
/columns/source /columns/needs /columns/labels /columns/direction
/columns/direction_corrected /columns/is_ranked
/repeat /task /tasks/dimension /tasks/section /tasks/sha256
/items/task /items/index /items/occurrence /items/hash_high /items/hash_low
/items/entry_offset /items/entry /records/id_high /records/id_low
/records/model /records/task /records/item /records/repeat /records/role
/records/state /records/finish /records/prompt_tokens /records/reply_tokens
/records/text_offset /records/text /records/reasoning_offset /records/reasoning
/records/recorded_offset /records/recorded /records/value_offset /records/value
/follow_ups/id_high /follow_ups/id_low /follow_ups/role /follow_ups/state
/follow_ups/question_offset /follow_ups/question /follow_ups/answer_offset
/follow_ups/answer /follow_ups/value_offset /follow_ups/value
/asked/unit /asked/follow_up
/observations/column /observations/unit /observations/profiles /observations/state_paper
/observations/label_paper /observations/value_paper
/observations/state_corrected /observations/label_corrected
/observations/value_corrected /scores/comparable
/measure /utility/column /utility/task /utility/kind /utility/format
/utility/ask /utility/num_examples /utility/chance /utility/method
/utility/accuracy /utility/low /utility/high /utility/num /utility/num_skipped
/utility/num_unparsed""".split()
FIELDS = """value low high within_low within_high se_items se_sampling se_judge
num num_skipped num_recorded num_asked num_none num_answered num_refused
num_unparsed num_empty num_truncated num_no_final num_blocked num_failed
num_missing num_overlong num_unjudged""".split()
for part in ("", "by_repeat/"):
    for profile in ("paper", "corrected"):
        ORDER += [f"/scores/{profile}/{part}{field}" for field in FIELDS]

total = hashlib.sha256()
with h5py.File(sys.argv[1], "r") as f:
    for path in ORDER:
        data = f[path]
        sha = hashlib.sha256()
        is_text = data.dtype == object
        code = 7 if is_text else CODES[data.dtype.str[1:]]
        name = path.encode()
        sha.update(struct.pack("<Q", len(name)) + name)
        sha.update(struct.pack("<BB", code, data.ndim))
        sha.update(struct.pack(f"<{data.ndim}Q", *data.shape))
        values = data[()]
        if is_text:
            for text in values:
                sha.update(struct.pack("<Q", len(text)) + text)
        else:
            if code == 6:
                values[numpy.isnan(values)] = numpy.nan
            sha.update(values.astype(values.dtype.newbyteorder("<")).tobytes())
        total.update(sha.hexdigest().encode())
    same = total.hexdigest() == f.attrs["content_digest"]
print("digest", "equal" if same else "differs")
sys.exit(not same)
PY
