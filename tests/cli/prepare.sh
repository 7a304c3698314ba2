# `prepare` says what a job lacks and how to get it, gets what has a source,
# unpacks the official zip, makes a smaller model file and writes a job that
# names all of it; `doctor` sees what has changed since.
set -euo pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 1; }
models=${TRUSTSWEEP_MODELS:-${XDG_CACHE_HOME:-$HOME/.cache}/trustsweep/models}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; cat "$dir/out" "$dir/err"; exit 1; }

# prepare STATUS ARGUMENTS...
prepare() {
    want=$1 status=0
    shift
    "$TRUSTSWEEP" prepare "$@" >"$dir/out" 2>"$dir/err" || status=$?
    [ $status = "$want" ] || fail "exit status $status: prepare $*"
}
says() { grep -qE -- "$1" "$dir/out" || fail "it does not say: $1"; }
doctor() { "$TRUSTSWEEP" doctor "$1" >"$dir/out" 2>"$dir/err" || true; }

# checkpoints are no pieces: how many are there is said, and where they are looked for
mkdir "$dir/steps"
echo one >"$dir/steps/step-1.bin"
touch -d '1 hour ago' "$dir/steps/step-1.bin"
echo half >"$dir/steps/step-2-00001-of-00002.bin"
cat >"$dir/night.json" <<JSON
{ "name": "night", "dataset": "sample",
  "checkpoints": { "files": "$dir/steps/step-*", "backend": "sim:answer={}",
                   "until": "06:00" } }
JSON
prepare 0 "$dir/night.json" -o "$dir/night"
says "^checkpoints \\($dir/steps/step-\*\\): 1 found, not opened yet, 1 not complete\$"
says '^.plan. and .run. open them, and refuse what is no model or is a copy$'
says '^others are waited for until 06:00$'
says '^all else is ready: '
prepare 0 "$dir/night.json" -o "$dir/night" --json
python3 - "$dir" <<'PY' || fail "checkpoints in --json"
import json, sys
assert json.load(open(sys.argv[1] + "/out"))["checkpoints"] == {
    "files": sys.argv[1] + "/steps/step-*", "folder_missing": None,
    "complete": 1, "incomplete": 1, "until": "06:00" }
PY
prepare 0 "$dir/night.json" -o "$dir/night" --set 'checkpoints.until=null' \
    --set "checkpoints.files=$dir/none/step-*"
says "^there is no folder $dir/none yet; "
says '^without "until" no other is waited for: a run would end at once$'
says '^all else is ready: '

# in the evening none is there yet, which is no fault where the job waits
await() { # await FOLDER PATTERN: doctor of a job that waits, and of one prepared
    sed "s:$dir/steps:$dir/$1:" "$dir/night.json" >"$dir/evening.json"
    "$TRUSTSWEEP" prepare "$dir/evening.json" -o "$dir/evening" >/dev/null 2>&1 ||
        fail "prepare of a job that waits"
    for job in "$dir/evening.json" "$dir/evening/job.json"; do
        doctor "$job"
        says "^ok   checkpoints +none yet; it waits until 20.*T06:00 [^ ]*$2"
        grep -q '^BAD  job' "$dir/out" && fail "doctor of $job"
    done
    rm -r "$dir/evening"
}
mkdir "$dir/empty"
await empty '$'
await none "; there is no folder $dir/none yet; if it is not made later, "
sed 's/"until": "06:00"/"settle_s": 0/' "$dir/night.json" |
    sed "s:$dir/steps:$dir/empty:" >"$dir/evening.json"
doctor "$dir/evening.json"
says '^BAD  job .*no checkpoint is complete yet'

# keys of a served model and of a judge that are not set here: only warned of
cat >"$dir/keys.json" <<'JSON'
{ "name": "keys", "dataset": "sample",
  "models": [ { "name": "paid", "backend":
      "http:m,alias=x,url=http://127.0.0.1:9/v1,key_env=TRUSTSWEEP_NO_SUCH_KEY" } ],
  "roles": { "judge": "http:j,alias=x,key_env=TRUSTSWEEP_NO_JUDGE_KEY" } }
JSON
for form in "" --json; do
    prepare 0 "$dir/keys.json" -o "$dir/keys" $form
    warning="^trustsweep prepare: warning:"
    for who in "model 'paid': no key: .* TRUSTSWEEP_NO_SUCH_KEY is not set" \
        "role 'judge': no key: .* TRUSTSWEEP_NO_JUDGE_KEY is not set"; do
        grep -q "$warning $who" "$dir/err" || fail "no warning: $who"
    done
done
TRUSTSWEEP_NO_SUCH_KEY=sk-secret TRUSTSWEEP_NO_JUDGE_KEY=sk-other \
    prepare 0 "$dir/keys.json" -o "$dir/keys"
grep -q "warning\|sk-" "$dir/err" && fail "warned of keys that are there"

"$TRUSTSWEEP" doctor >"$dir/out" 2>"$dir/err" || true
grep -q "^ok   backends .*llama" "$dir/out" ||
    { echo "no llama backend in this build"; exit 77; }

# the head of a model file, with one tensor of 4096 bytes
python3 - "$dir/whole.gguf" <<'PY'
import struct, sys
def text(value):
    return struct.pack("<Q", len(value.encode())) + value.encode()
pairs = [("general.architecture", "llama"), ("tokenizer.ggml.model", "gpt2")]
body = b"".join(text(k) + struct.pack("<I", 8) + text(v) for k, v in pairs)
# a vocabulary that loads: one token for each byte, and one merge
def array(key, kind, values):
    return text(key) + struct.pack("<IIQ", 9, kind, len(values)) + b"".join(values)
plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
rest = [b for b in range(256) if b not in plain]
tokens = [chr(b) for b in plain] + [chr(256 + i) for i in range(len(rest))]
body += array("tokenizer.ggml.tokens", 8, [text(t) for t in tokens + ["ab"]])
body += array("tokenizer.ggml.merges", 8, [text("a b")])
body += text("token_embd.weight") + struct.pack("<IQIQ", 1, 1024, 0, 0)
head = b"GGUF" + struct.pack("<IQQ", 3, 1, len(pairs) + 2) + body
with open(sys.argv[1], "wb") as f:
    f.write(head + bytes(-len(head) % 32) + bytes(4096))
PY
sum=$(sha256sum "$dir/whole.gguf" | cut -d' ' -f1)
job() { # job MODEL-KEYS
    printf '{ "name": "t", "only": ["ethics/*"], "limit": 1, "models": [
        { "name": "a", "backend": "isolated:llama:files/a.gguf" %s },
        { "name": "b", "backend": "llama:files/b.gguf,context=64" } ] }' "$1" \
        >"$dir/job.json"
}

# nothing is there
job ", \"source\": \"file://$dir/whole.gguf\", \"sha256\": \"$sum\""
prepare 3 "$dir/job.json" -o "$dir/ready"
says "^BAD  model +a: there is no $dir/files/a.gguf"
says "curl .*-o '$dir/files/a.gguf' 'file://$dir/whole.gguf'"
says "^BAD  model +b: there is no $dir/files/b.gguf"
says "^2 of 3 pieces are not ready"
[ ! -e "$dir/ready/job.json" ] || fail "a job file of what is not there"
doctor "$dir/job.json"
says "^BAD  model +a: there is no"
says "^BAD  model +b: there is no"

# what has a source is got; the other one is cut off
if command -v curl >/dev/null && command -v script >/dev/null; then
    # on a terminal it shows how long it takes
    script -qec "'$TRUSTSWEEP' prepare '$dir/job.json' -o '$dir/ready' --fetch" \
        "$dir/seen" >/dev/null </dev/null || true
    grep -q "Time  *Time  *Time" "$dir/seen" || fail "no progress"
    rm "$dir/files/a.gguf"
fi
if command -v curl >/dev/null; then
    prepare 3 "$dir/job.json" -o "$dir/ready" --fetch
else
    mkdir "$dir/files" && cp "$dir/whole.gguf" "$dir/files/a.gguf"
fi
head -c 5000 "$dir/whole.gguf" >"$dir/files/b.gguf"
prepare 3 "$dir/job.json" -o "$dir/ready"
says "^ok   model +a: .*sha256:$sum"
says "^BAD  model +b: .*shorter than its head says"

# all is there
cp "$dir/whole.gguf" "$dir/files/b.gguf"
prepare 0 "$dir/job.json" -o "$dir/ready"
says "submit $dir/ready/job.json"
(cd / && "$TRUSTSWEEP" plan "$dir/ready/job.json") >"$dir/out" 2>"$dir/err" ||
    fail "the job that it writes is not planned"
prepare 0 "$dir/job.json" -o "$dir/ready" --json
python3 - "$dir" "$sum" <<'PY' || fail "prepare --json"
import json, sys
said = json.load(open(sys.argv[1] + "/out"))
assert said == json.load(open(sys.argv[1] + "/ready/prepared.json"))
assert said["ready"] and [p["kind"] for p in said["pieces"]] == \
    ["dataset", "model", "model"]
assert said["pieces"][1]["identity"] == "sha256:" + sys.argv[2]
PY
doctor "$dir/ready/job.json"
grep -q "^BAD  model" "$dir/out" && fail "doctor, and all is well"

# a file that is another one now, and one that is not what the job names
printf x | dd of="$dir/files/b.gguf" bs=1 seek=6000 conv=notrunc 2>/dev/null
doctor "$dir/ready/job.json"
says "^BAD  model +b: .* is another one than was prepared"
job ", \"sha256\": \"$(printf %064d 0)\""
prepare 3 "$dir/job.json" -o "$dir/other"
says "^BAD  model +a: .*the job wants sha256:0000"

# recorded answers: the identity is of what they say, task by task
record() { # record FOLDER WORD
    mkdir -p "$dir/$1/safety"
    python3 - "$dir/$1/safety/misuse.json" "$2" <<'PY'
import json, sys
with open("datasets/sample/safety/misuse.json", encoding="utf-8") as f:
    items = json.load(f)
with open(sys.argv[1], "w", encoding="utf-8") as f:
    json.dump([dict(item, res=sys.argv[2]) for item in items], f)
PY
}
record yes "Yes." && record no "No." && record same "Yes."
printf '{ "name": "r", "models": [ { "name": "a", "backend": "replay:yes" },
    { "name": "b", "backend": "replay:no" },
    { "name": "c", "backend": "replay:same" } ] }' >"$dir/tape.json"
prepare 0 "$dir/tape.json" -o "$dir/tapes"
python3 - "$dir/tapes/prepared.json" <<'PY' || fail "who says what"
import json, sys
said = json.load(open(sys.argv[1]))["pieces"][1:]
a, b, c = (piece["identity"] for piece in said)
assert a.startswith("replay:") and a == c != b
PY
record yes "Maybe."
doctor "$dir/tapes/job.json"
says "^BAD  model +a: .*/yes is another one than was prepared"

# a folder of safetensors: a file that its index names, or the end of one, lacks
python3 - "$dir" <<'PY'
import json, os, struct, sys
folder = sys.argv[1] + "/files/hf"
os.makedirs(folder)
for i in 1, 2:
    head = json.dumps({"__metadata__": {}, f"t{i}": {"dtype": "F32", "shape":
                       [4], "data_offsets": [0, 16]}}).encode()
    with open(f"{folder}/model-{i}.safetensors", "wb") as f:
        f.write(struct.pack("<Q", len(head)) + head + bytes(16))
json.dump({"weight_map": {f"t{i}": f"model-{i}.safetensors" for i in (1, 2)}},
          open(folder + "/model.safetensors.index.json", "w"))
json.dump({"name": "h", "models": [{"name": "a", "backend":
           "server:files/hf,with=" + os.getcwd() + "/jobs/servers/vllm.json"}]},
          open(sys.argv[1] + "/hf.json", "w"))
PY
prepare 0 "$dir/hf.json" -o "$dir/other"
truncate -s -1 "$dir/files/hf/model-2.safetensors"
prepare 3 "$dir/hf.json" -o "$dir/other"
says "^BAD  model +a: .*model-2.safetensors is shorter than its head says"
rm "$dir/files/hf/model-2.safetensors"
prepare 3 "$dir/hf.json" -o "$dir/other"
says "^BAD  model +a: .*model-2.safetensors is missing, but .* names it"
: >"$dir/files/hf/model-2.safetensors"
prepare 3 "$dir/hf.json" -o "$dir/other"
says "^BAD  model +a: .*model-2.safetensors is no safetensors file"

# words that mean nothing
for wish in a a= =q8_0 none=q8_0; do
    prepare 2 "$dir/job.json" -o "$dir/other" --quantise "$wish"
done
prepare 2 "$dir/job.json" -o "$dir/other" --quantise b=Q9
grep -q "there are: BF16, F16, Q8_0" "$dir/err" || fail "no list of types"

# a smaller file of a real one; what it was made of is in the job
if [ -f "$models/all-MiniLM-L6-v2.F32.gguf" ]; then
    printf '{ "name": "q", "only": ["ethics/*"], "limit": 1, "roles":
        { "embedder": "llama:%s/all-MiniLM-L6-v2.F32.gguf" }, "models": [
        { "name": "a", "backend": "sim:" } ] }' "$models" >"$dir/job.json"
    prepare 0 "$dir/job.json" -o "$dir/small" --quantise embedder=Q8_0
    made=$dir/small/models/embedder.Q8_0.gguf
    [ $(($(stat -c %s "$made") * 3)) -lt \
        "$(stat -c %s "$models/all-MiniLM-L6-v2.F32.gguf")" ] || fail "its size"
    python3 - "$dir/small/job.json" "$made" <<'PY' || fail "the job of it"
import json, re, sys
role = json.load(open(sys.argv[1]))["roles"]["embedder"]
assert role["backend"] == "llama:" + sys.argv[2]
assert re.match("sha256:[0-9a-f]{64}, quantised to Q8_0 by llama.cpp ",
                role["made_from"])
PY
    before=$(stat -c %Y.%i "$made")
    prepare 0 "$dir/job.json" -o "$dir/small" --quantise embedder=Q8_0
    [ "$before" = "$(stat -c %Y.%i "$made")" ] || fail "it is made twice"
    sed -i "s|$models/all-MiniLM-L6-v2.F32|$dir/small/models/embedder.Q8_0|" \
        "$dir/job.json"
    prepare 0 "$dir/job.json" -o "$dir/small" --quantise embedder=Q4_0
    grep -q "is quantised already (.* is q8_0)" "$dir/err" || fail "twice"
    grep -q "quantised to Q4_0 by llama.cpp" "$dir/small/job.json" ||
        fail "of what it was made"
else
    echo "nothing was quantised: scripts/model.sh --embedder gets a model"
fi

# the official zip, file by file
if [ -f "${TRUSTSWEEP_DATA:-}/trustllm-dataset.zip" ]; then
    printf '{ "name": "z", "dataset": "%s/trustllm-dataset.zip",
        "models": [ { "name": "a", "backend": "sim:" } ] }' \
        "$TRUSTSWEEP_DATA" >"$dir/job.json"
    prepare 0 "$dir/job.json" -o "$dir/zip"
    "$TRUSTSWEEP" dataset verify "$dir/zip/dataset" >"$dir/out" || fail "the zip"
    grep -q "\"dataset\": \"$dir/zip/dataset\"" "$dir/zip/job.json" ||
        fail "the job does not name it"
else
    echo "no zip was unpacked: TRUSTSWEEP_DATA names none"
fi
