# Fails when a public symbol of an object file does not begin with the name of
# its file: all of it, its first or last word, or what follows its first '_'
# (backend_fault.c may define backend_*, fault_*; json_parse.c json_*).
bad=0
objects=$(find "$1" \( -path '*/src/*' -o -path '*/analysis/*' \) \
    -name '*.c.o' -not -path '*/tests/*')
[ -n "$objects" ] || { echo "no object was checked"; exit 1; }
while IFS=' ' read -r file symbol; do
    case $symbol in
    main | __* | "$file" | "$file"_* | "${file%%_*}"_* | "${file#*_}"_*) ;;
    *)
        echo "$file.c defines $symbol: not a name of that file"
        bad=1
        ;;
    esac
    # shellcheck disable=SC2086 # paths of our own, one word each
done < <(nm -gA --defined-only $objects |
    sed -n 's|^\(.*/\)\{0,1\}\(.*\)\.c\.o:[^ ]* . |\2 |p')
echo "$(wc -l <<<"$objects") objects"
exit $bad
