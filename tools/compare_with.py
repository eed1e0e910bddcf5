#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the same commands with an older state of Stray and with this checkout, and compares all that comes out.

    tools/compare_with.py COMMIT            builds the commit in a temporary worktree
    tools/compare_with.py CHECKOUT          a folder in which ./stray is built (saves the build)
    tools/compare_with.py --keep DIR ..     leaves DIR/in, DIR/old and DIR/new to look at
    tools/compare_with.py --messages ..     counts differences in standard error, too
    tools/compare_with.py --quiet ..        says nothing of what is the same

Needs Debian's python3-pil; no network is used. Some ten minutes on two processors. Images are drawn; networks are those of
golden/. One line for each command and each file that came out: same, differs or missing. What may differ is taken out before
the comparison: times, rates, the time of creation, digests of files that hold it, and the order of keys in JSON and in
metadata. All else is compared byte by byte, tensors as well. Exit code 1: something differs.
"""
import argparse
import concurrent.futures
import difflib
import hashlib
import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile

from PIL import Image, ImageDraw

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LONGEST = 900  # seconds a command may take

# Keys of JSON and metadata that hold times, memory, or the checksum of a file in which there are times.
CHANGING = {"created", "times", "seconds", "seconds_per_image", "images_per_second", "stray.seconds", "resident_bytes", "stray.crc32c"}
CHANGING_TEXT = [
    (re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z| UTC)?"), b"TIME"),
    (re.compile(rb"\b[\d,.]+ ?(images|rows|samples|MB)?/s\b"), b"RATE"),
    # The chart of images a second on a study's page, and the column of its table behind that of sizes.
    (re.compile(rb"<svg(?:(?!</svg>).)*speed-desc.*?</svg>", re.S), b"CHART"),
    (re.compile(rb'([kMG]?B</td><td class="number") data-v="[^"]*">[^<]*'), rb"\1>RATE"),
    (re.compile(rb"\b\d+ MB in all\b"), b"MEMORY"),
    (re.compile(rb"\b\d[\d,.]* (ms|s|min|h|seconds|minutes)\b"), b"DURATION"),
]

# Digests of files that were made, which differ with the time in them, and what to call them instead.
MADE = {}

# Detectors and what they need beside features; every detector of `fit --help` must be here.
HEAD = ["--head", "head.safetensors"]
UNSEEN = [*HEAD, "--calibration", "split"]  # nothing is fitted, and the head has seen the others
TEXT = ["--class-embeddings", "text-paper.safetensors"]
DETECTORS = {
    "knn": [], "kmeans": [], "gaussian": [], "residual": [], "mahalanobis": [], "mahalanobis++": [],
    "relative-mahalanobis": [], "relative-mahalanobis++": [], "msp": UNSEEN, "maxlogit": UNSEEN, "energy": UNSEEN,
    "entropy": UNSEEN, "gen": UNSEEN, "klm": HEAD, "vim": HEAD, "react": HEAD, "ash": UNSEEN, "she": HEAD, "nnguide": HEAD,
    "fdbd": HEAD, "gradnorm": UNSEEN, "mcm": TEXT, "maxcos": TEXT, "zero-shot-energy": TEXT, "glmcm": TEXT,
    "neglabel:keep=0.5,groups=2": [*TEXT, "--negatives", "negatives.safetensors"], "linear-probe": [], "plp": TEXT,
}  # fmt: skip
VARIANTS = {
    "knn:k=5,aggregate=kth": [], "knn:k=3,distance=euclidean": [], "knn:variant=openood": [], "kmeans:score=cosine": [],
    "mahalanobis:variant=plp": [], "mahalanobis:variant=pytorch-ood": [], "mahalanobis:variant=mcm": [],
    "mahalanobis:on=logits": HEAD, "gaussian:shrinkage=0.1": [], "residual:dimension=4": HEAD, "vim:dimension=8": HEAD,
    "linear-probe:score=energy": [], "plp:score=energy": TEXT,
}  # fmt: skip


def picture(rng, side, kind):
    """A drawn image: a shape of its kind on a ground of noise."""
    image = Image.new("RGB", (side, side), tuple(rng.randrange(60, 200) for _ in range(3)))
    draw = ImageDraw.Draw(image)
    for _ in range(60):
        x, y = rng.randrange(side), rng.randrange(side)
        draw.rectangle((x, y, x + 3, y + 3), fill=tuple(rng.randrange(256) for _ in range(3)))
    low, high = side // 5 + rng.randrange(4), side * 4 // 5 - rng.randrange(4)
    colour = tuple(rng.randrange(256) for _ in range(3))
    if kind == "disc":
        draw.ellipse((low, low, high, high), fill=colour)
    elif kind == "box":
        draw.rectangle((low, low, high, high), fill=colour)
    elif kind == "cross":
        draw.line((low, low, high, high), fill=colour, width=5)
        draw.line((low, high, high, low), fill=colour, width=5)
    elif kind == "bars":
        for x in range(0, side, 8):
            draw.rectangle((x, 0, x + 3, side), fill=colour)
    elif kind == "checks":
        for x in range(0, side, 12):
            for y in range(x % 24, side, 24):
                draw.rectangle((x, y, x + 11, y + 11), fill=colour)
    return image


def draw_inputs(folder):
    """All inputs, the same at each call but for their times, which are set to one moment."""
    rng = random.Random(16)

    def images(name, kinds, each, sides=(48, 64)):
        for kind in kinds:
            os.makedirs(f"{folder}/{name}/{kind}", exist_ok=True)
            for i in range(each):
                picture(rng, rng.choice(sides), kind).save(f"{folder}/{name}/{kind}/{i:03}.png")

    images("train", ["disc", "box", "cross"], 24)
    images("test", ["disc", "box", "cross"], 10)
    images("bars", ["bars"], 14)
    images("checks", ["checks"], 14)
    # Copies for the audit: of pixels, and near ones.
    shutil.copy(f"{folder}/train/disc/003.png", f"{folder}/bars/bars/copy.png")
    for i, name in enumerate(["box/004", "cross/005"]):
        image = Image.open(f"{folder}/train/{name}.png")
        image.resize((image.width * 3 // 2, image.height * 3 // 2), Image.BICUBIC).save(f"{folder}/checks/checks/near{i}.jpg", quality=90)

    zoo = f"{folder}/zoo"
    os.makedirs(zoo)
    one = picture(rng, 90, "disc").resize((120, 90))
    one.save(f"{zoo}/base.jpg", quality=85)
    one.save(f"{zoo}/progressive.jpg", quality=85, progressive=True)
    one.convert("CMYK").save(f"{zoo}/cmyk.jpg")
    one.convert("L").save(f"{zoo}/grey.jpg")
    exif = Image.Exif()
    exif[0x0112] = 6
    one.save(f"{zoo}/turned.jpg", exif=exif)
    one.convert("P").save(f"{zoo}/first.gif")
    one.save(f"{zoo}/plain.bmp")
    one.save(f"{zoo}/plain.tiff", compression="tiff_lzw")
    one.save(f"{zoo}/exact.webp", lossless=True)
    one.convert("P").save(f"{zoo}/palette.png")
    one.convert("RGBA").save(f"{zoo}/alpha.png")
    Image.frombytes("I;16", (64, 64), bytes(i % 251 for i in range(64 * 64 * 2))).save(f"{zoo}/deep.png")
    with open(f"{zoo}/base.jpg", "rb") as whole, open(f"{zoo}/cut.jpg", "wb") as cut, open(f"{zoo}/nothing.png", "wb") as nothing:
        cut.write(whole.read(700))
        nothing.write(b"not an image")
    with open(f"{zoo}/notes.txt", "w") as notes:
        notes.write("ignored\n")

    pngs = sorted(os.path.relpath(os.path.join(d, f), folder) for d, _, fs in os.walk(f"{folder}/test") for f in fs)
    with zipfile.ZipFile(f"{folder}/test.zip", "w") as archive:
        for name in pngs:
            archive.writestr(zipfile.ZipInfo(name), open(f"{folder}/{name}", "rb").read())
    with tarfile.open(f"{folder}/test.tar.gz", "w:gz") as archive:
        for name in pngs:
            entry = tarfile.TarInfo(name)
            entry.size = os.path.getsize(f"{folder}/{name}")
            archive.addfile(entry, open(f"{folder}/{name}", "rb"))
    with open(f"{folder}/list.tsv", "w") as file:
        file.writelines(f"{name}\t{name.split('/')[1]}\n" for name in pngs)
    with open(f"{folder}/ids.tsv", "w") as file:
        file.write("#input\ttest\n")
        file.writelines(name[len("test/"):] + "\n" for name in pngs[::3])
    with open(f"{folder}/test_batch.bin", "wb") as file:
        for label in range(10):
            rgb = picture(rng, 32, "box").tobytes()
            file.write(bytes([label]) + rgb[0::3] + rgb[1::3] + rgb[2::3])

    for name, text in {
        "classes.txt": "box\ncross\ndisc\n",
        "ood-classes.txt": "a big box\nchecks\n",
        "decisions.tsv": "#stray-audit-decisions\t1\nexact-duplicates\tood\tbars/copy.png\tkeep\n",
        "captions.txt": "a red disc on grass\na blue box\na cross of two lines\na blue box\n",
        "negatives.txt": "".join(f"{w}\n" for w in "river cloud bread music window paper stone engine".split()) + "green\tadjective\nloud\tadjective\n",
        "templates.txt": "a drawing of a {c}\na sign with a {c}\n",
        "suite.yaml": SUITE,
        "bad-suite.yaml": SUITE.replace("near: [bars]", "near: [bras]"),
    }.items():
        with open(f"{folder}/{name}", "w") as file:
            file.write(text)

    for layout in ["hf-two-files", "hf-one-file", "hf-image", "pair"]:
        for place, _, files in os.walk(f"{ROOT}/golden/layouts/{layout}"):
            for file in files:
                target = f"{folder}/layouts/{layout}/{os.path.relpath(f'{place}/{file}', f'{ROOT}/golden/layouts/{layout}')}"
                os.makedirs(os.path.dirname(target), exist_ok=True)
                shutil.copy(f"{place}/{file}", re.sub(r"\.json\.txt$", ".json", target))
    shutil.copy(f"{ROOT}/golden/graph/classifier-gemm.onnx", f"{folder}/net.onnx")
    shutil.copy(f"{ROOT}/golden/graph/dino.onnx", f"{folder}/dino.onnx")

    for place, folders, files in os.walk(folder):
        for name in files + folders:
            os.utime(f"{place}/{name}", (1.7e9, 1.7e9))


SUITE = """\
name: drawn
title: Drawn shapes
sets:
  train: {input: train, classes: [box, cross, disc]}
  test: test
  bars: bars
  checks: {input: checks, limit: 10}
pairs:
  - name: shapes
    train: train
    test: test
    near: [bars]
    far: [checks]
  - name: each
    train: train
    test: test
    protocol: one-class
extractors:
  - tiny
  - name: net
    file: net.onnx
    input-size: 32
    resize: shortest:32
    crop: center:32
    interpolation: bicubic
    mean: .48,.46,.41
    std: .27,.26,.28
    output: features=before(logits),logits
detectors: [all, "knn:k=3", "neglabel:keep=0.5,groups=2"]
negatives: negatives.txt
"""

CARD = ["--input-size", "32", "--resize", "shortest:32", "--crop", "center:32", "--interpolation", "bicubic", "--mean", ".48,.46,.41",
        "--std", ".27,.26,.28"]  # fmt: skip
CONVENTIONS = ["canonical", "plp", "openood", "mcm", "vim", "ninco"]


def plain(name):
    return re.sub(r"[^a-z0-9]+", "-", name)


def stages():
    """Lists of commands, (name, arguments), those of a list in any order; the work of one is there for the next lists."""
    yield [
        ("add-tiny", ["models", "add", "../in/layouts/hf-two-files", "--name", "tiny"]),
        ("add-net", ["models", "add", "../in/net.onnx", "--name", "net", *CARD, "--output", "features=before(logits),logits"]),
        ("demo", ["demo", "-o", "demo", "--json"]),
    ]
    yield [
        ("add-one", ["models", "add", "../in/layouts/hf-one-file", "--json"]),
        ("add-image", ["models", "add", "../in/layouts/hf-image"]),
        ("add-pair", ["models", "add", "../in/layouts/pair", "--name", "photo"]),
        ("add-refused", ["models", "add", "../in/dino.onnx", *CARD, "--output", "before(last_hidden_state)"]),
        ("add-guess", ["models", "add", "../in/dino.onnx"]),
        ("head", ["models", "head", "net", "-o", "head-net.safetensors", "--json"]),
        ("head-none", ["models", "head", "stray-mini", "-o", "none.safetensors"]),
        *[(f"extract-{s}", ["extract", "-m", "tiny", "-i", f"../in/{s}", "-o", f"{s}.safetensors", "--layer", "features,embeddings,patches", "--json"])
          for s in ["train", "test", "bars", "checks"]],
        *[(f"extract-net-{s}", ["extract", "-m", "net", "-i", f"../in/{s}", "-o", f"net-{s}.safetensors", "--layer", "features,logits"])
          for s in ["train", "test", "bars"]],
        *[(f"extract-{name}", ["extract", "-m", "stray-mini", "-i", source, "-o", f"in-{name}.safetensors", "--layer", "features,embeddings", *more])
          for name, source, more in [
              ("zoo", "../in/zoo", []), ("zoo-json", "../in/zoo", ["--json", "--batch", "3"]), ("zip", "../in/test.zip", []),
              ("tar", "../in/test.tar.gz", ["--limit", "7"]), ("list", "../in/list.tsv", ["--per-class", "2", "--seed", "3"]),
              ("ids", "../in/ids.tsv", []), ("cifar", "cifar10:../in/test_batch.bin", ["--threads", "1"]),
              ("one", "../in/test/box/001.png", []), ("missing", "../in/nowhere", [])]],
        *[(f"preprocess-{stage}", ["preprocess", "-m", "stray-mini", "-i", "../in/zoo", "-o", f"{stage}.npy", "--stage", stage, "--json"])
          for stage in ["resized", "tensor"]],
        ("preprocess-tiny", ["preprocess", "-m", "tiny", "-i", "../in/test", "-o", "tiny.npy", "--limit", "5"]),
        *[(f"text-{t}", ["text", "-m", "tiny", "--classes", "../in/classes.txt", "--templates", t, "-o", f"text-{t}.safetensors", "--json"])
          for t in ["paper", "mcm-original"]],
        ("text-file", ["text", "-m", "stray-mini", "--classes", "../in/classes.txt", "--templates", "../in/templates.txt", "-o", "text-file.safetensors"]),
        ("text-captions", ["text", "-m", "stray-mini", "--captions", "../in/captions.txt", "-o", "captions.safetensors"]),
        ("text-negatives", ["text", "-m", "tiny", "--captions", "../in/negatives.txt", "-o", "negatives.safetensors"]),
    ]  # fmt: skip
    yield [
        *[(f"models-{plain(' '.join(more))}", ["models", *more]) for more in
          [["list"], ["list", "--json"], ["show", "tiny"], ["show", "net", "--json"], ["show", "stray-mini"], ["show", "clip-vit-b32"], ["show", "tinny"],
           ["check", "tiny"], ["check", "net", "--json"], ["remove", "nothing"]]],
        ("remove", ["models", "remove", "photo"]),
        ("probe-adam", ["probe", "-f", "train.safetensors", "-o", "head.safetensors", "--epochs", "8", "--json"]),
        ("probe-lbfgs", ["probe", "-f", "train.safetensors", "-o", "head-lbfgs.safetensors", "--solver", "lbfgs", "--weight-decay", "0.01"]),
        ("probe-pseudo", ["probe", "-f", "train.safetensors", "-o", "head-plp.safetensors", "--pseudo-labels", "text-paper.safetensors", "--epochs", "4"]),
        ("probe-shots", ["probe", "-f", "train.safetensors", "-o", "head-shots.safetensors", "--shots", "5", "--held-out", "test.safetensors", "--epochs", "3"]),
        ("probe-refused", ["probe", "-f", "train.safetensors", "-o", "no.safetensors", "--solver", "lbfgs", "--epochs", "3"]),
        ("data-list", ["data", "list", "--json"]),
        ("data-show", ["data", "show", "dtd"]),
        ("data-pull", ["data", "pull", "dtd"]),
        ("bench-list", ["bench", "list"]),
        ("bench-show", ["bench", "show", "sample"]),
        ("bench-show-bad", ["bench", "show", "../in/bad-suite.yaml"]),
    ]  # fmt: skip
    yield [
        *[(f"fit-{plain(d)}", ["fit", "-d", d, "-f", "train.safetensors", *needs, "--tpr", "0.9", "-o", f"{plain(d)}.stray", "--json"])
          for d, needs in {**DETECTORS, **VARIANTS}.items()],
        ("fit-none", ["fit", "-d", "knn", "-f", "train.safetensors", "--calibration", "none", "-o", "none.stray"]),
        ("fit-share", ["fit", "-d", "mahalanobis++", "-f", "train.safetensors", "--calibration", "split:0.3", "--tpr", "0.9", "--no-gallery", "-o", "share.stray"]),
        ("fit-file", ["fit", "-d", "knn", "-f", "train.safetensors", "--calibration", "test.safetensors", "-o", "file.stray"]),
        ("fit-images", ["fit", "-d", "knn:k=2", "-m", "tiny", "-i", "../in/train", "--calibration", "../in/test", "-o", "images.stray"]),
        ("fit-limit", ["fit", "-d", "relative-mahalanobis", "-m", "tiny", "-i", "../in/train", "--per-class", "12", "--seed", "4", "-o", "limit.stray", "--json"]),
        ("fit-logits", ["fit", "-d", "energy", "-f", "net-train.safetensors", "-o", "logits.stray"]),
        ("fit-net", ["fit", "-d", "vim:dimension=6", "-m", "net", "-i", "../in/train", "--head", "head-net.safetensors", "-o", "net.stray"]),
        ("fit-names", ["fit", "-d", "mcm", "-m", "tiny", "--classes", "../in/classes.txt", "-o", "names.stray"]),
        ("fit-words", ["fit", "-d", "neglabel:keep=0.5,groups=2", "-m", "tiny", "-i", "../in/train", "--classes", "../in/classes.txt", "--negatives", "../in/negatives.txt", "-o", "words.stray"]),
        ("fit-captions", ["fit", "-d", "maxcos", "-m", "stray-mini", "-i", "../in/train", "--class-embeddings", "captions.safetensors", "-o", "captions.stray"]),
        ("fit-unknown", ["fit", "-d", "kn", "-f", "train.safetensors", "-o", "no.stray"]),
        ("fit-option", ["fit", "-d", "knn:k=none", "-f", "train.safetensors", "-o", "no.stray"]),
        ("fit-unneeded", ["fit", "-d", "knn", "-f", "train.safetensors", *HEAD, "-o", "no.stray"]),
        ("fit-lacking", ["fit", "-d", "energy", "-f", "train.safetensors", "-o", "no.stray"]),
        ("fit-space", ["fit", "-d", "knn", "-f", "train.safetensors", "--calibration", "net-test.safetensors", "-o", "no.stray"]),
    ]  # fmt: skip
    yield [
        *[(f"score-{plain(d)}", ["score", "-D", f"{plain(d)}.stray", "-f", f"{s}.safetensors", "-o", f"scores-{plain(d)}.csv"])
          for d, s in [(d, "test") for d in {**DETECTORS, **VARIANTS}]],
        *[(f"score-{d}-{s}", ["score", "-D", f"{d}.stray", "-f", f"{s}.safetensors", "-o", f"{s}-{d}.csv"])
          for d in ["knn", "vim"] for s in ["bars", "checks"]],
        ("score-jsonl", ["score", "-D", "images.stray", "-i", "../in/test", "--neighbours", "3", "-o", "images.jsonl"]),
        ("score-images", ["score", "-D", "images.stray", "-i", "../in/zoo", "--neighbours", "2", "-o", "zoo.csv"]),
        ("score-json", ["score", "-D", "images.stray", "-i", "../in/zoo", "--neighbours", "2", "--json"]),
        ("score-stdout", ["score", "-D", "share.stray", "-f", "bars.safetensors"]),
        ("score-none", ["score", "-D", "none.stray", "-f", "bars.safetensors", "-o", "none.csv"]),
        ("score-names", ["score", "-D", "names.stray", "-i", "../in/bars", "-o", "names.csv"]),
        ("score-words", ["score", "-D", "words.stray", "-i", "../in/test.zip", "-o", "words.jsonl"]),
        ("score-captions", ["score", "-D", "captions.stray", "-i", "../in/list.tsv", "--limit", "9", "-o", "captions.csv"]),
        ("score-logits", ["score", "-D", "logits.stray", "-f", "net-bars.safetensors", "-o", "logits.csv"]),
        ("score-net", ["score", "-D", "net.stray", "-i", "../in/test.tar.gz", "-o", "net.csv"]),
        ("score-space", ["score", "-D", "knn.stray", "-f", "net-test.safetensors"]),
        ("score-missing", ["score", "-D", "nowhere.stray", "-f", "test.safetensors"]),
        ("score-no-gallery", ["score", "-D", "share.stray", "-f", "test.safetensors", "--neighbours", "2"]),
        ("accuracy-head", ["accuracy", "-f", "test.safetensors", "--head", "head.safetensors", "--json"]),
        ("accuracy-text", ["accuracy", "-f", "test.safetensors", "--class-embeddings", "text-paper.safetensors", "--json"]),
        ("accuracy-knn", ["accuracy", "-f", "test.safetensors", "--neighbours", "train.safetensors", "--k", "7"]),
        ("accuracy-labels", ["accuracy", "-f", "in-zoo.safetensors", "--neighbours", "train.safetensors"]),
        ("audit", ["audit", "--id", "../in/train", "--id-test", "../in/test", "--ood", "../in/bars", "--ood", "../in/checks", "-m", "tiny", "-o", "audit", "--json"]),
        ("audit-names", ["audit", "--id", "../in/train", "--ood", "../in/checks", "-m", "tiny", "--classes", "../in/classes.txt", "--ood-classes", "../in/ood-classes.txt", "-o", "audit-names"]),
        ("attack", ["attack", "-m", "tiny", "--id", "../in/train", "--ood", "../in/bars", "--limit", "4", "--steps", "5", "--batch", "3", "-o", "attack", "--json"]),
        ("attack-pgd", ["attack", "-m", "net", "--id", "../in/train", "--id-test", "../in/test", "--ood", "../in/checks", "--limit", "3", "--method", "pgd", "--steps", "4",
                        "--head", "head-net.safetensors", "-o", "attack-pgd"]),
        ("attack-text", ["attack", "-m", "tiny", "--id", "../in/train", "--ood", "../in/zoo", "--limit", "3", "--steps", "3", "--classes", "../in/classes.txt", "--lambda", "0", "-o", "attack-text"]),
        ("bench", ["bench", "run", "../in/suite.yaml", "-o", "study"]),
        ("bench-bad", ["bench", "run", "../in/bad-suite.yaml", "-o", "study-bad"]),
    ]  # fmt: skip
    yield [
        *[(f"evaluate-{c}", ["evaluate", "--id", "scores-knn.csv", "--ood", "bars-knn.csv", "--ood", "checks-knn.csv", "--convention", c, "--json"]) for c in CONVENTIONS],
        ("evaluate", ["evaluate", "--id", "scores-vim.csv", "--ood", "bars-vim.csv", "--ood", "checks-vim.csv", "--bootstrap", "50"]),
        ("evaluate-sets", ["evaluate", "--id", "demo/scores.csv#id", "--ood", "demo/scores.csv#noise", "--tpr", "0.8"]),
        ("evaluate-jsonl", ["evaluate", "--id", "images.jsonl", "--ood", "names.csv", "--higher-is", "ood", "--json"]),
        ("evaluate-set-missing", ["evaluate", "--id", "demo/scores.csv#id", "--ood", "demo/scores.csv#nothing"]),
        ("audit-again", ["audit", "--id", "../in/train", "--id-test", "../in/test", "--ood", "../in/bars", "--ood", "../in/checks", "-m", "tiny", "-o", "audit"]),
        ("attack-again", ["attack", "-m", "tiny", "--id", "../in/train", "--ood", "../in/bars", "--limit", "4", "--steps", "5", "--batch", "3", "-o", "attack"]),
        ("bench-again", ["bench", "run", "../in/suite.yaml", "-o", "study", "--json"]),
        ("bench-part", ["bench", "run", "../in/suite.yaml", "-o", "study-part", "--models", "tiny", "--detectors", "knn:k=3,mcm", "--only", "shapes/bars", "--limit", "8"]),
    ]  # fmt: skip
    yield [
        ("audit-decisions", ["audit", "--decisions", "../in/decisions.tsv", "-o", "audit"]),
        ("cache-list", ["cache", "list"]),
        ("cache-verify", ["cache", "verify"]),
        ("cache-clean", ["cache", "clean", "--unused-for", "30d"]),
    ]


def run(checkout, folder, name, arguments):
    """Runs a command in the folder; leaves commands/NAME.out, .err and .rc."""
    environment = {**os.environ, "STRAY_HOME": f"{folder}/home", "STRAY_OFFLINE": "1", "LC_ALL": "C.UTF-8", "COLUMNS": "80"}
    try:
        done = subprocess.run([f"{checkout}/stray", *arguments], cwd=folder, env=environment, capture_output=True, stdin=subprocess.DEVNULL, timeout=LONGEST)
        out, err, code = done.stdout, done.stderr, done.returncode
    except subprocess.TimeoutExpired as e:
        out, err, code = e.stdout or b"", e.stderr or b"", f"none after {LONGEST} s"
    for kind, content in [("out", out), ("err", err), ("rc", f"{code}\n".encode())]:
        with open(f"{folder}/commands/{name}.{kind}", "wb") as file:
            file.write(content)
    return out.decode("utf-8", "replace")


def run_helps(checkout, folder, command):
    """--help of a command and of all below it."""
    text = run(checkout, folder, "help-" + ("-".join(command) or "stray"), [*command, "--help"])
    below = text.split("\nCommands:\n")[1].split("\n\n")[0] if "\nCommands:\n" in text else ""
    for name in re.findall(r"^  ([a-z]+)  ", below, re.M):
        if name != "test":
            run_helps(checkout, folder, [*command, name])


def run_all(checkout, folder, what):
    os.makedirs(f"{folder}/commands")
    run_helps(checkout, folder, [])
    helped = open(f"{folder}/commands/help-fit.out").read().split("\nDetectors:\n")[-1]
    unknown = set(re.findall(r"^  ([a-z+-]+): ", helped, re.M)) ^ {d.split(":")[0] for d in DETECTORS}
    if unknown:
        sys.exit(f"compare_with.py: the detectors {sorted(unknown)} are in 'fit --help' or in DETECTORS, but not in both")
    for commands in stages():
        print(f"{what}: {', '.join(name for name, _ in commands)}", file=sys.stderr, flush=True)
        with concurrent.futures.ThreadPoolExecutor(max(1, (os.cpu_count() or 2) // 2 + 1)) as pool:
            list(pool.map(lambda command: run(checkout, folder, *command), commands))


def steady(value):
    """A JSON value without what changes from run to run; keys, and names of the tensors of a detector, in their order."""
    if isinstance(value, dict):
        return {key: "CHANGING" if key in CHANGING else steady(sorted(value[key]) if key == "state" else value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [steady(part) for part in value]
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return steady(parsed(value))
        except ValueError:
            pass
    return steady_text(value.encode()).decode() if isinstance(value, str) else value


def parsed(text):
    """JSON whose numbers stay as they are written."""
    return json.loads(text, parse_float=lambda number: f"number {number}", parse_int=lambda number: f"number {number}")


def steady_text(content):
    for pattern, name in CHANGING_TEXT:
        content = pattern.sub(name, content)
    return re.sub(rb"\b[0-9a-f]{64}\b", lambda digest: MADE.get(digest[0], digest[0]), content)


def pretty(value):
    return json.dumps(steady(value), indent=1, ensure_ascii=False).encode()


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def comparable(path):
    """The content of a file without what may differ."""
    with open(path, "rb") as file:
        content = file.read()
    suffix = os.path.splitext(path)[1]
    if suffix in (".safetensors", ".stray") and len(content) > 8:
        length = struct.unpack("<Q", content[:8])[0]
        header, data = parsed(content[8 : 8 + length].decode()), content[8 + length :]
        for name, tensor in header.items():
            if name != "__metadata__":
                begin, end = (int(offset.split()[1]) for offset in tensor.pop("data_offsets"))
                tensor["sha256"] = hashlib.sha256(data[begin:end]).hexdigest()
        return pretty(header)
    if suffix in (".json", ".out") and content[:1] in (b"{", b"["):
        try:
            return pretty(parsed(content.decode()))
        except ValueError:
            return steady_text(content)
    if suffix == ".jsonl":
        return b"\n".join(pretty(parsed(line)) for line in content.decode().splitlines())
    if suffix == ".err":
        return b"\n".join(line for line in re.split(rb"[\r\n]+", steady_text(content)) if not re.search(rb"RATE|\(\d+ %\)", line))
    if suffix == ".html":  # names and values, such as those of the provenance, in any order
        return re.sub(rb"(<div><dt>.*?</dd></div>\s*)+", lambda run: b"\n".join(sorted(run[0].splitlines())), steady_text(content))
    if suffix in (".out", ".md", ".txt"):
        return steady_text(content)
    return content


def files(folder):
    return {os.path.relpath(f"{place}/{name}", folder) for place, _, names in os.walk(folder) for name in names if not name.endswith(".lock")}


def first_difference(old, new):
    """The first lines that differ, or the sizes of what is no text."""
    try:
        sides = [content.decode().splitlines() for content in (old, new)]
    except UnicodeDecodeError:
        return f" ({len(old)} and {len(new)} bytes)"
    changed = [line for line in list(difflib.unified_diff(*sides, lineterm="", n=0))[2:] if line[:1] in "+-"]
    return "".join(f"\n    {line[:300]}" for line in changed[:6])


def compare(old, new, messages, quiet):
    for folder in (old, new):
        for name in files(folder):
            if name.endswith((".safetensors", ".stray")):
                MADE[sha256(f"{folder}/{name}").encode()] = f"DIGEST OF {name}".encode()
    counts = {"same": 0, "differs": 0, "missing": 0, "message": 0}
    for name in sorted(files(old) | files(new)):
        paths = [f"{old}/{name}", f"{new}/{name}"]
        absent = [side for side, path in zip(["old", "new"], paths) if not os.path.exists(path)]
        if absent:
            counts["missing"] += 1
            print(f"missing in {absent[0]}: {name}")
            continue
        contents = [comparable(path) for path in paths]
        if contents[0] == contents[1]:
            kind = "same"
        else:
            kind = "message" if name.endswith(".err") and not messages else "differs"
        counts[kind] += 1
        if kind != "same" or not quiet:
            print(f"{kind}: {name}{'' if kind == 'same' else first_difference(*contents)}")
    codes = {name: open(f"{old}/commands/{name}.rc").read().strip() for name in sorted(n[9:-3] for n in files(old) if n.endswith(".rc"))}
    failing = [f"{name} {code}" for name, code in codes.items() if code != "0"]
    print(f"{len(codes)} commands; exit codes other than 0 of the older state: {', '.join(failing)}")
    print("{same} same, {differs} differ, {missing} missing on one side; {message} messages on standard error differ".format(**counts))
    return 1 if counts["differs"] + counts["missing"] else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", help="commit, or folder of a built checkout")
    parser.add_argument("--new", metavar="CHECKOUT", default=ROOT, help="a built checkout to compare instead of this one")
    parser.add_argument("--keep", metavar="DIR", help="work in DIR, which must not exist, and leave it")
    parser.add_argument("--messages", action="store_true", help="differences in standard error count")
    parser.add_argument("--quiet", action="store_true", help="no line for what is the same")
    options = parser.parse_args()

    work = os.path.abspath(options.keep or tempfile.mkdtemp(prefix="stray-compare-"))
    os.makedirs(work, exist_ok=not options.keep)
    worktree = None
    try:
        if os.path.exists(f"{options.old}/stray"):
            old = os.path.abspath(options.old)
        else:
            old = worktree = f"{work}/commit"
            subprocess.run(["git", "-C", ROOT, "worktree", "add", "--quiet", "--detach", worktree, options.old], check=True)
        new = os.path.abspath(options.new)
        for checkout in (old, new):
            subprocess.run([f"{checkout}/stray", "--version"], check=True, stdout=subprocess.DEVNULL)
        os.mkdir(f"{work}/in")
        draw_inputs(f"{work}/in")
        # Both run in a folder of the same name, since names of folders are in files and in digests.
        for what, checkout in (("old", old), ("new", new)):
            run_all(checkout, f"{work}/run", what)
            os.rename(f"{work}/run", f"{work}/{what}")
        return compare(f"{work}/old", f"{work}/new", options.messages, options.quiet)
    finally:
        if worktree and os.path.exists(worktree):
            subprocess.run(["git", "-C", ROOT, "worktree", "remove", "--force", worktree], check=False)
        if not options.keep:
            shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
