# Every job file that comes with the program holds: by the schema, and by `plan`,
# with stand-ins for the files it names.  A job in two parts, in one folder, is
# the same as the whole.
set -euo pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 1; }
. "$(dirname "$0")/lib.sh"
find_python jsonschema
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$TRUSTSWEEP" docs schema >"$dir/schema.json"

# Heads of GGUF files, each with a name of its own; the data set is the sample,
# as the official one is not ours to have here.
"$python" - "$dir" jobs/*.json <<'PY'
import json, os, re, struct, sys
import jsonschema

folder, *files = sys.argv[1:]
schema = json.load(open(f"{folder}/schema.json"))
sixteen = [m["name"] for m in json.load(open("datasets/published.json"))["models"]
           if "access" in m]

def text(value):
    return struct.pack("<Q", len(value)) + value.encode()

def head(path, name, architecture):
    pairs = [("general.architecture", architecture), ("general.name", name),
             ("tokenizer.chat_template", "a"), ("tokenizer.ggml.model", "gpt2")]
    body = b"".join(text(k) + struct.pack("<I", 8) + text(v) for k, v in pairs)
    number = len(pairs)
    if architecture == "bert":
        body += text("bert.pooling_type") + struct.pack("<II", 4, 1)
        number += 1
    # a vocabulary of three letters, no merges
    for key, letters in ("tokens", "abc"), ("merges", ""):
        body += text(f"tokenizer.ggml.{key}")
        body += struct.pack("<IIQ", 9, 8, len(letters))
        body += b"".join(text(one) for one in letters)
        number += 1
    body += text("token_embd.weight") + struct.pack("<IQIQ", 1, 8, 0, 0)
    start = b"GGUF" + struct.pack("<IQQ", 3, 1, number) + body
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(start + bytes(-len(start) % 32) + bytes(32))

def walk(value):
    if isinstance(value, str):
        for name in re.findall(r"^llama:\$\{TRUSTSWEEP_MODELS\}/(.*)$", value):
            kind = "bert" if "MiniLM" in name else "llama"
            head(f"{folder}/models/{name}", name, kind)
        for name in re.findall(r"^server:\$\{TRUSTSWEEP_MODELS\}/([^,]*),", value):
            if name.endswith(".gguf"):
                head(f"{folder}/models/{name}", name,
                     "bert" if "MiniLM" in name else "llama")
            else:
                os.makedirs(f"{folder}/models/{name}", exist_ok=True)
                with open(f"{folder}/models/{name}/a.safetensors", "w") as f:
                    f.write(name)
        for name in re.findall(r"^replay:\$\{TRUSTSWEEP_DATA\}/(.*)$", value):
            os.makedirs(f"{folder}/data/{name}", exist_ok=True)
            with open(f"{folder}/data/{name}/answers.jsonl", "w") as f:
                f.write(json.dumps({"prompt": name, "res": "x"}) + "\n")
    elif isinstance(value, dict):
        for one in value.values(): walk(one)
    elif isinstance(value, list):
        for one in value: walk(one)

for path in files:
    job = json.load(open(path))
    jsonschema.validate(job, schema)
    walk(job)
    found = job.get("checkpoints", {}).get("files")
    for step in (1000, 2000) if found else ():
        name = found.replace("${TRUSTSWEEP_MODELS}", f"{folder}/models")
        head(name.replace("*", str(step)), f"step-{step}", "llama")
        os.utime(name.replace("*", str(step)), (step, step))
    job.setdefault("models", [])
    names = [m["name"] for m in job["models"]]
    if path.endswith("trustllm-16.json"):
        assert sorted(names) == sorted(sixteen), names
    for model in job["models"]:
        where = "login" if model["backend"].startswith("http:") else "compute"
        assert model.get("where", "compute") == where, model["name"]
    for model in job["models"]:
        published = model.get("published_as")
        assert published is None or published in sixteen, published
PY

export TRUSTSWEEP_MODELS=$dir/models TRUSTSWEEP_DATA=$dir/data
for job in jobs/*.json; do
    size="--ranks 3"
    [ "$job" = jobs/served-nodes.json ] && size="--ranks 17 --workers-per-node 8"
    # shellcheck disable=SC2086 # two options
    if ! "$TRUSTSWEEP" plan "$job" --set dataset=sample --json $size \
        >"$dir/plan.json" 2>"$dir/plan.err"; then
        if grep -qE "no backend '(llama|http)'" "$dir/plan.err"; then
            echo "$job: not planned: $(cat "$dir/plan.err")"
            continue
        fi
        echo "$job: $(cat "$dir/plan.err")"
        exit 1
    fi
    "$python" -c 'import json, sys
plan = json.load(open(sys.argv[1])); job = json.load(open(sys.argv[2]))
num = 2 if "checkpoints" in job else len(job["models"])
assert len(plan["models"]) == num and plan["units"] > 0' \
        "$dir/plan.json" "$job"
done
# models and a judge behind APIs: what each costs, and what it may
"$TRUSTSWEEP" plan jobs/api.json --set dataset=sample >"$dir/said" 2>&1 || true
if ! grep -q "no backend 'http'" "$dir/said"; then
    for name in gpt-4o-mini claude-sonnet-4.5 judge embedder; do
        grep -qE "^$name +[0-9]+ +[0-9]+ +[0-9.e-]+ +[0-9.e-]+ +[0-9]+$" \
            "$dir/said" || { echo "no cost of $name"; cat "$dir/said"; exit 1; }
    done
fi
# every recipe is used by one of them, and would be missed
for recipe in jobs/servers/*.json; do
    grep -q "with=servers/${recipe##*/}" jobs/*.json ||
        { echo "$recipe: no job shows it"; exit 1; }
done
mkdir "$dir/servers"
cp jobs/served.json "$dir/"
for recipe in jobs/servers/*.json; do
    sed 's/{model}/{modell}/' "$recipe" >"$dir/servers/${recipe##*/}"
done
if "$TRUSTSWEEP" plan "$dir/served.json" --set dataset=sample \
    >"$dir/plan.json" 2>"$dir/plan.err" ||
    ! grep -q '{modell} stands for nothing' "$dir/plan.err"; then
    echo "a bad recipe is planned: $(cat "$dir/plan.err")"
    exit 1
fi
# a file that is not there is named
rm "$dir/models/judge.gguf"
if "$TRUSTSWEEP" plan jobs/present-day.json --set dataset=sample \
    >"$dir/plan.json" 2>"$dir/plan.err"; then
    echo "a model file is missing, and nobody says so"
    exit 1
fi
grep -q 'judge.gguf\|llama' "$dir/plan.err" || { cat "$dir/plan.err"; exit 1; }

export OMPI_MCA_btl_vader_single_copy_mechanism=none
one='{"name": "a", "backend": "sim:"}'
two='{"name": "b", "backend": "sim:seed=2"}'
printf '{"name": "w", "limit": 2, "models": [%s]}' "$one" >"$dir/part.json"
printf '{"name": "w", "limit": 2, "models": [%s, %s]}' "$one" "$two" \
    >"$dir/whole.json"
run() { "$TRUSTSWEEP" run "$1" --ranks 2 --output "$2" --quiet >/dev/null 2>&1; }
run "$dir/part.json" "$dir/parts"
run "$dir/whole.json" "$dir/parts"
run "$dir/whole.json" "$dir/once"
[ "$("$TRUSTSWEEP" digest "$dir/parts/results.h5")" = \
    "$("$TRUSTSWEEP" digest "$dir/once/results.h5")" ] ||
    { echo "two parts are not the whole"; exit 1; }
