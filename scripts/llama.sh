#!/bin/sh
# Gets and builds the pinned llama.cpp once and prints the folder it is
# installed in.  A given folder wins (TRUSTSWEEP_LLAMA=PREFIX), then a system
# install that pkg-config knows with the common library beside it.
#
# With --tools it also builds the programs that tests and benches compare with
# (llama-server, llama-batched-bench, llama-completion), from the same source
# and with the same options, and prints the folder that they are in.
#
# usage: scripts/llama.sh [--tools] [cmake options for llama.cpp, such as
#        -DGGML_CUDA=ON]
. "$(dirname "$0")/common.sh"

programs="llama-server llama-batched-bench llama-completion"
wants_tools=
if [ "${1:-}" = --tools ]; then
    wants_tools=1
    shift
fi

version=0.3.36 # of the package that carries llama.cpp v0.5.0
sum=832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e

if [ -z "$wants_tools" ] && [ -n "${TRUSTSWEEP_LLAMA:-}" ]; then
    [ -f "$TRUSTSWEEP_LLAMA/include/llama.h" ] ||
        die "TRUSTSWEEP_LLAMA=$TRUSTSWEEP_LLAMA holds no include/llama.h"
    echo "$TRUSTSWEEP_LLAMA"
    exit 0
fi

options="$*"
if [ -z "$wants_tools$options" ] && system=$(pkg-config --variable=prefix llama \
    2>/dev/null) && [ -f "$system/include/llama-common/chat.h" ]; then
    echo "$system"
    exit 0
fi
name=llama-$version
if [ -n "$options" ]; then
    name=$name-$(printf '%s' "$options" | sha256sum | cut -c1-8)
fi
prefix=$cache/$name
build=$cache/build/$name

print_and_end() {
    if [ -n "$wants_tools" ]; then
        echo "$prefix/bin"
    else
        echo "$prefix"
    fi
    exit 0
}

is_complete() {
    [ -f "$prefix/complete-2" ] || return 1
    [ -f "$prefix/include/ggml-internal/traits.h" ] || return 1
    [ -z "$wants_tools" ] || [ -f "$prefix/complete-tools" ]
}

configure() { # configure ON|OFF: with or without the programs
    # shellcheck disable=SC2086 # options are meant to split
    quietly "$cache/log/$name-configure.log" cmake -S "$source" -B "$build" \
        -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$prefix" \
        -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBUILD_SHARED_LIBS=OFF \
        -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_TOOLS="$1" \
        -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_SERVER="$1" \
        -DLLAMA_BUILD_UI=OFF -DLLAMA_USE_PREBUILT_UI=OFF \
        -DLLAMA_BUILD_APP=OFF -DLLAMA_OPENSSL=OFF $options
}

is_complete && print_and_end

# One build at a time, whoever started it.
mkdir -p "$cache/build"
exec 9>"$cache/build/$name.lock"
flock 9
is_complete && print_and_end

fetch_package "llama_cpp_python-$version.tar.gz" "$sum" \
    --no-binary :all: "llama-cpp-python==$version"
source=$cache/src/llama-$version
if [ ! -f "$source/complete" ]; then
    rm -rf "$source"
    mkdir -p "$source"
    tar -xzf "$cache/dl/llama_cpp_python-$version.tar.gz" -C "$source" \
        --strip-components=3 "llama_cpp_python-$version/vendor/llama.cpp"
    touch "$source/complete"
fi

if [ ! -f "$prefix/complete-2" ]; then
    say "building llama.cpp (once; about 3 minutes on 2 cores)"
    configure OFF
    # without the lock, which a watcher that is left behind would hold
    built "$cache/log/$name-build.log" cmake --build "$build" -j "$jobs" 9>&-
    quietly "$cache/log/$name-install.log" cmake --install "$build"

    # The common library (chat templates) has no install rule of its own.
    mkdir -p "$prefix/include/llama-common/jinja" "$prefix/lib"
    cp "$source"/common/*.h "$prefix/include/llama-common/"
    cp "$source"/common/jinja/*.h "$prefix/include/llama-common/jinja/"
    cp -r "$source/vendor/nlohmann" "$prefix/include/llama-common/"
    find "$build" \( -name 'libllama-common*.a' -o -name 'libvendor-hash.a' \
        -o -name 'libcpp-httplib.a' \) -exec cp {} "$prefix/lib/" \;
    touch "$prefix/complete-2"
fi

# What our products of weights are hooked in with (src/generate/llama).  Only what
# is not there: a header that is written again has every build made again.
mkdir -p "$prefix/include/ggml-internal"
cp -u "$source/ggml/src/ggml-impl.h" "$source/ggml/src/ggml-backend-impl.h" \
    "$source/ggml/src/ggml-cpu/ggml-cpu-impl.h" \
    "$source/ggml/src/ggml-cpu/traits.h" "$prefix/include/ggml-internal/"

if [ -n "$wants_tools" ] && [ ! -f "$prefix/complete-tools" ]; then
    say "building its programs (once; about 5 minutes on 2 cores)"
    configure ON
    # shellcheck disable=SC2086 # names are meant to split
    built "$cache/log/$name-tools.log" \
        cmake --build "$build" -j "$jobs" --target $programs 9>&-
    mkdir -p "$prefix/bin"
    for program in $programs; do
        cp "$build/bin/$program" "$prefix/bin/"
    done
    touch "$prefix/complete-tools"
fi
print_and_end
