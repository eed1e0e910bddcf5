#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every applicable score on real CLIP features and writes the tables of docs/clip-features.md.

Needs the test data (STRAY_SHARED, default ../shared) and Debian's python3-numpy, which cuts UCF101 in halves. Every
stray command is printed on standard error before it runs.

    tools/clip_features.py [--write docs/clip-features.md] [WORK_FOLDER]

Without --write the tables go to standard output.
"""

import argparse
import json
import os
import pathlib
import struct
import subprocess
import sys

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
FEATURES = ["knn", "knn:k=10", "knn:variant=openood", "kmeans", "kmeans:score=cosine", "gaussian", "residual"]
LABELS = ["mahalanobis", "mahalanobis++", "mahalanobis:variant=plp", "relative-mahalanobis", "relative-mahalanobis++"]
HEAD = ["msp", "maxlogit", "energy", "entropy", "gen", "klm", "vim", "react", "ash", "ash:shape=p", "ash:shape=s", "she",
        "nnguide", "fdbd", "fdbd:normalize=feature", "gradnorm", "residual", "mahalanobis:on=logits"]
LANGUAGE = ["mcm", "mcm:temperature=0.01", "maxcos", "zero-shot-energy", "zero-shot-energy:temperature=0.01"]
PROBES = ["linear-probe:score=msp", "linear-probe:score=energy"]
PLP = ["plp:score=msp", "plp:score=energy"]


class Failed(Exception):
    pass


def stray(*arguments):
    words = [str(a) for a in arguments]
    print("+ stray " + " ".join(words), file=sys.stderr, flush=True)
    done = subprocess.run([ROOT / "stray", *words, "--quiet"], capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(done.stderr.strip().splitlines()[-1].removeprefix("stray: "))
    return done.stdout


def load(path):
    data = path.read_bytes()
    end = 8 + struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:end])
    kinds = {"F16": "<f2", "F32": "<f4", "I64": "<i8", "U8": "u1"}
    arrays = {}
    for name, entry in header.items():
        if name != "__metadata__":
            start, stop = entry["data_offsets"]
            arrays[name] = np.frombuffer(data[end + start:end + stop], kinds[entry["dtype"]]).reshape(entry["shape"])
    return arrays, header["__metadata__"]


def save(path, features, labels, ids, metadata):
    arrays = {"features": features.astype("<f2"), "labels": labels.astype("<i8"),
              "ids": np.frombuffer("\n".join(ids).encode(), "u1")}
    header, at = {"__metadata__": metadata}, 0
    for name, array in arrays.items():
        kind = {"features": "F16", "labels": "I64", "ids": "U8"}[name]
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [at, at + array.nbytes]}
        at += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(a.tobytes() for a in arrays.values()))


def halves(source, work):
    """Even classes are ID, each cut in two in file order (neighbouring frames come from one video); odd ones are OOD."""
    arrays, metadata = load(source)
    labels = arrays["labels"]
    ids = bytes(arrays["ids"]).decode().split("\n")
    fit, test = [], []
    for c in range(0, labels.max() + 1, 2):
        rows = np.flatnonzero(labels == c)
        fit.extend(rows[:len(rows) // 2])
        test.extend(rows[len(rows) // 2:])
    parts = {"ucf101-id-fit": fit, "ucf101-id-test": test, "ucf101-ood": np.flatnonzero(labels % 2 == 1)}
    files = {}
    for name, rows in parts.items():
        files[name] = work / f"{name}.safetensors"
        save(files[name], arrays["features"][rows], labels[rows] // 2, [ids[i] for i in rows],
             {**metadata, "stray.dataset": name})
    return files


def run(detector, work, fit, test, ood, extra, keep):
    name = keep + "-" + detector.replace(":", "-").replace(",", "-").replace("=", "-")
    fitted = work / f"{name}.stray"
    stray("fit", "-d", detector, "-f", fit, *extra, "--calibration", "none", "--no-gallery", "-o", fitted, "--force")
    files = {}
    for title, features in {"id": test, **ood}.items():
        files[title] = work / f"{name}-{features.stem}.csv"
        stray("score", "-D", fitted, "-f", features, "-o", files[title], "--force")
    arguments = [x for title in ood for x in ("--ood", files[title])]
    return json.loads(stray("evaluate", "--id", files["id"], *arguments, "--json"))


def accuracy(features, *how):
    return json.loads(stray("accuracy", "-f", features, *how, "--json"))["accuracy"]


def table(title, work, fit, test, ood, groups, keep, out):
    sizes = {name: len(load(path)[0]["features"]) for name, path in {"fit": fit, "id": test, **ood}.items()}
    print(f"{title}: {sizes['fit']:,} rows to fit on, {sizes['id']:,} ID rows to test. AUROC / FPR@95.\n", file=out)
    print("| given | detector | " + " | ".join(f"{name} ({sizes[name]:,})" for name in ood) + " | mean |", file=out)
    print("|---|---|" + "---|" * (len(ood) + 1), file=out)
    for given, detectors, extra in groups:
        for detector in detectors:
            try:
                report = run(detector, work, fit, test, ood, extra, keep)
            except Failed as reason:
                print(f"| {given} | `{detector}` | " + f"n/a: {reason} |" + " |" * len(ood), file=out)
                continue
            cells = [f"{r['auroc']:.3f} / {r['fpr95']:.3f}" for r in report["results"]]
            cells.append(f"{report['mean']['auroc']:.3f} / {report['mean']['fpr95']:.3f}")
            print(f"| {given} | `{detector}` | " + " | ".join(cells) + " |", file=out, flush=True)
    print(file=out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", nargs="?", default="target/clip-features", type=pathlib.Path)
    parser.add_argument("--write", type=pathlib.Path, help="page whose lines between the two marks are replaced")
    options = parser.parse_args()
    shared = pathlib.Path(os.environ.get("STRAY_SHARED", ROOT / ".." / "shared")).resolve()
    data = shared / "data" / "clip-vitb32-features"
    if not data.is_dir():
        sys.exit(f"no CLIP features at {data}; set STRAY_SHARED")
    work = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    path = work / "tables.md"
    with open(path, "w") as out:
        fit, test = data / "imagenet-train-4shot.safetensors", data / "imagenet-test-3shot.safetensors"
        text = data / "imagenet-text-a.safetensors"
        head = work / "imagenet-head.safetensors"
        stray("probe", "-f", fit, "--held-out", "none", "-o", head, "--force")
        plp = work / "imagenet-plp.safetensors"
        stray("probe", "-f", fit, "--pseudo-labels", text, "--held-out", "none", "-o", plp, "--force")
        print("ImageNet, top-1 accuracy:\n", file=out)
        print("| | train-4shot | test-3shot |\n|---|---|---|", file=out)
        for title, how in {
            "zero-shot, text a": ("--class-embeddings", text),
            "zero-shot, text b": ("--class-embeddings", data / "imagenet-text-b.safetensors"),
            "linear probe on labels": ("--head", head),
            "linear probe on pseudo-labels (text a)": ("--head", plp),
        }.items():
            print(f"| {title} | {accuracy(fit, *how):.4f} | {accuracy(test, *how):.4f} |", file=out)
        print(f"| 20-NN of train-4shot | | {accuracy(test, '--neighbours', fit):.4f} |\n", file=out)
        table("ImageNet as ID", work, fit, test, {
            "DTD": data / "dtd-test.safetensors",
            "SUN397": data / "sun397-val.safetensors",
            "Flowers": data / "oxford_flowers-test.safetensors",
            "UCF101": data / "ucf101-test.safetensors",
        }, [
            ("nothing", FEATURES, []),
            ("class names", LANGUAGE + PLP, ["--class-embeddings", text]),
            ("labels", LABELS + PROBES, []),
            ("a probe's head", HEAD, ["--head", head]),
        ], "imagenet", out)
        parts = halves(data / "ucf101-test.safetensors", work)
        head = work / "ucf101-head.safetensors"
        stray("probe", "-f", parts["ucf101-id-fit"], "--held-out", "none", "-o", head, "--force")
        right = accuracy(parts["ucf101-id-test"], "--head", head)
        print(f"UCF101, 51 classes: the probe's top-1 accuracy on the test half is {right:.4f}.\n", file=out)
        table("Half of UCF101's classes as ID", work, parts["ucf101-id-fit"], parts["ucf101-id-test"], {
            "other half": parts["ucf101-ood"],
            "DTD": data / "dtd-test.safetensors",
            "Flowers": data / "oxford_flowers-test.safetensors",
        }, [
            ("nothing", FEATURES, []),
            ("labels", LABELS + PROBES, []),
            ("a probe's head", HEAD, ["--head", head]),
        ], "ucf101", out)
    tables = path.read_text()
    if options.write is None:
        print(tables, end="")
        return
    begin, end = "<!-- tables: tools/clip_features.py -->\n", "<!-- end of tables -->\n"
    page = options.write.read_text()
    before, rest = page.split(begin)
    after = rest.split(end)[1]
    options.write.write_text(before + begin + tables + end + after)


if __name__ == "__main__":
    main()
