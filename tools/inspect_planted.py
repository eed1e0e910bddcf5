#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plants strangers, copies and spoilt images in sets of real images, and measures what is found: the tables of docs/inspect.md.

Images come from the test data (STRAY_SHARED, default ../shared). Belonging are scenes (intel-scenes, sun-scenes) or the ten
kinds of imagenette; strangers are far (blood cells, digits, magnetic tiles, house numbers, drawn screens) and near (imagewoof,
flowers, groceries, textures), and every draw takes from both pools. Copies are encoded again, halved, cropped by 5 %, or
mirrored; ruined images dark, light, blurred, or empty. A pool of all is extracted once a network; each draw is a choice of it.
The same features are ranked by cleanlab (OutOfDistribution, its mean distance of 10 neighbours).

    tools/inspect_planted.py [--draws 12] [--networks mobilenetv2,stray-mini] WORK_FOLDER

Needs tools/measures/requirements.txt. STRAY_CLASSPATH: classes of Stray, where they do not lie in the distribution.
"""
import argparse
import collections
import glob
import io
import json
import os
import pathlib
import random
import subprocess
import sys
import zipfile

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from attack_real import NETWORKS  # noqa: E402
from real_input import NETWORKS as MORE_NETWORKS, ROOT, install, stray, tensor  # noqa: E402

SHARED = pathlib.Path(os.environ.get("STRAY_SHARED", ROOT.parent / "shared")).resolve()
LITE0 = ["efficientnet_lite0_imagenet.onnx", "--input-size", "224", "--resize", "shortest:256", "--crop", "center:224",
         "--interpolation", "bicubic", "--mean", ".498,.498,.498", "--std", ".502,.502,.502", "--output", "features,logits"]
FAR = {"blood": ("bccd", 40), "digits": ("mnist-test", 60), "tiles": ("magnetic-tile", 60), "numbers": ("svhn-samples", 60)}
NEAR = {"woof": ("imagewoof-val224", 80), "flowers": ("flowers17", 80), "groceries": ("grocery-test", 80),
        "textures": ("dtd10", 80)}
CHANGES = ["encoded", "halved", "cropped", "mirrored"]
RUINS = ["dark", "light", "blurred", "soft", "empty"]
BELONGING = 300


def archive(name, wanted=lambda n: True):
    """Names and bytes of the images in an archive of the test data."""
    with zipfile.ZipFile(SHARED / "data" / "images" / f"{name}.zip") as z:
        names = sorted(n for n in z.namelist() if n.lower().endswith((".jpg", ".jpeg", ".png")) and wanted(n))
        return [(n, z.read(n)) for n in names]


def screen(dice):
    """A drawn screen: windows with bars and lines of text."""
    image = Image.new("RGB", (320, 240), tuple(dice.randrange(256) for _ in range(3)))
    draw = ImageDraw.Draw(image)
    for _ in range(dice.randrange(1, 4)):
        x, y = dice.randrange(0, 180), dice.randrange(0, 120)
        w, h = dice.randrange(90, 320 - x), dice.randrange(60, 240 - y)
        draw.rectangle([x, y, x + w, y + h], fill=(250, 250, 248), outline=(90, 90, 90))
        draw.rectangle([x, y, x + w, y + 12], fill=tuple(dice.randrange(40, 200) for _ in range(3)))
        for line in range(y + 18, y + h - 8, 12):
            words = " ".join("".join(dice.choice("abcdefghilmnoprstu") for _ in range(dice.randrange(2, 9))) for _ in range(12))
            draw.text((x + 5, line), words[: w // 7], fill=(30, 30, 30))
    return image


def changed(data, how):
    image = Image.open(io.BytesIO(data)).convert("RGB")
    w, h = image.size
    if how == "halved":
        image = image.resize((max(1, w // 2), max(1, h // 2)), Image.Resampling.BICUBIC)
    elif how == "cropped":
        image = image.crop((int(w * .03), int(h * .02), int(w * .03) + int(w * .95), int(h * .02) + int(h * .95)))
    elif how == "mirrored":
        image = ImageOps.mirror(image)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=60 if how == "encoded" else 88)
    return out.getvalue()


def ruined(data, how):
    image = Image.open(io.BytesIO(data)).convert("RGB")
    if how == "dark":
        image = ImageEnhance.Brightness(image).enhance(.2)
    elif how == "light":
        image = Image.blend(image, Image.new("RGB", image.size, "white"), .98)
    elif how == "blurred":
        image = image.filter(ImageFilter.GaussianBlur(.04 * max(image.size)))
    elif how == "soft":
        image = image.filter(ImageFilter.GaussianBlur(.015 * max(image.size)))
    else:
        image = Image.new("RGB", image.size, (90, 120, 200))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


def pool(folder):
    """Writes all images there are to choose from; ids by kind."""
    dice = random.Random(20261201)
    kinds = collections.defaultdict(list)
    data = {}

    def put(kind, name, content):
        kept = f"{kind}-{pathlib.PurePath(name).stem}{pathlib.PurePath(name).suffix.lower()}".replace(".jpeg", ".jpg")
        data[kept] = content
        kinds[kind].append(kept)
        return kept

    for source in ["intel-scenes", "sun-scenes"]:
        for name, content in archive(source):
            put("scenes", name, content)
    for name, content in archive("imagenette-val224"):
        put("nette." + pathlib.PurePath(name).parent.name, name, content)
    for kind, (source, most) in {**FAR, **NEAR}.items():
        images = archive(source, lambda n: kind != "tiles" or "/good/" in n)
        for name, content in dice.sample(images, min(most, len(images))):
            put(kind, name, content)
    for i in range(60):
        out = io.BytesIO()
        screen(dice).save(out, "PNG")
        put("screens", f"{i}.png", out.getvalue())
    copies, spoilt = {}, {}
    for kind in ["scenes", *FAR, *NEAR, "screens"]:
        for at, original in enumerate(dice.sample(kinds[kind], 100 if kind == "scenes" else 16)):
            how = CHANGES[at % 4]
            copies[original] = put(f"copy.{how}", original.replace(".png", ".jpg"), changed(data[original], how))
    for at, original in enumerate(dice.sample(kinds["scenes"], 150)):
        how = RUINS[at % len(RUINS)]
        spoilt[put(f"ruin.{how}", original, ruined(data[original], how))] = how
    folder.mkdir(parents=True)
    for name, content in data.items():
        (folder / name).write_bytes(content)
    return {"kinds": kinds, "copies": copies, "spoilt": spoilt}


class Draws:
    def __init__(self, made, seed):
        self.kinds, self.copies, self.spoilt = made["kinds"], made["copies"], made["spoilt"]
        self.dice = random.Random(seed)
        self.nette = sorted(k for k in self.kinds if k.startswith("nette."))

    def scenes(self, n=BELONGING):
        return self.dice.sample(self.kinds["scenes"], n)

    def ten(self, counts):
        chosen = [self.dice.sample(self.kinds[k], n) for k, n in zip(self.nette, counts)]
        return [i for each in chosen for i in each], [c for c, each in enumerate(chosen) for _ in each]

    def strange(self, kinds, n):
        """n strangers of some kinds, far and near by turns."""
        far = self.dice.sample([*FAR, "screens"], len([*FAR, "screens"]))
        near = self.dice.sample(list(NEAR), len(NEAR))
        order = [k for pair in zip(far, near) for k in pair] + far[len(near):]
        if kinds == 1:
            order = [self.dice.choice(order)]
        share = [n // kinds + (i < n % kinds) for i in range(kinds)]
        return [i for kind, many in zip(order, share) for i in self.dice.sample(self.kinds[kind], many)]

    def draw(self, title, ids, strangers, classes=None, copies=(), spoilt=()):
        all_ids = [*ids, *strangers, *[copy for _, copy in copies], *spoilt]
        labels = None
        if classes is not None:
            labels = classes + [self.dice.randrange(10) for _ in range(len(all_ids) - len(classes))]
        place = list(range(len(all_ids)))
        self.dice.shuffle(place)
        return {"kind": title, "ids": [all_ids[p] for p in place], "strangers": list(strangers),
                "classes": None if labels is None else [labels[p] for p in place],
                "copies": [list(pair) for pair in copies], "spoilt": list(spoilt)}

    def one(self):
        flat = [30] * 10
        unequal = [100, 60, 40, 30, 20, 16, 12, 10, 7, 5]
        unequal = [min(n, 40) for n in unequal]
        yield self.draw("scenes, 12 of two kinds", self.scenes(), self.strange(2, 12))
        yield self.draw("scenes, 12 of one kind", self.scenes(), self.strange(1, 12))
        yield self.draw("scenes, 40 of five kinds", self.scenes(), self.strange(5, 40))
        yield self.draw("scenes, 40 of one kind", self.scenes(), self.strange(1, 40))
        ids, labels = self.ten(flat)
        yield self.draw("ten kinds, 12 of two kinds", ids, self.strange(2, 12))
        ids, labels = self.ten(flat)
        yield self.draw("ten class folders, 12 of two kinds", ids, self.strange(2, 12), labels)
        ids, labels = self.ten(flat)
        yield self.draw("ten class folders, 12 of one kind", ids, self.strange(1, 12), labels)
        ids, labels = self.ten(flat)
        yield self.draw("ten class folders, 40 of five kinds", ids, self.strange(5, 40), labels)
        ids, labels = self.ten(unequal)
        yield self.draw("ten kinds out of balance, 12 of two kinds", ids, self.strange(2, 12))
        ids, labels = self.ten([37] * 7 + [35, 6, 0])
        yield self.draw("class folders, one of six, 12 of two kinds", ids, self.strange(2, 12), labels)
        strangers = []
        while len(strangers) != 12:
            kind = self.dice.choice([*FAR, *NEAR, "screens"])
            changed_ones = [i for i in self.kinds[kind] if i in self.copies]
            others = [i for i in self.kinds[kind] if i not in self.copies]
            strangers = self.dice.sample(changed_ones, 6) + self.dice.sample(others, 6)
        doubled = [(i, self.copies[i]) for i in strangers if i in self.copies]
        scenes = self.scenes()
        doubled_scenes = [(i, self.copies[i]) for i in scenes if i in self.copies][:12]
        yield self.draw("scenes, 12 of one kind, 6 of them twice", scenes,
                        strangers + [copy for _, copy in doubled], copies=doubled_scenes)
        spoilt = self.dice.sample(sorted(self.spoilt), 30)
        yield self.draw("scenes, 12 of two kinds, 30 ruined", self.scenes(), self.strange(2, 12), spoilt=spoilt)
        yield self.draw("scenes, clean", self.scenes(), [])
        ids, labels = self.ten(flat)
        yield self.draw("ten class folders, clean", ids, [], labels)


def precision(distances, positive):
    """Average precision, strangest first, ties to the lower index."""
    order = np.argsort(-np.asarray(distances), kind="stable")
    hits = np.asarray(positive)[order]
    n = int(hits.sum())
    if n == 0:
        return float("nan"), float("nan")
    at = np.flatnonzero(hits)
    return float(np.mean(np.arange(1, n + 1) / (at + 1))), float(hits[:n].mean())


def cleanlab_distances(features):
    from cleanlab.outlier import OutOfDistribution
    return 1 - OutOfDistribution({"k": 10}).fit_score(features=features, verbose=False)


def classpath():
    if "STRAY_CLASSPATH" in os.environ:
        return os.environ["STRAY_CLASSPATH"]
    return ":".join(glob.glob(str(ROOT / "cli/target/dist/stray/lib/*.jar")))


def ids_of(features):
    data = features.read_bytes()
    end = 8 + int.from_bytes(data[:8], "little")
    start, stop = json.loads(data[8:end])["ids"]["data_offsets"]
    return data[end + start:end + stop].decode().splitlines()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--draws", type=int, default=12)
    parser.add_argument("--networks", default="mobilenetv2,lite0,mobilenet-v1,stray-mini")
    parser.add_argument("work", type=pathlib.Path)
    arguments = parser.parse_args()
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    home = work / "home"
    if not (work / "pool.json").exists():
        (work / "pool.json").write_text(json.dumps(pool(work / "pool")))
    made = json.loads((work / "pool.json").read_text())
    draws = [draw for seed in range(arguments.draws) for draw in Draws(made, 1000 + seed).one()]
    (work / "draws.json").write_text(json.dumps(draws))
    networks = arguments.networks.split(",")
    known = {**NETWORKS, **MORE_NETWORKS, "lite0": LITE0}
    install({n: known[n] for n in networks if n != "stray-mini"}, SHARED / "models", home)
    for network in networks:
        features = work / f"{network}.safetensors"
        if not features.exists():
            stray("extract", "-m", network, "-i", work / "pool", "-o", features, home=home)
        out = work / f"{network}.json"
        subprocess.run([os.environ.get("STRAY_JAVA", "java"), "--add-modules", "jdk.incubator.vector", "-cp", classpath(),
                        str(ROOT / "tools/measures/Planted.java"), str(work / "pool"), str(features),
                        str(work / "draws.json"), str(out)], check=True, stderr=subprocess.DEVNULL)
        report(network, draws, json.loads(out.read_text()), features, made)
        if network == networks[0]:
            pictures(draws, json.loads(out.read_text()), made)


def pictures(draws, found, made):
    """Copies and spoilt images: they are found by the pictures, and hardly depend on the network."""
    planted, hit, alarms, blur, flags = collections.Counter(), collections.Counter(), [], {}, collections.defaultdict(set)
    for draw, result in zip(draws, found):
        together = [set(group) for group in result["copies"]]
        pairs = [tuple(pair) for pair in draw["copies"]]
        strangers = set(draw["strangers"])
        pairs += [(i, made["copies"][i]) for i in strangers if made["copies"].get(i) in strangers]
        for original, copy in pairs:
            how = copy.split("-")[0].split(".")[1]
            planted[how] += 1
            hit[how] += any({original, copy} <= group for group in together)
        known = set(map(frozenset, pairs))
        if not draw["spoilt"]:
            alarms += [group for group in together if not any(pair <= group for pair in known)]
        blur.update(zip(draw["ids"], result["blur"]))
        for i, issue in result["spoilt"]:
            flags[i].add(issue)
    print("\n### Copies\n\n| change | planted | found |\n|---|---|---|")
    for how in CHANGES:
        print(f"| {how} | {planted[how]} | {hit[how]} |")
    kinds = collections.Counter(sorted(group)[0].split("-")[0] for group in alarms)
    print(f"\nGroups of copies that were not planted, all draws: {len(alarms)} {dict(kinds)}")
    ruined_ones = {i: how for i, how in made["spoilt"].items() if i in blur}
    print("\n### Spoilt\n\n| images | n | dark | light | blurry | low information | blur effect over 0.65 |\n|---|---|---|---|---|---|---|")
    sets = {how: [i for i, h in ruined_ones.items() if h == how] for how in RUINS}
    for kind in ["scenes", *FAR, *NEAR, "screens"]:
        sets[kind] = [i for i in blur if i.startswith(kind + "-")]
    sets["imagenette"] = [i for i in blur if i.startswith("nette.")]
    for name, ids in sets.items():
        share = lambda test: f"{sum(map(test, ids))}"  # noqa: E731
        print(f"| {name} | {len(ids)} | " + " | ".join(
            share(lambda i, k=k: k in flags[i]) for k in ["dark", "light", "blurry", "low_information"])
            + f" | {share(lambda i: blur[i] > .65)} |")


def report(network, draws, found, features, made):
    (n, d), values = tensor(features, "features")
    matrix = np.asarray(values, np.float32).reshape(n, d)
    place = {name: i for i, name in enumerate(ids_of(features))}
    rows = collections.defaultdict(list)
    for draw, result in zip(draws, found):
        strange, planted = set(draw["strangers"]), set(draw["spoilt"])
        # Planted ruined images stand in the ranking too; they are no mistake there, nor a hit.
        counted = [at for at, i in enumerate(draw["ids"]) if i not in planted]
        positive = [draw["ids"][at] in strange for at in counted]
        ours = precision(np.array(result["distances"])[counted], positive)
        theirs = precision(cleanlab_distances(matrix[[place[i] for i in draw["ids"]]])[counted], positive)
        ruined_ones = set(result["ruined"])
        judged = [i for i in draw["ids"] if i not in ruined_ones and i not in planted]
        called = set(result["called"])
        wanted = strange & set(judged)
        recall = len(called & strange) / len(wanted) if wanted else float("nan")
        alarms = len(called - strange - planted) / max(1, len([i for i in judged if i not in strange]))
        apart = len(set(result["apart"]) & strange) / len(strange) if strange else float("nan")
        groups = [set(g) for g in result["copies"]]
        pairs = draw["copies"]
        copies = sum(any({a, b} <= g for g in groups) for a, b in pairs) / len(pairs) if pairs else float("nan")
        rows[draw["kind"]].append([*ours, *theirs, recall, alarms, apart, copies])
    print(f"\n### {network}\n")
    print("| set | AP | P at n | AP cleanlab | P at n cleanlab | called | false alarms | apart | copies |")
    print("|---|---|---|---|---|---|---|---|---|")
    means = []
    for kind, each in rows.items():
        with np.errstate(all="ignore"):
            import warnings
            warnings.simplefilter("ignore")
            mean = np.nanmean(np.array(each), axis=0)
        means.append(mean)
        print(f"| {kind} | " + " | ".join("-" if np.isnan(v) else f"{v:.3f}" for v in mean) + " |")
    mean = np.nanmean(np.array(means), axis=0)
    print("| mean | " + " | ".join("-" if np.isnan(v) else f"{v:.3f}" for v in mean) + " |")


main()
