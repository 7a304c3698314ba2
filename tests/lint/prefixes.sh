# Fails when a public symbol of an object file does not begin with the name of
# its file: all of it, its first or last word, or what follows its first '_'
# (backend_fault.c may define backend_*, fault_*; json_parse.c json_*).
bad=0
checked=0
for object in $(find "$1" \( -path '*/src/*' -o -path '*/analysis/*' \) \
    -name '*.c.o' -not -path '*/tests/*'); do
    file=$(basename "$object" .c.o)
    checked=$((checked + 1))
    for symbol in $(nm --defined-only -g "$object" | awk '{ print $3 }'); do
        case $symbol in
        main | __* | "$file" | "$file"_* | "${file%%_*}"_* | "${file#*_}"_*) ;;
        *)
            echo "$file.c defines $symbol: not a name of that file"
            bad=1
            ;;
        esac
    done
done
[ "$checked" -gt 0 ] || { echo "no object was checked"; exit 1; }
echo "$checked objects"
exit $bad
