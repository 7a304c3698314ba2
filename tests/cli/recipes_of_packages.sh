# The recipes of Apptainer and Spack name what there is: scripts, presets, options
# and every library that the build looks for.  Neither program is needed, and
# neither is run: what their builds do is not tested here.
set -euo pipefail
python3 - <<'PY'
import os, re, subprocess, sys, types

def fail(text):
    sys.exit("FAILED: " + text)

# ---- Apptainer: stages of sections; each script is shell and names our files
stages, section = {}, None
name = None
for line in open("packaging/trustsweep.def"):
    line = line.rstrip("\n")
    if line.startswith("#"):
        continue
    head = re.match(r"(Bootstrap|From|Stage): (\S+)$", line)
    if head and head[1] == "Bootstrap":
        stage = {"Bootstrap": head[2], "sections": {}}
        section = None
    elif head:
        stage[head[1]] = head[2]
        if head[1] == "Stage":
            stages[head[2]] = stage
    elif line.startswith("%"):
        section = stage["sections"].setdefault(line, [])
    elif line.strip():
        if section is None:
            fail(f"trustsweep.def: outside a section: {line}")
        section.append(line)
known = {"%files", "%files from build", "%post", "%runscript", "%test"}
for name, stage in stages.items():
    if not {"Bootstrap", "From"} <= set(stage):
        fail(f"trustsweep.def: stage {name} has no image")
    for title, lines in stage["sections"].items():
        if title not in known:
            fail(f"trustsweep.def: section {title}")
        if title.startswith("%files"):
            continue
        script = "\n".join(lines)
        done = subprocess.run(["sh", "-n"], input=script, text=True)
        if done.returncode:
            fail(f"trustsweep.def: {title} of {name} is no shell script")
        for path in re.findall(r"\bscripts/\S+?\.sh\b", script):
            if not os.access(path, os.R_OK):
                fail(f"trustsweep.def: there is no {path}")
if list(stages) != ["build", "final"]:
    fail(f"trustsweep.def: stages {list(stages)}")
if "%test" not in stages["final"]["sections"]:
    fail("trustsweep.def: the image is not tested")
presets = open("CMakePresets.json").read()
build = "\n".join(stages["build"]["sections"]["%post"])
for preset in re.findall(r"--preset (\S+)", build):
    if f'"{preset}"' not in presets:
        fail(f"trustsweep.def: no preset {preset}")

# ---- Spack: the recipe as Python runs it, with a package module of ours
needs, variants = {}, {}
class Spec(dict):
    satisfies = staticmethod(lambda what: what in ("+llama",))
    def __getitem__(self, key):
        return types.SimpleNamespace(prefix="/" + key)
class CMakePackage:
    spec = Spec()
    define = staticmethod(lambda key, value: (key, value))
def depends_on(spec, when=None, type=None):
    needs[re.split(r"[@~+ ]", spec)[0]] = when
module = types.ModuleType("spack.package")
module.CMakePackage = CMakePackage
module.depends_on = depends_on
module.license = module.version = lambda *a, **k: None
module.variant = lambda name, **k: variants.update({name: k})
sys.modules["spack"] = types.ModuleType("spack")
sys.modules["spack.package"] = module
folder = "packaging/spack/packages/trustsweep/"
space = {}
exec(compile(open(folder + "package.py").read(), "package.py", "exec"), space)
for when in filter(None, needs.values()):
    if when.lstrip("+~") not in variants:
        fail(f"package.py: no variant {when}")
# what the build looks for, and what Spack calls it
called = {"crypto": "openssl", "UTHASH": "uthash", "MPI": "mpi", "HDF5": "hdf5",
          "PkgConfig": "pkgconfig", "Threads": None}
cmake = open("cmake/dependencies.cmake").read()
wanted = re.findall(r"^need\((\S+)", cmake, re.M)
wanted += re.findall(r"^\s*find_package\((\S+)", cmake, re.M)
wanted += re.findall(r"^\s*find_path\(([A-Z]+)_INCLUDE", cmake, re.M)
for library in wanted:
    spack = called.get(library, library)
    if spack and spack not in needs:
        fail(f"package.py: {library} is looked for, and no depends_on")
if len(wanted) < 10:
    fail(f"only these are looked for: {wanted}")
options = "".join(open(path).read() for path in
                  ("CMakeLists.txt", "cmake/llama.cmake"))
args = space["Trustsweep"]().cmake_args()
for key, _ in args:
    if key not in options:
        fail(f"package.py: no option {key} in CMake")
if ("TRUSTSWEEP_LLAMA", "/llama-cpp") not in args:
    fail(f"package.py: no llama.cpp is given: {args}")
least = re.search(r"cmake_minimum_required\(VERSION ([\d.]+)", options)[1]
if f"cmake@{least}:" not in open(folder + "package.py").read():
    fail(f"package.py: CMake {least} is asked for")
print(f"{len(stages)} stages, {len(needs)} dependencies, {len(args)} options")
PY
