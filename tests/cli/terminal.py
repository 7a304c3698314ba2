"""What a terminal, a pipe and a log file see of the program, and how it ends by
Ctrl-C at several moments: terminal.py PROGRAM FOLDER.

A terminal is a pseudo-terminal, Ctrl-C the byte 3 written to it.
"""
import glob
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

PROGRAM, WORK = sys.argv[1:3]
LIMIT_S = 90
WARNING = re.compile(rb"[^\r\n]\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ WARN")


def environment(**more):
    env = {key: value for key, value in os.environ.items()
           if key not in ("NO_COLOR", "TRUSTSWEEP_PROGRESS")}
    return {**env, "TERM": "xterm", **more}


def on_terminal(words, interrupts=(), **more):
    """Everything it writes, and its status.  interrupts: functions of what was
    written so far; each that says yes, in order, is one Ctrl-C."""
    pid, fd = pty.fork()
    if pid == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # not Python's
        os.execve(PROGRAM, [PROGRAM, *words], environment(**more))
    said = b""
    waiting = list(interrupts)
    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        if select.select([fd], [], [], 0.002)[0]:
            try:
                piece = os.read(fd, 65536)
            except OSError:
                break
            if not piece:
                break
            said += piece
        if waiting and waiting[0](said):
            waiting.pop(0)
            os.write(fd, b"\x03")
    else:
        os.kill(pid, signal.SIGKILL)
        raise SystemExit(f"FAILED: {words} does not end: {said[-500:]!r}")
    os.close(fd)
    return said, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def check(is_good, what, said=b""):
    if not is_good:
        raise SystemExit(f"FAILED: {what}\n{said[-1500:]!r}")


def is_drawn_again(said):
    return re.search(rb"\r[^\n]", said) is not None


def without_progress(said):
    """What a command says that takes no time; a busy machine shows progress."""
    said = re.sub(rb"(\r[^\r\n]*, ETA [^\r\n]*)+\r +\r", b"", said)
    return re.sub(rb"[a-z]+: \d+ %, ETA [^\r\n]*\r\n", b"", said)


def styles(results):
    analyze = ["analyze", results, "--part", "ranks", "--resamples",
               "100"]
    bold = without_progress(on_terminal(analyze)[0])
    check(b"\x1b[1m" in bold, "no heading is bold on a terminal", bold)
    for name, more in (("NO_COLOR", {"NO_COLOR": "1"}),
                       ("TERM=dumb", {"TERM": "dumb"})):
        plain = without_progress(on_terminal(analyze, **more)[0])
        check(b"\x1b" not in plain, f"an escape byte with {name}", plain)
        check(re.sub(rb"\x1b\[[01]m", b"", bold) == plain, f"{name}: words")
    piped = subprocess.run([PROGRAM, *analyze], env=environment(),
                           capture_output=True, check=True)
    check(b"\x1b" not in piped.stdout + piped.stderr, "an escape byte in a pipe")
    folder = os.path.dirname(results)
    watch = ["watch", folder, "--every", "1"]
    check(b"\x1b[H" in on_terminal(watch)[0], "watch clears no screen")
    for more in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        check(b"\x1b" not in on_terminal(watch, **more)[0], f"watch: {more}")
    print("styles: only on a terminal")


def run_words(job, name):
    return ["run", f"{WORK}/{job}.json", "--ranks", "2", "--output",
            f"{WORK}/{name}"]


def progress():
    said, status = on_terminal(run_words("slow", "drawn"))
    check(status == 0 and is_drawn_again(said), "progress is not redrawn", said)
    check(b"\x1b" not in said.split(b"Profile")[0], "escapes in progress", said)
    said, status = on_terminal(run_words("slow", "dumb"), TERM="dumb")
    check(status == 0 and not is_drawn_again(said), "redrawn when dumb", said)
    with open(f"{WORK}/logged.err", "w+b") as log:
        status = subprocess.run([PROGRAM, *run_words("slow", "logged")],
                                env=environment(), stdout=log,
                                stderr=log, check=False).returncode
        log.seek(0)
        said = log.read()
    check(status == 0 and b"\r" not in said and b"\x1b" not in said,
          "a log file gets more than lines", said)
    check(len(re.findall(rb"^ *\d+ % .*items", said, re.M)) >= 2,
          "no line of progress but the last", said)
    said, status = on_terminal(run_words("nokey", "nokey"))
    check(status == 1 and b"WARN" in said and not WARNING.search(said),
          "a warning stands behind the progress", said)
    print("progress: redrawn on a terminal, lines elsewhere")


def processes(folder):
    """Of the program, with that folder on their command line."""
    found = []
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as file:
                words = file.read().split(b"\0")
        except OSError:
            continue
        if folder.encode() in words and path.split("/")[2] != str(os.getpid()):
            found.append(words)
    return found


def in_order(name, said, status, statuses):
    folder = f"{WORK}/{name}"
    check(status in statuses, f"{name}: status {status}", said)
    check(said.endswith((b"\n", b"^C")), f"{name}: half a line", said)
    check(b"\x1b[?25l" not in said, f"{name}: the cursor is gone", said)
    end = time.monotonic() + 20
    while processes(folder) and time.monotonic() < end:
        time.sleep(0.1)
    check(not processes(folder), f"{name}: left: {processes(folder)}")
    left = glob.glob(f"{folder}/**/*.tmp-*", recursive=True)
    check(not left, f"{name}: unfinished files {left}")


def goes_on(name, digest):
    said, status = on_terminal(run_words("slow", name))
    check(status == 0, f"{name}: going on: {status}", said)
    again = subprocess.run([PROGRAM, "digest", f"{WORK}/{name}/results.h5"],
                           capture_output=True, check=True).stdout
    check(again == digest, f"{name}: another digest")


def interrupted_runs(digest):
    begun = time.monotonic()

    def after(seconds):
        start = time.monotonic()
        return lambda said: time.monotonic() - start >= seconds

    for seconds in (0.05, 0.1, 0.3, 0.6):
        name = f"after{seconds}"
        said, status = on_terminal(run_words("slow", name), [after(seconds)])
        in_order(name, said, status, (1, -signal.SIGINT))
        goes_on(name, digest)
    works = re.compile(rb" [1-9]\d*/\d+ items").search
    name = "once"
    said, status = on_terminal(run_words("slow", name), [works])
    in_order(name, said, status, (1,))
    check(re.search(rb"\nstopping \(INT\)", said), "not told in a line", said)
    goes_on(name, digest)
    name = "twice"
    said, status = on_terminal(run_words("slow", name),
                               [works, lambda said: b"stopping (INT)" in said])
    in_order(name, said, status, (1,))
    goes_on(name, digest)
    name = "writing"
    said, status = on_terminal(
        run_words("slow", name),
        [lambda said: glob.glob(f"{WORK}/{name}/results.h5.tmp-*")])
    in_order(name, said, status, (0, 1))
    goes_on(name, digest)
    with open(f"{WORK}/{name}/run.json", encoding="utf-8") as file:
        check(json.load(file)["state"] == "done", f"{name}: state")
    print(f"runs: 7 moments in {time.monotonic() - begun:.0f} s")


def interrupted_while_writing(name, words, folder, alone):
    """INT once a file is begun: by Ctrl-C, or to the command alone."""
    num_hit = 0
    for _ in range(40):
        process = subprocess.Popen(
            [PROGRAM, *words], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        while (process.poll() is None
               and not glob.glob(f"{folder}/**/*.tmp-*", recursive=True)):
            pass
        if process.poll() is None:
            os.kill(process.pid if alone else -process.pid, signal.SIGINT)
        status = process.wait()
        end = time.monotonic() + 5
        while (processes(folder) or glob.glob(f"{folder}/**/*.tmp-*",
                                              recursive=True)):
            check(time.monotonic() < end, f"{name}: something is left: "
                  f"{processes(folder)} {os.listdir(folder)}")
            time.sleep(0.02)
        num_hit += status == -signal.SIGINT
        if num_hit == 3:
            break
    check(num_hit == 3, f"{name}: never met at work")
    print(f"{name}{' alone' if alone else ''}: no process, no half file")


def interrupted_check():
    """INT while it scores the journal again, in a folder of its own."""
    folder = f"{WORK}/tmp"
    os.mkdir(folder)
    process = subprocess.Popen(
        [PROGRAM, "check", f"{WORK}/large"], env=environment(TMPDIR=folder),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    while process.poll() is None and not os.listdir(folder):
        pass
    process.send_signal(signal.SIGINT)
    check(process.wait() == -signal.SIGINT, "check: never met at work")
    check(not os.listdir(folder), f"check: left: {os.listdir(folder)}")
    print("check: no temporary folder")


def main():
    with open(f"{WORK}/slow.json", "w", encoding="utf-8") as file:
        json.dump({"name": "slow", "dataset": "sample", "only": ["ethics/*"],
                   "limit": 3, "models": [
                       {"name": "a", "backend": "sim:tokens_per_s=60,sleep"}]},
                  file)
    with open(f"{WORK}/nokey.json", "w", encoding="utf-8") as file:
        json.dump({"dataset": "sample", "only": ["ethics/*"], "limit": 3,
                   "models": [
                       {"name": "a", "backend": "sim:tokens_per_s=20,sleep"},
                       {"name": "b", "backend": "http:x,key_env=NO_SUCH_KEY"}]},
                  file)
    results = f"{WORK}/large/results.h5"
    styles(results)
    progress()
    digest = subprocess.run([PROGRAM, "digest", f"{WORK}/drawn/results.h5"],
                            capture_output=True, check=True).stdout
    interrupted_runs(digest)
    interrupted_check()
    out = f"{WORK}/out"
    os.mkdir(out)
    for alone in (True, False):
        interrupted_while_writing(
            "export", ["export", results, "--format", "jsonl", "-o", out], out,
            alone)
        interrupted_while_writing(
            "score", ["score", f"{WORK}/large", "-o", f"{out}/again.h5"], out,
            alone)


main()
