#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Plants copies, ID images and wrong labels in real sets, audits them, and prints the figures of docs/audit.md.

ID is the 10,000 CIFAR-10 training images of the test data (STRAY_SHARED, default ../shared) or, with --net mobilenet-v1,
imagenette; ID test its test images; OOD the textures of dtd10 with planted: 50 exact copies of ID training images (half of
them of imagenette as PNG files), 50 near copies (resized, compressed as JPEG, cropped by 5 %, mirrored, or two of these),
and 50 ID test images that the ID test set then lacks. 100 labels of the ID training set are changed (CIFAR-10 only).
Needs Debian's python3-pil and python3-numpy. What is found is compared with what was planted by the samples' ids.

    tools/audit_planted.py [--net resnet56] [--sheet] [WORK_FOLDER]

--sheet writes the first 100 near copies that were not planted as one picture, WORK_FOLDER/alarms.png.
"""

import argparse
import collections
import io
import json
import lzma
import os
import pathlib
import random
import sys
import time
import zipfile

import numpy
from PIL import Image, ImageDraw

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from attack_real import NETWORKS  # noqa: E402
from real_input import ROOT, stray  # noqa: E402

SHARED = pathlib.Path(os.environ.get("STRAY_SHARED", ROOT.parent / "shared"))
IMAGES = SHARED / "data" / "images"
PLANTED = 50
FLIPPED = 100


def cifar(name):
    """Labels and pictures of one file, in its order."""
    raw = numpy.frombuffer(lzma.open(IMAGES / name).read(), numpy.uint8).reshape(-1, 3073)
    return raw[:, 0].copy(), raw[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)


def write_cifar(path, labels, pictures):
    planes = pictures.transpose(0, 3, 1, 2).reshape(len(pictures), -1)
    path.write_bytes(numpy.concatenate([labels[:, None], planes], axis=1).astype(numpy.uint8).tobytes())


def jpeg(picture, quality):
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=quality)
    return Image.open(io.BytesIO(held.getvalue())).convert("RGB")


def cropped(picture, dice):
    """A window of 95 % of each side, anywhere."""
    width, height = picture.size
    w, h = round(width * 0.95), round(height * 0.95)
    left, top = dice.randint(0, width - w), dice.randint(0, height - h)
    return picture.crop((left, top, left + w, top + h))


def resized(picture, dice):
    factor = dice.choice([0.75, 0.875, 1.25, 1.5])
    return picture.resize([max(1, round(side * factor)) for side in picture.size], Image.BICUBIC)


def mirrored(picture, dice):
    return picture.transpose(Image.FLIP_LEFT_RIGHT)


def recompressed(picture, dice):
    return jpeg(picture, dice.choice([50, 75, 90]))


CHANGES = {
    "resized": [resized],
    "recompressed": [recompressed],
    "cropped": [cropped],
    "mirrored": [mirrored],
    "cropped, recompressed": [cropped, recompressed],
}


def sets(work, net, dice):
    """Writes the sets; returns their specs, what was planted by id, and the rows with changed labels."""
    ood = work / "ood"
    ood.mkdir()
    with zipfile.ZipFile(IMAGES / "dtd10.zip") as archive:
        for name in archive.namelist():
            if name.lower().endswith((".jpg", ".png")):
                (ood / name.replace("/", "-")).write_bytes(archive.read(name))
    flipped = {}
    if net == "mobilenet-v1":
        members = {}
        with zipfile.ZipFile(IMAGES / "imagenette-val224.zip") as archive:
            for name in sorted(archive.namelist()):
                if name.lower().endswith((".jpg", ".jpeg", ".png")):
                    members[name] = archive.read(name)
        names = list(members)
        dice.shuffle(names)
        test, train = names[:150], names[150:]
        for folder, part in (("id", train), ("id-test", test[PLANTED:])):
            for name in part:
                target = work / folder / pathlib.Path(name).parent.name / pathlib.Path(name).name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(members[name])

        def picture(name):
            return Image.open(io.BytesIO(members[name])).convert("RGB")

        originals = [(f"{pathlib.Path(n).parent.name}/{pathlib.Path(n).name}", picture(n))
                     for n in dice.sample(train, 2 * PLANTED)]
        inside = [(n, picture(n)) for n in test[:PLANTED]]
        specs = [str(work / "id"), str(work / "id-test")]
    else:
        labels, pictures = cifar("cifar10-train1000pc.bin.xz")
        for row in dice.sample(range(len(labels)), FLIPPED):
            flipped[str(row)] = int(labels[row])
            labels[row] = (labels[row] + dice.randint(1, 9)) % 10
        write_cifar(work / "train.bin", labels, pictures)
        test_labels, test_pictures = cifar("cifar10-test.bin.xz")
        write_cifar(work / "test.bin", test_labels[PLANTED:], test_pictures[PLANTED:])
        originals = [(str(row), Image.fromarray(pictures[row])) for row in dice.sample(range(len(labels)), 2 * PLANTED)]
        inside = [(str(row), Image.fromarray(test_pictures[row])) for row in range(PLANTED)]
        specs = [f"cifar10:{work / 'train.bin'}", f"cifar10:{work / 'test.bin'}"]
    planted = {}
    for i, (name, image) in enumerate(originals[:PLANTED]):
        image.save(ood / f"exact-{i:02}.png")
        planted[f"exact-{i:02}.png"] = (name, "exact")
    for i, (name, image) in enumerate(originals[PLANTED:]):
        kind = list(CHANGES)[i % len(CHANGES)]
        for change in CHANGES[kind]:
            image = change(image, dice)
        image.save(ood / f"near-{i:02}.png")
        planted[f"near-{i:02}.png"] = (name, kind)
    for i, (name, image) in enumerate(inside):
        image.save(ood / f"inside-{i:02}.png")
        planted[f"inside-{i:02}.png"] = (name, "inside")
    return specs, str(ood), planted, flipped


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--net", default="resnet56", choices=["resnet20", "resnet56", "mobilenet-v1"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sheet", action="store_true")
    parser.add_argument("work", nargs="?", default="/tmp/stray-audit", type=pathlib.Path)
    options = parser.parse_args()
    work = options.work / f"{options.net}-{options.seed}"
    work.mkdir(parents=True, exist_ok=False)
    dice = random.Random(options.seed)
    (train, test), ood, planted, flipped = sets(work, options.net, dice)
    home = work / "home"
    file, *flags = NETWORKS[options.net]
    stray("models", "add", SHARED / "models" / file, "--name", options.net, *flags, home=home)
    begun = time.monotonic()
    stray("audit", "--id", train, "--id-test", test, "--ood", ood, "-m", options.net, "-o", work / "audit", home=home)
    print(f"audited in {time.monotonic() - begun:.0f} s")
    audit = json.loads((work / "audit" / "audit.json").read_text())

    found = collections.defaultdict(set)
    for kind in ("exact_duplicates", "near_duplicates"):
        for finding in audit[kind]["findings"]:
            one = (finding["set"], finding["id"])
            other = (finding["beside"][0]["set"], finding["beside"][0]["id"])
            found[kind].add((one, other))
    kinds = collections.Counter()
    totals = collections.Counter()
    for name, (original, kind) in planted.items():
        if kind != "inside":
            totals[kind] += 1
            where = "exact_duplicates" if kind == "exact" else "near_duplicates"
            kinds[kind] += ((("ood", name), ("id", original)) in found[where])
    for kind in totals:
        print(f"{kind}: {kinds[kind]} of {totals[kind]} found")
    near = audit["near_duplicates"]["findings"]
    natural = [f for f in near if f["id"] not in planted and f["beside"][0]["id"] not in planted]
    planted_near = {name for name, (_, kind) in planted.items() if kind not in ("exact", "inside")}
    others = [f for f in near if f not in natural and f["id"] not in planted_near]
    print(f"near copies in all: {len(near)}; of images that were not planted: {len(natural)}, "
          f"{sum(f['across'] for f in natural)} of them between sets; of planted exact copies and ID images: {len(others)}")
    print(f"exact copies in all: {audit['exact_duplicates']['total']}")

    content = audit["id_content"]
    ids = [f["id"] for f in content["findings"]]
    inside = sum(i.startswith("inside") for i in ids)
    copies = sum(i.startswith(("exact", "near")) for i in ids)
    print(f"ID content: {inside} of {PLANTED} planted ID test images, {copies} of {2 * PLANTED} copies, "
          f"{len(ids) - inside - copies} of {len(os.listdir(ood)) - 3 * PLANTED} textures; "
          f"{content['recognised']:.3f} of ID test images recognised")
    if flipped:
        suspects = [f["id"] for f in audit["label_noise"]["findings"]]
        right = [s for s in suspects if s in flipped]
        names = {str(row): label for row, label in flipped.items()}
        classes = "airplane automobile bird cat deer dog frog horse ship truck".split()
        corrected = sum(classes[names[f["id"]]] == f["suggested"]
                        for f in audit["label_noise"]["findings"] if f["id"] in flipped)
        first = sum(s in flipped for s in suspects[:FLIPPED])
        print(f"label noise: {len(right)} of {FLIPPED} changed labels among {len(suspects)} suspects, {corrected} with the "
              f"right class; {first} of the first {FLIPPED} suspects were changed")
    print(json.dumps(audit["saturation"], indent=1))
    if options.sheet:
        sheet(work, train, test, natural[:100])


def sheet(work, train, test, pairs):
    """A contact sheet of pairs, their likeness below."""
    def opener(spec):
        if not spec.startswith("cifar10:"):
            return lambda name: Image.open(pathlib.Path(spec) / name).convert("RGB")
        raw = numpy.fromfile(spec.split(":", 1)[1], numpy.uint8).reshape(-1, 3073)[:, 1:].reshape(-1, 3, 32, 32)
        return lambda name: Image.fromarray(raw[int(name)].transpose(1, 2, 0))

    openers = {"id": opener(train), "id-test": opener(test), "ood": opener(str(work / "ood"))}
    out = Image.new("RGB", (10 * 144, -(-len(pairs) // 10) * 84))
    draw = ImageDraw.Draw(out)
    for i, pair in enumerate(pairs):
        x, y = i % 10 * 144, i // 10 * 84
        for column, sample in enumerate((pair, pair["beside"][0])):
            out.paste(openers[sample["set"]](sample["id"]).resize((68, 68)), (x + 70 * column, y))
        draw.text((x, y + 69), f"{pair['similarity']:.2f} {pair['detail']:.2f} {pair['set']}")
    out.save(work / "alarms.png")


if __name__ == "__main__":
    main()
