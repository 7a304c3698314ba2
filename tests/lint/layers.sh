# Fails when a folder includes a header of a folder that its add_layer() line in
# CMakeLists.txt does not allow.  include/trustsweep is open to all.
bad=0
checked=0
declare -A layer_of=([trustsweep]=trustsweep)
while read -r layer folder _; do
    layer_of[${folder#src/}]=$layer
done <"$1/layers.txt"
while read -r layer folder allowed; do
    for file in "$folder"/*.[ch] "$folder"/*.cpp; do
        [ -f "$file" ] || continue
        checked=$((checked + 1))
        for used in $(sed -n 's|^#include "\([a-z_/]*\)/[^/]*"$|\1|p' "$file" |
            sort -u); do
            case " $layer $allowed " in
            *" ${layer_of[$used]:-$used} "*) ;;
            *)
                echo "$file includes $used/, which $layer may not use"
                bad=1
                ;;
            esac
        done
    done
done <"$1/layers.txt"
[ "$checked" -gt 0 ] || { echo "no file was checked"; exit 1; }
echo "$checked files"
exit $bad
