"""Are the scoring rules tested?  Changes one comparison, logical operator, sign
or constant of the sources at a time (but how much room something has), builds the library that holds it and runs
the tests of that library.  A change that no test notices is printed.

usage: mutate.py [--build DIR] [--only TEXT] [--sample N] [--seed N]
                 [--jobs N] [--least PERCENT] [--json FILE] [FILE...]

FILEs are sources of src/score and src/evaluate; without one, all of them.
--only keeps the files whose name holds TEXT, --sample draws N changes.  The
build (default build/mutation) is made when it is not there: shared libraries, so
that one change costs one compilation and one link.  Needs TRUSTSWEEP_DATA for
the tests with recorded answers; says so when they were skipped.

Ends with 1 when fewer than --least (default 95) percent were noticed.  Changes
that alter nothing are named, with the reason, in equivalent.txt beside this
file: FILE:function: old line -> new line.  Those are not made.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import re
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

root = pathlib.Path(__file__).resolve().parents[2]
LAYERS = ("score", "evaluate")
# Of a library's own kind first: what fails soonest ends the trial.
KINDS = ("unit_{0}_", "fuzz_{0}", "golden_score_", "conform_{0}_")
SECONDS = 30  # of a processor that a test may take: a change may never end
PATIENCE = 900  # seconds of waiting for one, on a machine that does more
MEMORY = 4 << 30  # bytes of address space a test may take

# Longer ones first.  Only what is between blanks, as clang-format puts binary
# operators; so no pointer, no template, no arrow.
SWAPS = [
    (" <= ", " < "), (" >= ", " > "), (" == ", " != "), (" != ", " == "),
    (" < ", " <= "), (" > ", " >= "), (" && ", " || "), (" || ", " && "),
    (" + ", " - "), (" - ", " + "), (" * ", " / "), (" / ", " * "),
    (" += ", " -= "), (" -= ", " += "),
]
NUMBER = re.compile(r"(?<![\w.])(?<!\de[-+])(\d+\.\d+|\d+)(?![\w.])")
# How much room there is, not what a rule says: numbers there are left alone.
ROOM = re.compile(r"\b(MAX|MOST|CAP|USUAL)_\w+ = |\b(BYTES|ROOM|SIZE) = |"
                  r"\bmem_(alloc|reserve|resize)\(|"
                  r"^\s*(static |const |unsigned )*(char|double|float|size_t|"
                  r"u?int\d*(_t)?|struct \w+) \w+\[[^]]*\]( = .*)?;$")
WORDS = [(re.compile(r"\btrue\b"), "false"), (re.compile(r"\bfalse\b"), "true"),
         (re.compile(r"(?<=[(&| ])!(?=[\w(])"), "")]
HEAD = re.compile(r"^[A-Za-z].*?\b(\w+)\(")


def blank(text):
    """`text` with comments and strings as blanks, every other place kept."""
    pattern = re.compile(
        r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def changes_of(file):
    """Every change of one file: (file, line number, function, old, new)."""
    lines = (root / file).read_text().split("\n")
    bare = blank("\n".join(lines)).split("\n")
    found, function = [], ""
    for at, (line, code) in enumerate(zip(lines, bare)):
        head = HEAD.match(code)
        if head:
            function = head.group(1)
        if code.startswith("}"):
            function = ""
        if code.lstrip().startswith("#"):
            continue
        edits = []
        for old, new in SWAPS:
            # an operator that ends its line is followed by no blank
            for hit in re.finditer(re.escape(old.rstrip()) + r"(?= |$)", code):
                edits.append((hit.start(), hit.end(), new.rstrip()))
        # of what qsort() compares with only the sign counts
        is_plain = (ROOM.search(code) or "sizeof(((" in code or
                    function.startswith("compare"))
        for hit in [] if is_plain else NUMBER.finditer(code):
            value = hit.group()
            new = repr(float(value) + 1) if "." in value else str(int(value) + 1)
            edits.append((hit.start(), hit.end(), new))
        for pattern, new in WORDS:
            edits += [(h.start(), h.end(), new) for h in pattern.finditer(code)]
        for start, end, new in edits:
            found.append({"file": file, "line": at + 1, "function": function,
                          "old": line,
                          "new": line[:start] + new + line[end:]})
    return found


def key_of(change):
    return "%s:%s: %s -> %s" % (change["file"], change["function"],
                                change["old"].strip(), change["new"].strip())


def equivalents():
    """The lines of equivalent.txt that name a change."""
    text = (pathlib.Path(__file__).parent / "equivalent.txt").read_text()
    return {line for line in text.split("\n") if line and line[0] != "#"}


class Build:
    """A build of shared libraries, and how one source of it is made again."""

    def __init__(self, folder):
        self.folder = folder
        self.make()
        commands = json.loads((folder / "compile_commands.json").read_text())
        self.commands = {c["file"]: c for c in commands}
        self.tests = {}
        for layer in LAYERS:
            names = [sorted((folder / "tests").glob(k.format(layer) + "*"))
                     for k in KINDS]
            self.tests[layer] = [t for part in names for t in part
                                 if os.access(t, os.X_OK) and t.is_file()]

    def make(self):
        quiet = {"stdout": subprocess.DEVNULL, "check": True}
        if not (self.folder / "CMakeCache.txt").exists():
            subprocess.run(["cmake", "-S", root, "-B", self.folder,
                            "-DBUILD_SHARED_LIBS=ON", "-DCMAKE_SKIP_RPATH=ON",
                            "-DCMAKE_BUILD_TYPE=RelWithDebInfo"], **quiet)
        listed = subprocess.run(
            ["make", "-C", self.folder, "help"], check=True, text=True,
            stdout=subprocess.PIPE).stdout
        wanted = re.findall(
            r"\.\.\. ((?:unit|golden|conform)_(?:score|evaluate)_\w+|"
            r"fuzz_(?:score|evaluate))\b", listed)
        subprocess.run(["make", "-C", self.folder, "-j", str(os.cpu_count())]
                       + wanted, **quiet)

    def try_change(self, change, place):
        """What became of a change: 'unbuilt', 'missed', or who noticed it."""
        source = root / change["file"]
        command = self.commands[str(source)]
        layer = pathlib.Path(change["file"]).parts[1]
        changed = place / source.name
        lines = source.read_text().split("\n")
        lines[change["line"] - 1] = change["new"]
        changed.write_text("\n".join(lines))
        made = place / "changed.o"
        words = shlex.split(command["command"])
        words = words[1:] if "ccache" in words[0] else words
        words[words.index("-o") + 1] = str(made)
        words = [str(changed) if w == str(source) else w for w in words]
        words += ["-w", "-Wno-error", "-I" + str(source.parent)]
        if subprocess.run(words, cwd=command["directory"],
                          stderr=subprocess.DEVNULL).returncode:
            return "unbuilt"
        link = (self.folder / "CMakeFiles" / (layer + ".dir") / "link.txt")
        words = shlex.split(link.read_text())
        words[words.index("-o") + 1] = str(place / ("lib%s.so" % layer))
        old = os.path.relpath(
            pathlib.Path(command["directory"]) /
            shlex.split(command["command"])[
                shlex.split(command["command"]).index("-o") + 1],
            self.folder)
        words = [str(made) if w == old else w for w in words]
        subprocess.run(words, cwd=self.folder, check=True)
        return self.run_tests(layer, place)

    def run_tests(self, layer, place):
        """The first test that fails with the libraries in `place` first."""
        paths = "%s:%s" % (place, self.folder)
        share = self.folder / "share" / "trustsweep"
        env = dict(os.environ, LD_LIBRARY_PATH=paths, TRUSTSWEEP_SHARE=str(share))
        for test in self.tests[layer]:
            try:
                rc = subprocess.run(
                    [test], cwd=root, env=env, timeout=PATIENCE,
                    preexec_fn=limit,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL).returncode
            except subprocess.TimeoutExpired:
                return test.name + " (never ended)"
            if rc == 77:
                continue
            if rc:
                return test.name
        return "missed"


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def watch(done, total, missed, began):
    """A line of progress on a terminal, else one in a hundred changes."""
    if not sys.stderr.isatty() and done % 100 and done != total:
        return
    left = (time.time() - began) / done * (total - done)
    print("%s%d of %d, %d missed, %d:%02d left" %
          ("\r" if sys.stderr.isatty() else "", done, total, missed,
           left // 60, left % 60),
          end="" if sys.stderr.isatty() and done < total else "\n",
          file=sys.stderr, flush=True)


def run(build, changes, jobs):
    """Tries every change; each gets its result in `found`."""
    began = time.time()
    with tempfile.TemporaryDirectory() as scratch, \
            concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        def one(numbered):
            place = pathlib.Path(scratch) / str(numbered[0])
            place.mkdir()
            numbered[1]["found"] = build.try_change(numbered[1], place)
            shutil.rmtree(place)
            return numbered[1]
        missed = 0
        for done, change in enumerate(pool.map(one, enumerate(changes)), 1):
            if change["found"] == "missed":
                missed += 1
                print("%s:%d: in %s\n  - %s\n  + %s" %
                      (change["file"], change["line"], change["function"],
                       change["old"].strip(), change["new"].strip()),
                      flush=True)
            watch(done, len(changes), missed, began)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--build", type=pathlib.Path,
                        default=root / "build" / "mutation")
    parser.add_argument("--only", default="")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--least", type=float, default=95)
    parser.add_argument("--json")
    args = parser.parse_args()
    files = args.files or sorted(
        str(p.relative_to(root)) for layer in LAYERS
        for p in (root / "src" / layer).glob("*.c"))
    known = equivalents()
    every = [c for f in files if args.only in f for c in changes_of(f)]
    changes = [c for c in every if key_of(c) not in known]
    stale = known - {key_of(c) for c in every}
    if stale and not args.files and not args.only:
        sys.exit("equivalent.txt names what is not there:\n" +
                 "\n".join(sorted(stale)))
    if args.sample and args.sample < len(changes):
        changes = random.Random(args.seed).sample(changes, args.sample)
    if not changes:
        sys.exit("nothing to change in these files")
    build = Build(args.build.resolve())
    for layer in LAYERS:
        noticed = build.run_tests(layer, build.folder)
        if noticed != "missed":
            sys.exit("%s fails before anything was changed" % noticed)
    run(build, changes, args.jobs)
    built = [c for c in changes if c["found"] != "unbuilt"]
    missed = [c for c in built if c["found"] == "missed"]
    share = 100 * (len(built) - len(missed)) / max(1, len(built))
    print("%d of %d changes noticed: %.1f %% (%d more were no valid C, "
          "%d are known to alter nothing)" %
          (len(built) - len(missed), len(built), share,
           len(changes) - len(built), len(every) - len(
               [c for c in every if key_of(c) not in known])))
    if not os.environ.get("TRUSTSWEEP_DATA"):
        print("TRUSTSWEEP_DATA is not set: no recorded answer was scored")
    if args.json:
        pathlib.Path(args.json).write_text(json.dumps(changes, indent=1))
    return 0 if share >= args.least else 1


if __name__ == "__main__":
    sys.exit(main())
