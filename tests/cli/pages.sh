# The manual page, the completion for bash, docs/COMMANDS.md and --help name the
# same commands and options; the page has no error, the completion completes.  Every
# option is in its command's usage, and --help fits 80 columns.
set -o pipefail
[ -x "${TRUSTSWEEP:-}" ] || { echo "no program was built"; exit 77; }
dir=$(mktemp -d /tmp/trustsweep-test.XXXXXX)
trap 'rm -rf "$dir"' EXIT
bad=0
fail() { echo "FAILED: $*"; bad=1; }
"$TRUSTSWEEP" docs man >"$dir/page" || fail "docs man"
"$TRUSTSWEEP" docs completion >"$dir/completion" || fail "docs completion"
if command -v groff >/dev/null; then
    groff -man -ww -Tascii "$dir/page" 2>"$dir/err" | sed 's/.\x08//g' |
        sed 's/\x1b\[[0-9;]*m//g' >"$dir/shown"
    [ ! -s "$dir/err" ] || fail "groff says: $(head -3 "$dir/err")"
else
    echo "no groff: the page itself was not shown"
    sed 's/\\-/-/g; s/\\&//g' "$dir/page" >"$dir/shown"
fi
long=$("$TRUSTSWEEP" --help | awk 'length > 80')
[ -z "$long" ] || fail "lines over 80 columns: $long"
commands=$("$TRUSTSWEEP" --help | sed -n 's/^  \([a-z]\{1,\}\)  *[A-Za-z`].*/\1/p')
[ "$(wc -l <<<"$commands")" -gt 15 ] || fail "hardly any command in --help"

# complete WORD...: what bash would offer for the last one
complete_() {
    COMP_WORDS=(trustsweep "$@")
    COMP_CWORD=$#
    _trustsweep
    printf '%s\n' "${COMPREPLY[@]}"
}
. "$dir/completion"
[ "$(complete_ '' | sort)" = "$(sort <<<"$commands")" ] ||
    fail "other commands are completed: $(complete_ '')"
for command in $commands; do
    help=$("$TRUSTSWEEP" "$command" --help)
    grep -q "^ *$command\$" "$dir/shown" || fail "$command: not in the page"
    grep -q "^## $command\$" docs/COMMANDS.md || fail "$command: not in docs"
    long=$(awk 'length > 80' <<<"$help")
    [ -z "$long" ] || fail "$command: lines over 80 columns: $long"
    options=$(sed -n '/^options:/,$s/^  \(-., \)\{0,1\}\(--[a-z-]*\).*/\2/p' <<<"$help")
    offered=$(complete_ "$command" -- | sort)
    [ "$offered" = "$(printf '%s\n--help\n' "$options" | grep . | sort)" ] ||
        fail "$command: options $options, completed: $offered"
    usage=$(sed '/^$/q' <<<"$help")
    for option in $options; do
        letter=$(sed -n "s/^  \(-.\), $option .*/\1/p" <<<"$help")
        grep -qE -e "($option${letter:+|$letter})\b" <<<"$usage" ||
            fail "$command $option: not in the usage"
        # between its heading and the next one
        sed -n "/^   $command\$/,/^   [a-z]\{1,\}\$/p" "$dir/shown" |
            grep -e "$option\b" >/dev/null ||
            fail "$command $option: not in the page"
    done
done
[ "$(complete_ run --where '' | sort | xargs)" = "compute login" ] ||
    fail "values: $(complete_ run --where '')"
[ "$(complete_ dataset '' | grep -c -e '^verify$' -e '^import$')" = 2 ] ||
    fail "words: $(complete_ dataset '')"
touch "$dir/sweep.json"
[ "$(complete_ run "$dir/sw")" = "$dir/sweep.json" ] ||
    fail "files: $(complete_ run "$dir/sw")"
[ -z "$(complete_ run --limit '')" ] || fail "a number is no file"
"$TRUSTSWEEP" docs nothing 2>"$dir/err" && fail "docs nothing"
grep -q "completion" "$dir/err" || fail "which pages there are"
[ $bad = 0 ] && echo "$(wc -w <<<"$commands") commands"
exit $bad
