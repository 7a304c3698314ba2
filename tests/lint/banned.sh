# Fails when an object file calls a function that this project does not use, or
# one that only some files may use.  Reads the symbol tables, so no macro or
# comment can hide a call.
build=$1
bad=0
objects=$(find "$build" \( -path '*/src/*' -o -path '*/analysis/*' \) \
    -name '*.c.o' -not -path '*/tests/*')
[ -n "$objects" ] || { echo "no object was checked"; exit 1; }
# shellcheck disable=SC2086 # paths of our own, one word each
table=$(nm -uA $objects | awk '{ sub(/:$/, "", $1); sub(/@.*/, "", $3)
                                 print $1, $3 }')

ban() { # ban 'FUNCTIONS' 'OBJECTS that may' 'what instead'
    found=$(echo "$table" | grep -E " ($1)\$" | grep -Ev "$2")
    if [ -n "$found" ]; then
        echo "$found" | sed "s|\$|: $3|"
        bad=1
    fi
}

none='^$'
ban '(__)?(strcpy|strcat|strncpy|strncat|sprintf|vsprintf|gets)(_chk)?' \
    "$none" 'use struct text or snprintf'
ban 'atoi|atol|atof|strtok|strtok_r|rand|srand|system|popen' "$none" \
    'use the base/ function'
ban 'localtime|gmtime|ctime|asctime|strerror' "$none" 'use the _r form'
ban 'abort|MPI_Abort' 'src/base/bug\.c\.o ' 'return an error, or BUG()'
ban '(m|c|re)alloc|str(n)?dup' 'src/base/mem\.c\.o ' 'use mem.h'
ban 'clock_gettime|gettimeofday|time|(nano|u)?sleep' 'src/(base|cli)/' \
    'use clock.h or thread.h'
ban 'getrandom|s?random|drand48' 'src/base/random\.c\.o ' 'use random.h'
ban 'exit' 'src/base/mem\.c\.o ' 'return an error'
ban '(__)?(v?printf|puts|putchar)(_chk)?' 'src/cli/' \
    'return an error or log it'
ban 'MPI_[A-Za-z_]*' 'src/comm/' 'only comm/ talks MPI'
ban 'H5[A-Za-z_]*' 'src/store/' 'only store/ talks HDF5'
ban 'hwloc_[a-z_]*' 'src/near/' 'only near/ talks hwloc'
ban 'MPI_(Recv|Send|Ssend|Wait|Waitall|Barrier|Bcast|Reduce|Allreduce)' \
    "$none" 'nothing blocks after start-up'
echo "$(echo "$objects" | wc -l) objects"
exit $bad
