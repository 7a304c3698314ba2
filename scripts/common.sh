# Sourced by the other scripts: where things are kept, how they say what they do.
#
#   TRUSTSWEEP_CACHE   downloads and built libraries (default: XDG cache)
#   TRUSTSWEEP_JOBS    compile jobs (default: number of cores)
set -eu

help_if_asked() { # help_if_asked ARGUMENTS...: -h, --help: the script's comment
    for argument in "$@"; do
        case $argument in
        -h | --help)
            sed -n '/^#!/d; /^#/!q; s/^# \{0,1\}//; p' "$0"
            exit 0
            ;;
        esac
    done
}
help_if_asked "$@" # of the script that sources this, before it does anything

root=$(cd "$(dirname "$0")/.." && pwd)
cache=${TRUSTSWEEP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trustsweep}
jobs=${TRUSTSWEEP_JOBS:-$(nproc)}

say() { # say TEXT: one line of progress, on stderr
    printf '%s %s\n' "$(date +%H:%M:%S)" "$*" >&2
}

die() { # die TEXT: what went wrong and what to do about it
    printf 'error: %s\n' "$*" >&2
    exit 1
}

quietly() { # quietly LOG COMMAND...: output to LOG, shown only on failure
    log=$1
    shift
    mkdir -p "$(dirname "$log")"
    if ! "$@" >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        die "'$*' failed; the whole output is in $log"
    fi
}

built() { # built LOG COMMAND...: as quietly; how far make is, every 20 s
    log=$1
    (
        while sleep 20 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
            far=$(grep -o '^\[ *[0-9]*%' "$log" | tail -n 1 | tr -d '[ ')
            [ -z "$far" ] || say "$far"
        done
    ) &
    watcher=$!
    quietly "$@"
    kill "$watcher" 2>/dev/null || true
}

check_sha256() { # check_sha256 SUM FILE
    printf '%s  %s\n' "$1" "$2" | sha256sum -c --status ||
        die "$2 does not have the pinned checksum; delete it and run again"
}

fetch_package() { # fetch_package FILE SUM PIP-ARGUMENTS...: into $cache/dl
    file=$cache/dl/$1
    sum=$2
    shift 2
    mkdir -p "$cache/dl"
    if [ ! -f "$file" ]; then
        say "getting $(basename "$file")"
        quietly "$cache/log/download.log" \
            python3 -m pip download --no-deps --disable-pip-version-check \
            -d "$cache/dl" "$@"
    fi
    check_sha256 "$sum" "$file"
}
