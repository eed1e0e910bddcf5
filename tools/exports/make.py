#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the folders.

usage: make.py OUT [--only REGEX]
"""

import argparse
import json
import os
import pathlib
import re
import sys
import traceback
import warnings

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
warnings.filterwarnings("ignore")

import logging

import torch
import transformers

import hub
import openclip
import pairs
import pictures
import processors
import timmnets
import torchnets
from table import FAMILIES

logging.disable(logging.WARNING)
transformers.logging.set_verbosity_error()
torch.set_num_threads(1)


def jobs():
    for family in FAMILIES:
        for ending, kind, exporter, head in hub.entries(family):
            for variant in ["", *(v for of, v in family.variants if of == ending)]:
                yield f"{family.name}-{ending}-{variant}".rstrip("-"), lambda root, drawn, a=(
                    family,
                    kind,
                    ending,
                    exporter,
                    head,
                ), v=variant: hub.make(*a, root, drawn, v)
    for name in processors.names():
        yield "processor-" + name, lambda root, drawn, n=name: processors.make(n, root, drawn)

    for pair in pairs.PAIRS:
        for how in pair.layouts:
            yield f"{pair.name}-{how}", lambda root, drawn, a=(pair, how): pairs.make(*a, root, drawn)
    for entry in timmnets.NETWORKS:
        for kind in entry.kinds:
            yield f"{entry.name}-{kind}", lambda root, drawn, a=(entry, kind): timmnets.make(*a, root, drawn)
    for entry in torchnets.NETWORKS:
        yield entry.name, lambda root, drawn, e=entry: torchnets.make(e, root)
    for entry in openclip.MODELS:
        for how in entry.layouts:
            yield f"{entry.name}-{how}", lambda root, drawn, a=(entry, how): openclip.make(*a, root, drawn)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--only", default="", help="make the folders whose name this regular expression finds")
    args = parser.parse_args()
    pictures.write(args.out / "images")
    drawn = pictures.read(args.out / "images")
    failed = 0
    for name, job in jobs():
        if not re.search(args.only, name):
            continue
        try:
            made = job(args.out, drawn)
            print(
                f"{name}: {made.about['right']}, {made.about['kilobytes']} KB, {made.about['seconds']} s, "
                f"{made.about.get('features')} {made.about.get('largest difference of onnxruntime from the library')} "
                f"{made.about.get('smallest difference in features after a mistake')}",
                flush=True,
            )
        except (Exception, SystemExit) as e:
            failed += 1
            print(f"{name}: FAILED {type(e).__name__}: {str(e)[:400]}", flush=True)
            if os.environ.get("TRACE"):
                traceback.print_exc()
    status(args.out)
    sys.exit(1 if failed else 0)


def status(out):
    """STATUS.md: a row for each folder that is there."""
    rows, total = [], 0
    for file in sorted(out.glob("*/expected.json")):
        about = json.loads(file.read_text())
        total += about["kilobytes"]
        rows.append(
            "| "
            + " | ".join(
                str(about.get(key, "")) for key in ("folder", "class", "exporter", "processor", "right", "features", "kilobytes")
            )
            + " |"
        )
    head = "| folder | class | exporter | processor | right | features | KB |\n|---|---|---|---|---|---|---|\n"
    (out / "STATUS.md").write_text(f"{len(rows)} folders, {total} KB\n\n{head}" + "\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
