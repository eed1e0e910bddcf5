#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares two folders of golden files: the same files, the same structure, equal text, numbers equal within a tolerance.

usage: compare.py COMMITTED REGENERATED

The tolerance is 1e-9 relative plus 1e-12 absolute, unless the committed file has a top-level "tolerance": a number
(relative) or {"relative": r, "absolute": a}. A differing version of the oracle is printed but is no difference. Files that
do not end in .json must be equal byte for byte. Exits 1 if anything differs, 2 on wrong usage.
"""
import json
import math
import pathlib
import sys

RELATIVE = 1e-9
ABSOLUTE = 1e-12


class BadTolerance(ValueError):
    """The committed file states a tolerance that cannot be used."""


def tolerance(document):
    """(relative, absolute) for a committed document."""
    stated = document.get("tolerance", {}) if isinstance(document, dict) else {}
    if is_number(stated):
        stated = {"relative": stated}
    if not isinstance(stated, dict) or not set(stated) <= {"relative", "absolute"}:
        raise BadTolerance(f"tolerance must be a number or have relative and absolute, is {stated!r}")
    pair = stated.get("relative", RELATIVE), stated.get("absolute", ABSOLUTE)
    if not all(is_number(limit) and 0 <= limit < math.inf for limit in pair):
        raise BadTolerance(f"tolerance must be finite and not negative, is {stated!r}")
    return pair


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def close(expected, actual, relative, absolute):
    if isinstance(expected, int) and isinstance(actual, int):
        return expected == actual or abs(expected - actual) <= absolute + relative * abs(expected)
    expected, actual = float(expected), float(actual)
    if math.isnan(expected) or math.isnan(actual):
        return math.isnan(expected) and math.isnan(actual)
    if math.isinf(expected) or math.isinf(actual):
        return expected == actual
    return abs(expected - actual) <= absolute + relative * abs(expected)


def shown(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "..."


def differences(expected, actual, relative, absolute, where="$"):
    """Yields a line for each difference between two parsed documents."""
    if is_number(expected) and is_number(actual):
        if not close(expected, actual, relative, absolute):
            yield f"{where}: committed {expected!r}, regenerated {actual!r}"
    elif isinstance(expected, dict) and isinstance(actual, dict):
        for key in sorted(expected.keys() | actual.keys()):
            place = f"{where}.{key}"
            if key not in actual:
                yield f"{place}: only in the committed file"
            elif key not in expected:
                yield f"{place}: only in the regenerated file"
            elif place != "$.oracle.version":
                yield from differences(expected[key], actual[key], relative, absolute, place)
    elif isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            yield f"{where}: committed {len(expected)} entries, regenerated {len(actual)}"
        for i, (left, right) in enumerate(zip(expected, actual)):
            yield from differences(left, right, relative, absolute, f"{where}[{i}]")
    elif type(expected) is not type(actual) or expected != actual:
        yield f"{where}: committed {shown(expected)}, regenerated {shown(actual)}"


def oracle_version(document):
    oracle = document.get("oracle") if isinstance(document, dict) else None
    return oracle.get("version") if isinstance(oracle, dict) else None


def compare_files(expected, actual):
    """(differences, notes) of two files, each a list of lines."""
    if expected.suffix != ".json":
        same = expected.read_bytes() == actual.read_bytes()
        return ([] if same else ["bytes differ"]), []
    try:
        left = json.loads(expected.read_text(encoding="utf-8"))
    except ValueError as error:
        return [f"the committed file is not JSON: {error}"], []
    try:
        right = json.loads(actual.read_text(encoding="utf-8"))
    except ValueError as error:
        return [f"the regenerated file is not JSON: {error}"], []
    notes = []
    if oracle_version(left) != oracle_version(right):
        notes.append(f"oracle version: committed {oracle_version(left)}, here {oracle_version(right)}")
    try:
        return list(differences(left, right, *tolerance(left))), notes
    except BadTolerance as error:
        return [str(error)], notes


def files(folder):
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}


def compare_folders(committed, regenerated):
    """(differences, notes) of two folders, each a list of lines that name the file."""
    found, notes = [], []
    here, there = files(committed), files(regenerated)
    for name in sorted(here | there):
        if name not in there:
            found.append(f"{name}: no generator writes it")
        elif name not in here:
            found.append(f"{name}: not committed")
        else:
            lines, remarks = compare_files(committed / name, regenerated / name)
            found += [f"{name}: {line}" for line in lines]
            notes += [f"{name}: {remark}" for remark in remarks]
    if not here:
        found.append(f"{committed}: holds no golden files")
    return found, notes


def main(arguments):
    if len(arguments) != 2 or not all(pathlib.Path(argument).is_dir() for argument in arguments):
        print("usage: compare.py COMMITTED REGENERATED (two folders)", file=sys.stderr)
        return 2
    committed, regenerated = map(pathlib.Path, arguments)
    found, notes = compare_folders(committed, regenerated)
    for line in notes:
        print(line)
    for line in found:
        print(line, file=sys.stderr)
    print(f"{len(files(committed))} golden files, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
