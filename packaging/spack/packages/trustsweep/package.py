"""Spack recipe.  `spack repo add packaging/spack`, then in the source tree
`spack dev-build trustsweep@main`."""

from spack.package import *


class Trustsweep(CMakePackage):
    """Runs the TrustLLM benchmark over many models as one MPI job."""

    license("MIT")
    version("main")

    variant("llama", default=True, description="Models in GGUF files")

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("mpi")
    depends_on("hdf5@1.10: ~mpi +hl")
    depends_on("cjson")
    depends_on("libdeflate")
    depends_on("libzip")
    depends_on("xxhash")
    depends_on("uthash", type="build")
    depends_on("openssl")
    depends_on("pcre2")
    depends_on("gsl")
    depends_on("curl@7.68:")
    depends_on("hwloc@2.1:")
    depends_on("llama-cpp", when="+llama")

    def cmake_args(self):
        args = [self.define("BUILD_TESTING", False)]
        if self.spec.satisfies("+llama"):
            args.append(
                self.define("TRUSTSWEEP_LLAMA", self.spec["llama-cpp"].prefix)
            )
        return args
