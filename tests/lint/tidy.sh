# clang-tidy over every C file of src, analysis and tests that this build
# compiles, of tests for the size of functions only; a finding is an error.
# Slow, so it runs only where it is asked for: TRUSTSWEEP_TIDY=1.
set -o pipefail
[ "${TRUSTSWEEP_TIDY:-0}" = 1 ] || { echo "TRUSTSWEEP_TIDY=1 was not set"; exit 77; }
command -v clang-tidy >/dev/null || { echo "no clang-tidy"; exit 77; }
build=$1
compiled=$build/compile_commands.json
[ -f "$compiled" ] || { echo "no $compiled"; exit 1; }

compiled_of() { # compiled_of PATTERN...: those of its files that are compiled
    git ls-files "$@" | while read -r file; do
        if grep -qF "\"file\": \"$PWD/$file\"" "$compiled"; then
            echo "$file"
        else
            echo "$file is not part of this build: not looked at" >&2
        fi
    done
}

look_at() { # look_at FILES [OPTIONS]: shown but for counts of others' headers
    local files=$1
    shift
    [ -n "$files" ] || { echo "no file was checked"; exit 1; }
    xargs -P "${TRUSTSWEEP_JOBS:-$(nproc)}" -n 1 \
        clang-tidy -p "$build" --quiet "$@" \
        <<<"$files" 2>&1 | sed '/ warnings\{0,1\} generated\.$/d'
}

files=$(compiled_of 'src/*.c' 'analysis/*.c')
tests=$(compiled_of 'tests/*.c')
bad=0
look_at "$files" || bad=1
look_at "$tests" '--checks=-*,readability-function-size' \
    '--header-filter=tests/.*\.h$' || bad=1
printf '%s\n' "$files" "$tests" | wc -l | sed 's/$/ files/'
exit $bad
