# Fails when what files include and what their folder's add_layer() line in
# CMakeLists.txt says differ:
# - a folder includes only itself, include/trustsweep and what USES names;
# - USES names no folder of which nothing is included (but for contract, which
#   holds the functions that include/trustsweep declares);
# - a library's header is included only where LINKS names the library;
# - include/trustsweep includes no folder, and no source file is outside.
build=$1
bad=0
checked=0
complain() {
    echo "$1"
    bad=1
}

# The folders that the files include, one a line.
included() { # included FILE...
    sed -n 's|^#include "\([a-z_/]*\)/[^/]*"$|\1|p' "$@" | sort -u
}

declare -A layer_of=([trustsweep]=trustsweep)
while read -r layer folder _; do
    layer_of[${folder#src/}]=$layer
done <"$build/layers.txt"
while read -r layer folder allowed; do
    files=$(ls "$folder"/*.[ch] "$folder"/*.cpp 2>/dev/null)
    [ -n "$files" ] || continue
    all=" "
    for file in $files; do
        checked=$((checked + 1))
        for used in $(included "$file"); do
            used=${layer_of[$used]:-$used}
            all="$all$used "
            case " $layer $allowed " in
            *" $used "*) ;;
            *) complain "$file includes $used/, which $layer may not use" ;;
            esac
        done
    done
    for used in $allowed; do
        case "$all trustsweep contract " in
        *" $used "*) ;;
        *) complain "$layer USES $used, of which $folder includes nothing" ;;
        esac
    done
done <"$build/layers.txt"

for used in $(included include/trustsweep/*.h); do
    case $used in
    trustsweep) ;;
    *) complain "include/trustsweep includes $used/: it is below all folders" ;;
    esac
done

outside=$(git ls-files 'src/*.[ch]' 'src/*.cpp' 'analysis/*.[ch]' 'tools/*.[ch]' |
    while read -r file; do
        grep -q " ${file%/*} " "$build/layers.txt" || echo "$file"
    done)
[ -z "$outside" ] || complain "in no layer: $outside"

# A header is a library's where its name begins so; each has its one folder, or
# its few.
only() { # only 'HEADERS' 'FOLDERS'
    found=$(git grep -lE "^ *# *include <($1)" -- src analysis tools include |
        grep -Ev "^($2)/[^/]*\$")
    [ -z "$found" ] || complain "<$1> is not for $(echo "$found" | tr '\n' ' ')"
}
only 'mpi\.h' 'src/comm'
only 'hdf5' 'src/store'
only 'hwloc' 'src/near'
only 'curl/' 'src/generate/http'
only 'llama\.h|gguf\.h|ggml|chat\.h|fit\.h' 'src/generate/llama'
only 'cjson/|xxhash|openssl/|uthash' 'src/base'
only 'libdeflate' 'src/base|src/store'
only 'zip\.h' 'src/dataset'
only 'pcre2' 'src/evaluate'
only 'gsl/' 'src/stats'

[ "$checked" -gt 0 ] || { echo "no file was checked"; exit 1; }
echo "$checked files"
exit $bad
