#!/bin/bash
# The JSON Schema of job files says yes and no where the program does.
set -euo pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 1; }
. "$(dirname "$0")/lib.sh"
find_python jsonschema
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$TRUSTSWEEP" docs schema >"$dir/schema.json"

# Writes good and bad jobs, having asked the schema about each.
"$python" - "$dir" jobs/quickstart.json <<'PY'
import copy
import json
import sys

import jsonschema

folder, quickstart = sys.argv[1:]
with open(f"{folder}/schema.json") as f:
    schema = json.load(f)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)

generation = {"max_tokens": 8, "thinking_tokens": 0, "temperature": 0.5,
              "top_p": 1, "top_k": -1, "repetition_penalty": 1.1}
origin = {"where": "login", "source": "https://example.org/a.gguf", "sha256": "0" * 64,
          "made_from": "another file"}
role = {"backend": "sim:", "name": "a role", "system": "Be brief.", **origin,
        "gpus": 1, "load_s": 30, "tokens_per_s": 900,
        "price_in": 0.5, "price_out": 1.5, "price_batch": 0.4, "cost_limit": 20,
        "generation": generation}
facts = {"weights": "download", "licence": "MIT", "data": "listed",
         "techniques": "none", "moderator": "none", "source": "its card"}
checkpoints = {"files": "c/step-*", "backend": "sim:answer={}",
               "marker": "DONE", "settle_s": 5, "order": "newest", "most": 3,
               "until": "06:00", "deadline": "2999-01-01T08:00",
               "too_late": "cheap", "widest": 0.3, "access": "open", "creator": "b",
               "family": "c", "system": "Be kind.", "gpus": 1, "load_s": 3,
               "tokens_per_s": 100}
minimal = {"models": [{"name": "a", "backend": "sim:"}]}
every = {
    "name": "every", "dataset": "sample", "output": "out",
    "only": ["ethics/*", "safety/*"], "limit": 1, "repeats": 2, "seed": 3,
    "max_attempts": 4, "lease_ms": 5000, "stuck_after_s": 90,
    "forecast_from": "old.h5", "role_cache": "answers",
    "share": 2, "api_workers": 2, "gpu_memory_gb": 24,
    "cells": [{"models": ["a"], "tasks": ["ethics/*"], "skip": False,
               "fraction": 0.5, "limit": 3, "generation": generation}],
    "gpu_types": [{"type": "x", "hosts": ["n*"], "memory_gb": 24, "speed": 0.5,
                   "price_h": 2, "group": "g"}],
    "mix": "group",
    "weights": {"truthfulness": 1, "safety": 2, "fairness": 0,
                "robustness": 0.5, "privacy": 1, "ethics": 1},
    "generation": generation,
    "utility": [{"dataset": "sample", "task": "mmlu-sample", "name": "m",
                 "shots": 2, "limit": 9, "ask": "letters", "by": "auto"}],
    "roles": {"judge": role, "refusal": role, "embedder": role,
              "toxicity": role},
    "models": [
        {"name": "a", "backend": "sim:", "access": "open-weight",
         "creator": "b", "family": "c", "published_as": "d",
         "parameters_b": 0.5, "system": "Be kind.", "gpus": 1,
         "load_s": 3, "tokens_per_s": 100, "checkpoint": True,
         "stuck_after_s": 2, "price_in": 0.5,
         "price_out": 1.5, "price_batch": 0.4, "cost_limit": 20, **origin,
         "generation": generation, "facts": facts,
         "only": ["ethics/*"], "fraction": 0.5, "on": ["x"],
         "rates": [{"gpu_type": "x", "tokens_per_s": 9}]}],
    "checkpoints": checkpoints,
}
nothing = {key: None for key in every if key != "models"}


def same_keys(schema, value, path="job"):
    """`value` has every key the schema knows, and each has a description."""
    if isinstance(value, list):
        for item in value:
            same_keys(schema["items"], item, path + "[]")
    elif isinstance(value, dict):
        assert set(schema["properties"]) == set(value), (path, value.keys())
        for key, inner in schema["properties"].items():
            assert len(inner["description"]) > 5, (path, key)
            same_keys(inner, value[key], f"{path}.{key}")


def changed(path, value):
    job = copy.deepcopy(every)
    at = job
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return job


same_keys(schema, every)
# the program would read that file
every["forecast_from"] = None
with open(quickstart) as f:
    assert validator.is_valid(json.load(f)), quickstart
good = [
    minimal, every, nothing | minimal,
    changed(("only",), "ethics/*"),
    changed(("roles", "judge"), "sim:"),
    changed(("roles", "toxicity"), None),
    changed(("roles", "judge", "generation"), None),
    changed(("models", 0, "access"), None),
    changed(("cells", 0, "tasks"), "ethics/*"), changed(("weights",), {}),
    changed(("models", 0, "generation", "top_p"), None),
    changed(("models", 0, "facts"), None),
    changed(("models", 0, "facts", "source"), None),
]
bad = [
    {}, [], {"models": []}, {"models": None}, {"models": [{"name": "a"}]},
    changed(("modles",), []),
    changed(("models", 0, "nmae"), "b"),
    changed(("generation", "max_token"), 8),
    changed(("roles", "juge"), "sim:"),
    changed(("roles", "judge", "specs"), "sim:"),
    changed(("cells", 0, "model"), "a"), changed(("weights", "ethics"), -1),
    changed(("gpu_types", 0, "type"), None), changed(("mix",), "all"),
    changed(("limit",), "1"), changed(("limit",), -1),
    changed(("limit",), 1.5), changed(("repeats",), 0),
    changed(("only",), 5), changed(("only",), [5]),
    changed(("name",), 5), changed(("generation",), 5),
    changed(("generation", "temperature"), "0"),
    changed(("models", 0), "sim:"), changed(("models", 0, "name"), None),
    changed(("models", 0, "access"), "closed"),
    changed(("models", 0, "generation", "top_p"), 1.5),
    changed(("models", 0, "facts"), "open"),
    changed(("models", 0, "facts", "license"), "MIT"),
    changed(("models", 0, "facts", "licence"), 5),
    changed(("utility",), "mmlu"), changed(("utility", 0), "mmlu"),
    changed(("utility", 0, "task"), None),
    changed(("utility", 0, "shots"), 33),
    changed(("utility", 0, "ask"), "loudly"),
    changed(("roles",), "sim:"), changed(("roles", "judge"), 5),
    changed(("roles", "judge", "backend"), None),
]
for name, jobs in ("good", good), ("bad", bad):
    for i, job in enumerate(jobs):
        with open(f"{folder}/{name}-{i}.json", "w") as f:
            json.dump(job, f)
        assert validator.is_valid(job) == (name == "good"), (name, job)
print(len(good), "good jobs,", len(bad), "bad ones")
PY

# The program is of the same opinion.
num=0
for job in "$dir"/good-*.json "$dir"/bad-*.json; do
    rc=0
    "$TRUSTSWEEP" plan "$job" >"$dir/out" 2>&1 || rc=$?
    case $job in
    */good-*) wanted=0 ;;
    *) wanted=2 ;;
    esac
    [ "$rc" -eq "$wanted" ] || { cat "$job" "$dir/out"; exit 1; }
    num=$((num + 1))
done
[ "$num" -gt 30 ]
