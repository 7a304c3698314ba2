# Every library that others wrote, each as trustsweep::NAME.  What is missing is
# said with the package that brings it.
find_package(PkgConfig REQUIRED)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
set(TRUSTSWEEP_LEFT_OUT "")

# need(NAME MODULE PACKAGE): a pkg-config module as trustsweep::NAME.
function(need name module package)
    pkg_check_modules(${name} IMPORTED_TARGET GLOBAL ${module})
    if(NOT ${name}_FOUND)
        message(FATAL_ERROR
            "${module} not found: install ${package} (scripts/setup.sh does)")
    endif()
    add_library(trustsweep::${name} ALIAS PkgConfig::${name})
endfunction()

need(cjson  libcjson   libcjson-dev)
need(libdeflate libdeflate libdeflate-dev)
need(libzip libzip     libzip-dev)
need(xxhash libxxhash  libxxhash-dev)
need(crypto libcrypto  libssl-dev)
need(pcre2  libpcre2-8 libpcre2-dev)
need(gsl    gsl        libgsl-dev)
need(curl   libcurl    libcurl4-openssl-dev)
need(hwloc  hwloc      libhwloc-dev)

add_library(libm INTERFACE)
target_link_libraries(libm INTERFACE m)
add_library(trustsweep::m ALIAS libm)
add_library(trustsweep::threads ALIAS Threads::Threads)

# uthash is headers only and has no pkg-config file.
find_path(UTHASH_INCLUDE uthash.h)
if(NOT UTHASH_INCLUDE)
    message(FATAL_ERROR
        "uthash.h not found: install uthash-dev (scripts/setup.sh does)")
endif()
add_library(uthash INTERFACE)
target_include_directories(uthash SYSTEM INTERFACE ${UTHASH_INCLUDE})
add_library(trustsweep::uthash ALIAS uthash)

# MPI: only standard calls, so any implementation; a family can be asked for
# where several are installed side by side.
set(TRUSTSWEEP_MPI "" CACHE STRING
    "MPI family to build with where several are installed: openmpi, mpich")
if(TRUSTSWEEP_MPI)
    find_program(MPI_C_COMPILER mpicc.${TRUSTSWEEP_MPI} REQUIRED)
    find_program(MPIEXEC_EXECUTABLE
                 NAMES mpirun.${TRUSTSWEEP_MPI} mpiexec.${TRUSTSWEEP_MPI}
                 REQUIRED)
endif()
find_package(MPI REQUIRED COMPONENTS C)
add_library(trustsweep::mpi ALIAS MPI::MPI_C)

set(HDF5_PREFER_PARALLEL OFF)
find_package(HDF5 REQUIRED COMPONENTS C HL)
add_library(hdf5_serial INTERFACE)
target_include_directories(hdf5_serial SYSTEM INTERFACE ${HDF5_INCLUDE_DIRS})
target_link_libraries(hdf5_serial INTERFACE
    ${HDF5_C_HL_LIBRARIES} ${HDF5_C_LIBRARIES})
add_library(trustsweep::hdf5 ALIAS hdf5_serial)

include(llama)
