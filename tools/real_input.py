#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the main job on real images and prints the tables of the README.

Needs the test data (STRAY_SHARED, default ../shared), which holds samples of the sets, not the sets.
Every stray command is printed on standard error before it runs. Only the standard library is used.

    tools/real_input.py [--limit N] [--models NAMES] [WORK_FOLDER]

--limit N takes N images of each set, for a quick look; --models a,b only these extractors.
"""

import argparse
import json
import os
import pathlib
import struct
import subprocess
import sys
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
IMAGENET = ["--interpolation", "bilinear", "--mean", ".485,.456,.406", "--std", ".229,.224,.225"]
NETWORKS = {
    "resnet20": ["resnet20_cifar10.onnx", "--input-size", "32", "--resize", "exact:32x32", "--crop", "none",
                 *IMAGENET, "--output", "features,logits"],
    "mobilenetv2": ["mobilenetv2_imagenet_int8_feat.onnx", "--input-size", "224", "--resize", "shortest:256",
                    "--crop", "center:224", *IMAGENET, "--output", "features,logits=output"],
}
MODELS = ["resnet20", "stray-mini", "mobilenetv2"]
DETECTORS = ["knn", "mahalanobis"]


def stray(*arguments, home):
    words = [str(a) for a in arguments]
    print("+ stray " + " ".join(words), file=sys.stderr, flush=True)
    done = subprocess.run([ROOT / "stray", *words, "--quiet"], env={**os.environ, "STRAY_HOME": str(home)},
                          stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"stray {' '.join(words)} ended with exit code {done.returncode}")
    return done.stdout


def test_data(folder):
    """A folder of the test data."""
    data = pathlib.Path(os.environ.get("STRAY_SHARED", ROOT / ".." / "shared")).resolve() / "data" / folder
    if not data.is_dir():
        sys.exit(f"no test data at {data}; set STRAY_SHARED")
    return data


def install(networks, models, home):
    """Adds the networks that are not there yet: by name, the file in the folder of models and the options of its card."""
    installed = {m["name"] for m in json.loads(stray("models", "--json", home=home))["models"]}
    for name, (file, *arguments) in networks.items():
        if name not in installed:
            stray("models", "add", models / file, "--name", name, *arguments, home=home)


def tensor(path, name):
    """A tensor of a safetensors file as (shape, values)."""
    data = path.read_bytes()
    end = 8 + struct.unpack("<Q", data[:8])[0]
    entry = json.loads(data[8:end])[name]
    start, stop = entry["data_offsets"]
    code = {"F32": "f", "I64": "q"}[entry["dtype"]]
    raw = data[end + start:end + stop]
    return entry["shape"], struct.unpack(f"<{len(raw) // struct.calcsize(code)}{code}", raw)


def accuracy(features):
    """Share of rows whose largest logit is that of their label."""
    (n, classes), logits = tensor(features, "logits")
    _, labels = tensor(features, "labels")
    right = 0
    for i in range(n):
        row = logits[i * classes:(i + 1) * classes]
        right += row.index(max(row)) == labels[i]
    return right, n


def halves(archive, work):
    """Unpacks an archive and lists every other image of each class for fitting, the rest for testing."""
    folder = work / archive.stem
    with zipfile.ZipFile(archive) as z:
        names = sorted(n for n in z.namelist() if n.lower().endswith((".jpg", ".jpeg", ".png")))
        z.extractall(folder)
    lists = [work / f"{archive.stem}-fit.tsv", work / f"{archive.stem}-test.tsv"]
    by_class = {}
    for name in names:
        by_class.setdefault(pathlib.PurePath(name).parent.name, []).append(name)
    for half, path in enumerate(lists):
        rows = [f"{folder.name}/{name}\t{c}" for c, images in sorted(by_class.items()) for name in images[half::2]]
        path.write_text("\n".join(rows) + "\n")
    return lists


def table(title, fit, test, ood, models, limit, work, home):
    rows = []
    sizes = {}
    for model in models:
        files = {}
        for name, source in {"fit": fit, "id": test, **ood}.items():
            files[name] = work / f"{title}-{model}-{name}.safetensors"
            layers = "features,logits" if (model, name, title) == ("resnet20", "id", "CIFAR-10") else "features"
            extra = ["--limit", limit] if limit else []
            report = stray("extract", "-m", model, "-i", source, "-o", files[name], "--layer", layers, "--json", *extra,
                           home=home)
            sizes[name] = json.loads(report)["n"]
        for detector in DETECTORS:
            fitted = work / f"{title}-{model}-{detector}.stray"
            stray("fit", "-d", detector, "-f", files["fit"], "-o", fitted, home=home)
            for name in ["id", *ood]:
                stray("score", "-D", fitted, "-f", files[name], "-o", files[name].with_suffix(f".{detector}.csv"),
                      home=home)
            arguments = [x for name in ood for x in ("--ood", files[name].with_suffix(f".{detector}.csv"))]
            report = json.loads(stray("evaluate", "--id", files["id"].with_suffix(f".{detector}.csv"), *arguments,
                                      "--json", home=home))
            rows.append((model, detector, report))
        if model == "resnet20" and title == "CIFAR-10":
            right, n = accuracy(files["id"])
            print(f"resnet20 test accuracy on CIFAR-10: {right} of {n} = {right / n:.4f}\n", flush=True)
    print(f"{title} as ID: {sizes['fit']:,} images to fit and calibrate on, {sizes['id']:,} to test. AUROC / FPR@95.\n")
    print("| extractor | detector | " + " | ".join(f"{name} ({sizes[name]:,})" for name in ood) + " | realised TPR |")
    print("|---|---|" + "---|" * (len(ood) + 1))
    for model, detector, report in rows:
        cells = [f"{r['auroc']:.3f} / {r['fpr95']:.3f}" for r in report["results"]]
        print(f"| {model} | {detector} | " + " | ".join(cells) + f" | {report['realised_tpr']:.3f} |")
    print(flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", nargs="?", default="target/real-input", type=pathlib.Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--models", default=",".join(MODELS))
    options = parser.parse_args()
    images = test_data("images")
    models = options.models.split(",")
    work = options.work.resolve()
    home = work / "home"
    work.mkdir(parents=True, exist_ok=True)
    install(NETWORKS, images.parents[1] / "models", home)
    table("CIFAR-10", f"cifar10:{images}/cifar10-train1000pc.bin.xz", f"cifar10:{images}/cifar10-test.bin.xz", {
        "CIFAR-100": f"cifar100:{images}/cifar100-test.bin.xz",
        "MNIST": images / "mnist-test.zip",
        "Textures": images / "dtd10.zip",
        "scenes": images / "intel-scenes.zip",
        "SVHN": images / "svhn-samples.zip",
    }, models, options.limit, work, home)
    fit, test = halves(images / "imagenette-val224.zip", work)
    table("imagenette", fit, test, {
        "imagewoof": images / "imagewoof-val224.zip",
        "flowers": images / "flowers17.zip",
        "Textures": images / "dtd10.zip",
    }, models, options.limit, work, home)


if __name__ == "__main__":
    main()
