# clang-tidy over every C file; a finding is an error.  Slow, so it runs only
# where it is asked for (TRUSTSWEEP_TIDY=1, as .ci/run does once).
[ "${TRUSTSWEEP_TIDY:-0}" = 1 ] || exit 77
command -v clang-tidy >/dev/null || exit 77
git ls-files 'src/*.c' 'analysis/*.c' |
    xargs -P "$(nproc)" -n 4 clang-tidy -p "$1" --quiet 2>/dev/null
