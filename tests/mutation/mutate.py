"""Are the scoring rules tested?  Changes one comparison, logical operator, sign
or constant of the sources at a time, builds the file that holds it and runs the
tests of its library.  A change that no test notices is printed.

usage: mutate.py [--build DIR] [--only TEXT] [--sample N] [--seed N]
                 [--jobs N] [--least PERCENT] [--json FILE] [FILE...]

FILEs are sources of src/score and src/evaluate; without one, all of them.
--only keeps the files whose name holds TEXT, --sample draws N changes.  The
build (default build/mutation) is made when it is not there: shared libraries, so
that a changed file alone is compiled, with checks of memory, and loaded before
them.  Needs TRUSTSWEEP_DATA for the tests with recorded answers; says so when
they were skipped.

Ends with 1 when fewer than --least (default 95) percent were noticed.  What is
left alone, and why: README.md beside this file.
"""
import argparse
import collections
import concurrent.futures
import json
import math
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
# Programs of a library's tests, the quick ones first.
KINDS = ("unit/{0}", "conform/{0}", "fuzz/{0}", "golden/score")
# Needs the program, which is not made for each change; long texts, for minutes.
LEFT_OUT = ("golden_score_test_ranges", "conform_evaluate_test_evaluator")
SECONDS = 2  # of a processor, and TIMES what a test takes: a change may never end
TIMES = 5
PATIENCE = 900  # seconds of waiting for one, on a machine that does more
# A change may read beside an array or ask for all the memory there is.
CHECKS = {"ASAN_OPTIONS": "detect_odr_violation=0:"
          "hard_rss_limit_mb=2000:max_allocation_size_mb=1000"}

# Longer ones first.  Only what is between blanks, as clang-format puts binary
# operators; so no pointer, no template, no arrow.
SWAPS = [
    (" <= ", " < "), (" >= ", " > "), (" == ", " != "), (" != ", " == "),
    (" < ", " <= "), (" > ", " >= "), (" && ", " || "), (" || ", " && "),
    (" + ", " - "), (" - ", " + "), (" * ", " / "), (" / ", " * "),
    (" += ", " -= "), (" -= ", " += "),
]
# A number there: how much room is made; a condition there: what no caller does.
CALL = re.compile(r"\b(mem_alloc|mem_reserve|mem_resize)\(")
GUARD = re.compile(r"\bif \((?=[^;{}]*?\)\s+BUG\()")
NUMBER = re.compile(r"(?<![\w.])(?<!\de[-+])(\d+\.\d+|\d+)(?![\w.])")
# How much room there is, not what a rule says: numbers there are left alone.
LIMITS = re.compile(r"\bMAX_(LISTED|OPTIONS|ROUNDS|ASKS_PER_ITEM|PATTERNS|"
                    r"LABELS) = \d+")
ROOM = re.compile(r"\b(bool|char|double|size_t|u?int\d*(_t)?|struct \w+) "
                  r"\*?\w+\[[^]]*\]|\bsizeof\b[^;]*|"
                  r"^enum \{ \w+ = 0, .*\bWIDTH \};$")
# Two that differ are in order or not.
ORDER = re.compile(r"^\s*return \S+ < \S+ \? -1 : 1;$")
WORDS = [(re.compile(r"\btrue\b"), "false"), (re.compile(r"\bfalse\b"), "true"),
         (re.compile(r"(?<=[(&| ])!(?=[\w(])"), "")]
HEAD = re.compile(r"^[A-Za-z].*?\b(\w+)\(")


def blank(text):
    """`text` with comments and strings as blanks, every other place kept."""
    pattern = re.compile(
        r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def inside(bare, pattern):
    """The places between the brackets that each match of `pattern` opens."""
    places = set()
    for hit in pattern.finditer(bare):
        depth, at = 1, bare.index("(", hit.start()) + 1
        while depth and at < len(bare):
            places.add(at)
            depth += {"(": 1, ")": -1}.get(bare[at], 0)
            at += 1
    return places


def numbers_of(code):
    """Every number of a line but how much room something has."""
    rooms = [hit.span() for hit in LIMITS.finditer(code)]
    rooms += [hit.span() for hit in ROOM.finditer(code)]
    return [hit for hit in NUMBER.finditer(code)
            if not any(a <= hit.start() < b for a, b in rooms)]


def edits_of(code, is_order):
    """(from, to, new text) of a line without comments and texts."""
    edits = []
    for old, new in SWAPS:
        # an operator that ends its line is followed by no blank
        for hit in re.finditer(re.escape(old.rstrip()) + r"(?= |$)", code):
            edits.append((hit.start(), hit.end(), new.rstrip()))
    for hit in [] if is_order else numbers_of(code):
        value = hit.group()
        new = repr(float(value) + 1) if "." in value else str(int(value) + 1)
        edits.append((hit.start(), hit.end(), new))
    for pattern, new in WORDS:
        edits += [(h.start(), h.end(), new) for h in pattern.finditer(code)]
    return edits


def changes_of(file):
    """Every change of one file: (file, line number, function, old, new)."""
    text = (root / file).read_text()
    bare = blank(text)
    rooms, guards = inside(bare, CALL), inside(bare, GUARD)
    found, function, begin = [], "", 0
    for number, (line, code) in enumerate(
            zip(text.split("\n"), bare.split("\n")), 1):
        head = HEAD.match(code)
        if head:
            function = head.group(1)
        if code.startswith("}"):
            function = ""
        # of what qsort() compares with only the sign counts
        is_order = function.startswith("compare")
        edits = [] if is_order and ORDER.match(code) else edits_of(
            code, is_order)
        for start, end, new in edits:
            is_room = begin + start in rooms and new.isdigit()
            if (code.lstrip().startswith("#") or is_room or
                    begin + start in guards):
                continue
            found.append({"file": file, "line": number, "function": function,
                          "old": line,
                          "new": line[:start] + new + line[end:]})
        begin += len(line) + 1
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
        self.tests = {layer: self.tests_of(layer) for layer in LAYERS}
        self.make()
        commands = json.loads((folder / "compile_commands.json").read_text())
        self.commands = {c["file"]: c for c in commands}
        self.checker = subprocess.run(
            ["cc", "-print-file-name=libasan.so"], check=True, text=True,
            stdout=subprocess.PIPE).stdout.strip()
        self.seconds = {}
        self.hits = collections.Counter()

    def tests_of(self, layer):
        names = []
        for kind in KINDS:
            kind = kind.format(layer)
            part = root / "tests" / kind
            names += ([kind.replace("/", "_")] if kind.startswith("fuzz") else
                      [kind.replace("/", "_") + "_" + f.stem
                       for f in sorted(part.glob("test_*.c"))])
        return [n for n in names if n not in LEFT_OUT]

    def make(self):
        quiet = {"stdout": subprocess.DEVNULL, "check": True}
        # also where there is a build: it has no rule for a new test yet
        subprocess.run(["cmake", "-S", root, "-B", self.folder,
                        "-DBUILD_SHARED_LIBS=ON", "-DCMAKE_SKIP_RPATH=ON",
                        "-DCMAKE_BUILD_TYPE=RelWithDebInfo"], **quiet)
        wanted = sorted(set(sum(self.tests.values(), [])))
        subprocess.run(["make", "-C", self.folder, "-j", str(os.cpu_count())]
                       + wanted, **quiet)

    def compile(self, sources, texts, made):
        """The library `made` of sources with other texts; None: no valid C.

        sources: of one folder; texts: by source"""
        command = self.commands[str(sources[0])]
        words = shlex.split(command["command"])
        words = words[1:] if "ccache" in words[0] else words
        at = words.index("-o")
        words = [w for w in words[:at] + words[at + 2:]
                 if w not in ("-c", "-g", "-O2", str(sources[0]))
                 and w[:2] != "-W"]
        words += ["-w", "-O0", "-shared", "-I" + str(sources[0].parent),
                  "-fsanitize=address,bounds-strict",
                  "-fsanitize-undefined-trap-on-error", "-o", str(made)]
        for source in sources:
            if source in texts:
                changed = made.parent / source.name
                changed.write_text(texts[source])
                source = changed
            words.append(str(source))
        ended = subprocess.run(words, cwd=command["directory"],
                               stderr=subprocess.DEVNULL)
        return None if ended.returncode else made

    def try_unchanged(self):
        """Makes libraries with checks; ends the program where a test fails with
        nothing changed, and measures how long each takes."""
        self.checked = {layer: self.compile(
            sorted((root / "src" / layer).glob("*.c")), {},
            self.folder / ("checked_%s.so" % layer)) for layer in LAYERS}
        for layer in LAYERS:
            for test in self.tests[layer]:
                began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
                if self.fails(test, [self.checked[layer]], 600):
                    sys.exit("%s fails before anything is changed" % test)
                ended = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
                self.seconds[test] = max(self.seconds.get(test, 0),
                                         ended - began)

    def try_change(self, change, place):
        """What became of a change: 'unbuilt', 'missed', or who noticed it."""
        source = root / change["file"]
        lines = source.read_text().split("\n")
        lines[change["line"] - 1] = change["new"]
        made = self.compile([source], {source: "\n".join(lines)},
                            place / "changed.so")
        if not made:
            return "unbuilt"
        # who noticed most of this file's changes goes first
        tests = sorted(self.tests[source.parent.name], key=lambda test: (
            -self.hits[source, test] / (0.1 + self.seconds[test]),
            self.seconds[test]))
        for test in tests:
            if self.fails(test, [made, self.checked[source.parent.name]],
                          SECONDS + TIMES * self.seconds[test]):
                self.hits[source, test] += 1
                return test
        return "missed"

    def fails(self, test, libraries, seconds):
        """Whether a test fails with these libraries before all others."""
        def limit():
            resource.setrlimit(resource.RLIMIT_CPU,
                               (math.ceil(seconds), math.ceil(seconds)))
        env = dict(os.environ, **CHECKS, LD_LIBRARY_PATH=str(self.folder),
                   LD_PRELOAD=" ".join(map(str, [self.checker, *libraries])),
                   TRUSTSWEEP_SHARE=str(self.folder / "share" / "trustsweep"))
        try:
            ended = subprocess.run(
                [self.folder / "tests" / test], cwd=root, env=env,
                timeout=PATIENCE, preexec_fn=limit,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return True
        return ended.returncode not in (0, 77)


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
    build.try_unchanged()
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
