# What a run directory says.  Sourced: the program in $trustsweep.
digest() {
    "$trustsweep" digest --check "$1/results.h5"
}

field() { # field DIR KEY: a member of run.json
    python3 -c 'import json, sys
value = json.load(open(sys.argv[1] + "/run.json"))
for key in sys.argv[2].split("."):
    value = value[key]
print(value)' "$1" "$2"
}

is_state() { # is_state DIR STATE
    [ "$(field "$1" state)" = "$2" ]
}

now_ms() {
    date +%s%3N
}
