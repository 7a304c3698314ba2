"""Fails when an error or a warning is not in the one voice that CONTRIBUTING.md
describes: messages.py ROOT.  Reads the calls that make messages, with their texts,
out of the sources."""
import pathlib
import re
import sys

CALLS = re.compile(
    r"\b(error_set|error_set_errno|error_wrap|log_warn|log_error|h5_fail)\s*\(")
TOKEN = re.compile(
    r'/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|[^"\'/]+|.', re.S)
# Words that say nothing, or of which there is another one in use.
WORDS = {
    r"\b[Ee]rror:": "it is known to be one",
    r"\b[Ff]ail(ed|ure) to\b": "'cannot'",
    r"\b[Uu]nable to\b": "'cannot'",
    r"\b[Cc]ould ?n[o']t\b": "'cannot'",
    r"\bcan't\b": "'cannot'",
    r"\b[Ii]nvalid\b": "what is wrong with it",
    r"\b[Ii]llegal\b": "what is wrong with it",
    r"\b[Pp]lease\b": "no word",
    r"\b[Oo]ops\b|\b[Ss]orry\b": "no word",
    r"`": "'command' or \"key\"",
}
# A capital begins a name only.
NAMES = {"GPU", "HDF5", "MPI", "Slurm", "SLURM_JOB_ID", "TASK", "FILE",
         "CUDA_VISIBLE_DEVICES", "TRUSTSWEEP_GPU_BUS", "TRUSTSWEEP_MPIRUN",
         "TRUSTSWEEP_RANKS"}


def blank_comments(source):
    """The same text, lines kept, without comments."""
    return "".join(
        re.sub(r"[^\n]", " ", token) if token.startswith("/*") else token
        for token in TOKEN.findall(source))


def arguments(source, at):
    """What stands between the parenthesis before `at` and its end."""
    depth = 1
    start = at
    for token in TOKEN.finditer(source, at):
        word = token.group(0)
        if word[0] in "\"'":
            continue
        for place, letter in enumerate(word):
            depth += (letter == "(") - (letter == ")")
            if depth == 0:
                return source[start:token.start() + place]
    return source[start:]


def texts_of(words):
    """The literals, neighbours joined as the compiler does."""
    joined = re.sub(r'"\s*"', "", words)
    return re.findall(r'"((?:[^"\\]|\\.)*)"', joined)


def faults_of(call, texts):
    for text in texts:
        for word, instead in WORDS.items():
            if re.search(word, text):
                yield f"'{re.search(word, text).group(0)}': say {instead}"
    text = texts[0]
    first = re.match(r"[A-Za-z_0-9]+", text)
    if first and first.group(0)[0].isupper() and first.group(0) not in NAMES:
        yield "begins with a capital, which only a name does"
    for sentence in (text for text in texts if re.search(r"\S \S", text)):
        if re.search(r"([^.]\.|!|\\n)$", sentence):
            yield "ends with a full stop, a '!' or a line's end"
    if call == "error_set_errno" and re.fullmatch(r"(%s)?[:/ ]*(%s)?", text):
        yield "a path alone: say what was tried, 'cannot read %s'"


def main():
    root = pathlib.Path(sys.argv[1])
    num = 0
    bad = []
    for folder in ("src", "analysis"):
        for path in sorted((root / folder).rglob("*.c")):
            source = blank_comments(path.read_text(encoding="utf-8"))
            for match in CALLS.finditer(source):
                texts = texts_of(arguments(source, match.end()))
                if not texts:
                    continue
                num += 1
                line = source.count("\n", 0, match.start()) + 1
                bad += [f"{path.relative_to(root)}:{line}: {fault}"
                        for fault in faults_of(match.group(1), texts)]
    print(*bad, sep="\n")
    print(f"{num} messages")
    sys.exit(1 if bad or num < 100 else 0)


main()
