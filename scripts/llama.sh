#!/bin/sh
# Gets and builds the pinned llama.cpp once and prints the folder it is
# installed in.  A given folder wins (TRUSTSWEEP_LLAMA=PREFIX), then a system
# install that pkg-config knows with the common library beside it.
#
# usage: scripts/llama.sh [cmake options for llama.cpp, such as -DGGML_CUDA=ON]
. "$(dirname "$0")/common.sh"

version=0.3.36 # of the package that carries llama.cpp v0.5.0
sum=832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e

if [ -n "${TRUSTSWEEP_LLAMA:-}" ]; then
    [ -f "$TRUSTSWEEP_LLAMA/include/llama.h" ] ||
        die "TRUSTSWEEP_LLAMA=$TRUSTSWEEP_LLAMA holds no include/llama.h"
    echo "$TRUSTSWEEP_LLAMA"
    exit 0
fi

options="$*"
if [ -z "$options" ] && system=$(pkg-config --variable=prefix llama \
    2>/dev/null) && [ -f "$system/include/llama-common/chat.h" ]; then
    echo "$system"
    exit 0
fi
name=llama-$version
if [ -n "$options" ]; then
    name=$name-$(printf '%s' "$options" | sha256sum | cut -c1-8)
fi
prefix=$cache/$name
if [ -f "$prefix/complete-2" ]; then
    echo "$prefix"
    exit 0
fi

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

say "building llama.cpp (once; about 3 minutes on 2 cores)"
build=$cache/build/$name
# shellcheck disable=SC2086 # options are meant to split
quietly "$cache/log/$name-configure.log" cmake -S "$source" -B "$build" \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$prefix" \
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBUILD_SHARED_LIBS=OFF \
    -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_TOOLS=OFF \
    -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_SERVER=OFF \
    -DLLAMA_BUILD_APP=OFF -DLLAMA_OPENSSL=OFF $options
quietly "$cache/log/$name-build.log" cmake --build "$build" -j "$jobs"
quietly "$cache/log/$name-install.log" cmake --install "$build"

# The common library (chat templates) has no install rule of its own.
mkdir -p "$prefix/include/llama-common/jinja" "$prefix/lib"
cp "$source"/common/*.h "$prefix/include/llama-common/"
cp "$source"/common/jinja/*.h "$prefix/include/llama-common/jinja/"
cp -r "$source/vendor/nlohmann" "$prefix/include/llama-common/"
find "$build" \( -name 'libllama-common*.a' -o -name 'libvendor-hash.a' \
    -o -name 'libcpp-httplib.a' \) -exec cp {} "$prefix/lib/" \;
touch "$prefix/complete-2"
echo "$prefix"
