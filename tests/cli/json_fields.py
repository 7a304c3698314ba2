"""Compares what --json printed with the tables of docs/COMMANDS.md.

usage: json_fields.py COMMANDS.md FOLDER

FOLDER/COMMAND.N.json is what COMMAND printed; each line may be a document.
A key that stands in no row fails, and so does a row without such a key, unless
its text says when the key is absent.  That one of two ways of a command has it
not is no such word, as both are looked at, nor is a value of that name.
"""
import collections
import json
import pathlib
import re
import sys

SENDS = re.compile(r"as `(\S+)` of `(\w+)`|the fields of `(\w+)`")
MAY_LACK = re.compile(
    r"(?<!`)\babsent\b(?! of (?:import|export|list|verify)\b)")


def parts(name):
    """("models", "tasks", "TASK", "left") of "models[].tasks.TASK.left"."""
    return tuple(name.replace("[]", "").split("."))


def read_tables(text):
    tables = {}
    for section in re.split(r"^## ", text, flags=re.M)[1:]:
        command = section.split("\n")[0]
        if "`--json` prints:" not in section:
            continue
        tables[command] = {}
        for line in section.split("`--json` prints:")[1].splitlines():
            row = re.fullmatch(r"\| (`.*?`) \| (.*) \|", line)
            for name in row[1].split(", ") if row else ():
                tables[command][parts(name.strip("`"))] = row[2]
    return tables


def is_like(row, path):
    return len(row) == len(path) and all(
        name == key or name.isupper() for name, key in zip(row, path))


def find(tables, command, path):
    """The rows, (command, row), that tell of a key; a row for all below may
    send to another table, where the key must be."""
    found = set()
    for row, means in tables[command].items():
        if row[-1] != "*":
            # who tells of what is in it, tells of an object
            if is_like(row[:len(path)], path):
                found.add((command, row if len(row) == len(path) else None))
        elif is_like(row[:-1], path[:len(row) - 1]) and len(path) >= len(row):
            there = SENDS.match(means)
            if there:
                above = parts(there[1]) if there[1] else ()
                found |= find(tables, there[2] or there[3],
                              above + path[len(row) - 1:])
            else:
                found.add((command, row))
    return found


def keys(value, at=()):
    if isinstance(value, list):
        for one in value:
            yield from keys(one, at)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield at + (name,)
            yield from keys(one, at + (name,))


def documents(text):
    decoder = json.JSONDecoder()
    while text.strip():
        text = text.lstrip()
        value, end = decoder.raw_decode(text)
        yield value
        text = text[end:]


def main():
    tables = read_tables(pathlib.Path(sys.argv[1]).read_text())
    seen = collections.defaultdict(set)
    bad = []
    for path in sorted(pathlib.Path(sys.argv[2]).glob("*.json")):
        command = path.name.split(".")[0]
        if command not in tables:
            bad.append(f"{command}: no table")
            continue
        for document in documents(path.read_text()):
            for key in sorted(set(keys(document))):
                found = find(tables, command, key)
                if not found:
                    bad.append(f"{path.name}: {'.'.join(key)} is not documented")
                seen[command] |= {row for of, row in found if of == command}
    for command, table in tables.items():
        if command not in seen:
            bad.append(f"{command}: its --json was not looked at")
            continue
        for row, means in table.items():
            if row[-1] != "*" and row not in seen[command] \
                    and not MAY_LACK.search(means):
                bad.append(f"{command}: {'.'.join(row)} was not printed, and "
                           "nothing says when it is absent")
    print("\n".join(bad))
    print(f"{sum(map(len, tables.values()))} fields of {len(tables)} commands")
    return 1 if bad or len(tables) < 10 else 0


sys.exit(main())
