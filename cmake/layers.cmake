# What every target of ours is compiled with; never what we link against.
add_library(flags INTERFACE)
target_compile_definitions(flags INTERFACE _POSIX_C_SOURCE=200809L)
target_compile_options(flags INTERFACE
    $<$<COMPILE_LANGUAGE:C>:
        -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
        -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wundef
        -Wformat=2 -Wvla -Wcast-qual -Wwrite-strings -Wswitch-enum
        -Wdouble-promotion -Wimplicit-fallthrough>
    $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra>)
target_include_directories(flags INTERFACE
    ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src
    ${PROJECT_SOURCE_DIR})

if(CMAKE_EXE_LINKER_FLAGS MATCHES "wrap=_exit") # preset coverage
    add_library(coverage_exit STATIC ${PROJECT_SOURCE_DIR}/tests/coverage/exit.c)
    target_link_libraries(flags INTERFACE coverage_exit)
endif()

# add_layer(NAME [USES layer...] [LINKS library...] [FOLDER path])
#
# A library of every source in src/NAME (or FOLDER), allowed to include what USES
# names.  It is static, but with -DBUILD_SHARED_LIBS=ON (tests/mutation).  LINKS are
# libraries of others: their headers are visible in this folder only.  A file <layer>_<library>.c or backend_<library>.c whose
# library is absent is left out by dependencies.cmake (TRUSTSWEEP_LEFT_OUT).
file(WRITE ${PROJECT_BINARY_DIR}/layers.txt "")
function(add_layer name)
    cmake_parse_arguments(ARG "" "FOLDER" "USES;LINKS" ${ARGN})
    if(NOT ARG_FOLDER)
        set(ARG_FOLDER src/${name})
    endif()
    foreach(used IN LISTS ARG_USES)
        if(NOT TARGET ${used})
            message(FATAL_ERROR
                "layer ${name} uses ${used}, which is not below it")
        endif()
    endforeach()
    file(GLOB sources CONFIGURE_DEPENDS
         ${PROJECT_SOURCE_DIR}/${ARG_FOLDER}/*.c
         ${PROJECT_SOURCE_DIR}/${ARG_FOLDER}/*.cpp)
    list(REMOVE_ITEM sources ${PROJECT_SOURCE_DIR}/${ARG_FOLDER}/main.c)
    foreach(file IN LISTS TRUSTSWEEP_LEFT_OUT)
        list(REMOVE_ITEM sources ${PROJECT_SOURCE_DIR}/${file})
    endforeach()
    if(sources)
        add_library(${name} ${sources})
        target_link_libraries(${name} PUBLIC flags ${ARG_USES})
        list(TRANSFORM ARG_LINKS PREPEND trustsweep::)
        target_link_libraries(${name} PRIVATE ${ARG_LINKS})
    else()
        add_library(${name} INTERFACE)
        target_link_libraries(${name} INTERFACE flags ${ARG_USES})
    endif()
    string(JOIN " " line ${name} ${ARG_FOLDER} trustsweep ${ARG_USES})
    file(APPEND ${PROJECT_BINARY_DIR}/layers.txt "${line}\n")
endfunction()
