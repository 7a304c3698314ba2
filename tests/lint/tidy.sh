# clang-tidy over every C file of src and analysis that this build compiles; a
# finding is an error.
# Slow, so it runs only where it is asked for: TRUSTSWEEP_TIDY=1.
set -o pipefail
[ "${TRUSTSWEEP_TIDY:-0}" = 1 ] || { echo "TRUSTSWEEP_TIDY=1 was not set"; exit 77; }
command -v clang-tidy >/dev/null || { echo "no clang-tidy"; exit 77; }
compiled=$1/compile_commands.json
[ -f "$compiled" ] || { echo "no $compiled"; exit 1; }
files=$(git ls-files 'src/*.c' 'analysis/*.c' | while read -r file; do
    if grep -qF "\"file\": \"$PWD/$file\"" "$compiled"; then
        echo "$file"
    else
        echo "$file is not part of this build: not looked at" >&2
    fi
done)
[ -n "$files" ] || { echo "no file was checked"; exit 1; }
# Shown but for the counts of what was found in the headers of others.
xargs -P "${TRUSTSWEEP_JOBS:-$(nproc)}" -n 1 clang-tidy -p "$1" --quiet \
    <<<"$files" 2>&1 | sed '/ warnings\{0,1\} generated\.$/d' || exit 1
wc -l <<<"$files" | sed 's/$/ files/'
