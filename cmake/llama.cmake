# llama.cpp: a given folder (-DTRUSTSWEEP_LLAMA= or the variable of that name),
# else what pkg-config knows where the common library's headers stand beside it,
# else what scripts/llama.sh built.  Without it the llama backend is left out
# and the program says so.  It is built with gcc, hence gcc's OpenMP runtime,
# whatever compiles the rest.
set(TRUSTSWEEP_LLAMA "$ENV{TRUSTSWEEP_LLAMA}" CACHE PATH
    "Where scripts/llama.sh, or you, installed llama.cpp with its common library")

# Where the scripts put what they fetch or build (scripts/common.sh).
function(trustsweep_cache_folder out)
    if(DEFINED ENV{TRUSTSWEEP_CACHE})
        set(${out} $ENV{TRUSTSWEEP_CACHE} PARENT_SCOPE)
    elseif(DEFINED ENV{XDG_CACHE_HOME})
        set(${out} $ENV{XDG_CACHE_HOME}/trustsweep PARENT_SCOPE)
    else()
        set(${out} $ENV{HOME}/.cache/trustsweep PARENT_SCOPE)
    endif()
endfunction()

# Where scripts/llama.sh puts the version it pins.
function(llama_cache_folder out)
    trustsweep_cache_folder(cache)
    file(STRINGS ${PROJECT_SOURCE_DIR}/scripts/llama.sh version
         REGEX "^version=")
    string(REGEX REPLACE "^version=([0-9.]+).*" "\\1" version "${version}")
    set(${out} ${cache}/llama-${version} PARENT_SCOPE)
endfunction()

if(TRUSTSWEEP_LLAMA)
    set(found ${TRUSTSWEEP_LLAMA})
else()
    pkg_get_variable(found llama prefix)
    if(NOT found OR NOT EXISTS ${found}/include/llama-common/chat.h)
        llama_cache_folder(found)
    endif()
endif()

add_library(llama_engine INTERFACE)
add_library(trustsweep::llama ALIAS llama_engine)
if(EXISTS ${found}/include/llama.h
   AND EXISTS ${found}/include/llama-common/chat.h)
    message(STATUS "llama.cpp: ${found}")
    set(libraries "")
    foreach(name IN ITEMS llama-common llama-common-base vendor-hash
                          cpp-httplib llama ggml ggml-cpu ggml-cuda ggml-base)
        unset(library)
        find_library(library ${name} PATHS ${found}
                     PATH_SUFFIXES lib lib64 ${CMAKE_INSTALL_LIBDIR}
                     NO_DEFAULT_PATH NO_CACHE)
        if(library)
            list(APPEND libraries ${library})
        endif()
        if(library MATCHES "ggml-cuda\\.a$")
            find_package(CUDAToolkit REQUIRED)
            list(APPEND libraries
                CUDA::cudart CUDA::cublas CUDA::cuda_driver)
        endif()
    endforeach()
    target_include_directories(llama_engine SYSTEM INTERFACE
        ${found}/include ${found}/include/llama-common)
    target_link_libraries(llama_engine INTERFACE
        -Wl,--start-group ${libraries} -Wl,--end-group
        gomp Threads::Threads ${CMAKE_DL_LIBS} m)
    target_compile_definitions(llama_engine INTERFACE TRUSTSWEEP_HAS_LLAMA)
elseif(TRUSTSWEEP_LLAMA)
    message(FATAL_ERROR "TRUSTSWEEP_LLAMA=${TRUSTSWEEP_LLAMA} holds no llama.cpp "
                        "with its common library (include/llama-common/chat.h); "
                        "scripts/llama.sh builds one and prints its folder")
else()
    message(WARNING "no llama.cpp in ${found}: the llama backend is left out "
                    "(scripts/llama.sh builds it)")
    file(GLOB left_out RELATIVE ${PROJECT_SOURCE_DIR}
         ${PROJECT_SOURCE_DIR}/src/generate/llama/*.c
         ${PROJECT_SOURCE_DIR}/src/generate/llama/*.cpp)
    list(APPEND TRUSTSWEEP_LEFT_OUT
        src/generate/backend_llama.c ${left_out})
endif()
