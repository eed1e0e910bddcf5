#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares `stray extract` with Pillow and onnxruntime-node on real images, and writes docs/extractors-check.md.

Pillow decodes, resizes and crops, NumPy normalises, onnxruntime-node (from npm, into the work folder) runs each image by
itself on one thread; nothing of Stray takes part but the cards. Compared is the norm of the difference of a row as a fraction
of the row's norm, and the cosine. Needs the test data (STRAY_SHARED, default ../shared), Debian's python3-pil and
python3-numpy, node and npm. Every stray command is printed on standard error before it runs.

    tools/onnxruntime_node.py [--version V] [--images N] [--write FILE] [--reference] [WORK_FOLDER]

--version V    of onnxruntime-node (default: that of the ONNX Runtime in the pom)
--images N     of each archive (default: 40)
--write FILE   the table as Markdown, otherwise on standard output
--reference    also writes what onnxruntime-node makes of the generated image into stray-mini's card
"""
import argparse
import base64
import io
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import zipfile

import numpy as np
import PIL
from PIL import Image, ImageOps, features as pillow_features

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools/golden"))
sys.dont_write_bytecode = True
from preprocess import by_pillow_13  # noqa: E402

SHARED = pathlib.Path(os.environ.get("STRAY_SHARED", ROOT.parent / "shared"))
MINI = ROOT / "vision/src/main/resources/io/github/stray/vision/model/stray-mini/extractor.json"
ARCHIVES = ["imagenette-val224", "flowers17", "sun-scenes", "dtd10", "tinyimagenet-val", "svhn-samples"]
IMAGENET = ["--interpolation", "bilinear", "--mean", ".485,.456,.406", "--std", ".229,.224,.225"]
LARGE = ["--input-size", "224", "--resize", "shortest:256", "--crop", "center:224", *IMAGENET]
SMALL = ["--input-size", "32", "--resize", "exact:32x32", "--crop", "none", *IMAGENET]
NETWORKS = {
    "resnet20_cifar10": [*SMALL, "--output", "features,logits"],
    "resnet56_cifar10": [*SMALL, "--output", "features,logits"],
    "mobilenet_v1_025_imagenet": [*LARGE, "--output", "features,logits"],
    "mobilenetv2_imagenet_int8_feat": [*LARGE, "--output", "features,logits=output"],
}
ROUNDING, COSINE = 1e-4, 0.9999
KERNELS = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}
NODE = """
const ort = require('onnxruntime-node'), fs = require('fs');
(async () => {
  const job = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
  const session = await ort.InferenceSession.create(job.network, {intraOpNumThreads: 1, interOpNumThreads: 1, executionProviders: ['cpu'], logSeverityLevel: 3});
  const all = fs.readFileSync(job.input), size = job.shape.reduce((a, b) => a * b), files = {};
  for (const name of job.outputs) files[name] = [];
  for (let i = 0; i < job.count; i++) {
    const copy = new Float32Array(all.buffer.slice(all.byteOffset + 4 * size * i, all.byteOffset + 4 * size * (i + 1)));
    const result = await session.run({[job.tensor]: new ort.Tensor('float32', copy, job.shape)}, job.outputs);
    for (const name of job.outputs) files[name].push(Buffer.from(new Float32Array(result[name].data).buffer));
  }
  job.outputs.forEach((name, k) => fs.writeFileSync(job.result + '.' + k, Buffer.concat(files[name])));
  console.log(JSON.stringify(ort.env.versions));
})().catch(e => { console.error(e); process.exit(1); });
"""


def stray(*arguments, home):
    words = [str(a) for a in arguments]
    print("+ stray " + " ".join(words), file=sys.stderr, flush=True)
    done = subprocess.run([ROOT / "stray", *words, "--quiet"], env={**os.environ, "STRAY_HOME": str(home)},
                          stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit("stray %s ended with exit code %d" % (" ".join(words), done.returncode))
    return done.stdout


def install(folder, version):
    folder.mkdir(parents=True, exist_ok=True)
    package = folder / "node_modules/onnxruntime-node/package.json"
    if not package.exists() or json.loads(package.read_text())["version"] != version:
        skip = {"ONNXRUNTIME_NODE_INSTALL": "skip", "ONNXRUNTIME_NODE_INSTALL_CUDA": "skip"}
        (folder / "package.json").write_text('{"private": true}\n')
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", "onnxruntime-node@" + version], cwd=folder,
                       env={**os.environ, **skip}, check=True, stdout=sys.stderr)
    (folder / "run.js").write_text(NODE)


def prepare(image, card):
    """What the card says, by Pillow and as torchvision does it; [3, h, w] in float32."""
    rule, kernel = card["resize"], KERNELS[card["interpolation"]]
    w, h = image.size
    if rule.startswith("shortest:"):
        size = int(rule.split(":")[1])
        to = (size, int(size * h / w)) if w <= h else (int(size * w / h), size)
    else:
        to = tuple(int(n) for n in rule.split(":")[1].split("x"))
    image = by_pillow_13(image, to, kernel)
    if card["crop"] != "none":
        side = int(card["crop"].split(":")[1])
        left, top = int(round((image.size[0] - side) / 2.0)), int(round((image.size[1] - side) / 2.0))
        image = image.crop((left, top, left + side, top + side))
    pixels = np.asarray(image, np.float64) * card["scale"]
    return ((pixels - card["mean"]) / card["std"]).transpose(2, 0, 1).astype(np.float32)


def by_node(work, card, folder, images):
    """Output name to rows, and the versions of the runtime."""
    job = {"network": str(folder / card["network"]), "tensor": card["input"]["tensor"], "count": len(images),
           "shape": [1, *images[0].shape], "input": str(work / "input.f32"), "result": str(work / "result"),
           "outputs": list(dict.fromkeys(layer["tensor"] for layer in card["layers"].values()))}
    np.stack(images).tofile(job["input"])
    (work / "job.json").write_text(json.dumps(job))
    done = subprocess.run(["node", work / "node/run.js", work / "job.json"], check=True, stdout=subprocess.PIPE, text=True)
    rows = {name: np.fromfile("%s.%d" % (job["result"], k), np.float32).reshape(len(images), -1)
            for k, name in enumerate(job["outputs"])}
    return rows, json.loads(done.stdout)


def unit(rows):
    rows = rows.astype(np.float64)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def tensors(path):
    data = path.read_bytes()
    end = 8 + struct.unpack("<Q", data[:8])[0]
    kinds, arrays = {"F32": "<f4", "U8": "u1", "I64": "<i8"}, {}
    for name, entry in json.loads(data[8:end]).items():
        if name != "__metadata__":
            start, stop = entry["data_offsets"]
            arrays[name] = np.frombuffer(data[end + start:end + stop], kinds[entry["dtype"]]).reshape(entry["shape"])
    return arrays


def generated():
    """The image of a card's reference: Java's SplittableRandom(0), a gradient with noise for each channel."""
    mask, state = (1 << 64) - 1, 0

    def seed():
        nonlocal state
        state = (state + 0x9E3779B97F4A7C15) & mask
        return state

    def double():
        z = seed()
        z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ z >> 27) * 0x94D049BB133111EB) & mask
        return ((z ^ z >> 31) >> 11) * 2.0 ** -53

    def integer(bound):
        while True:
            z = seed()
            z = ((z ^ z >> 33) * 0x62A9D9ED799705F5) & mask
            u = (((z ^ z >> 28) * 0xCB24D0A5C88C35B3) & mask) >> 33
            if u - u % bound + bound - 1 < 1 << 31:
                return u % bound

    slope = [double() - 0.5 for _ in range(6)]
    pixels = np.zeros((256, 256, 3), np.uint8)
    for y in range(256):
        for x in range(256):
            for c in range(3):
                value = 128 + slope[c] * (x - 128) + slope[3 + c] * (y - 128)
                pixels[y, x, c] = min(255, max(0, int(np.floor(value + (integer(41) - 20) + 0.5))))
    return Image.fromarray(pixels)


def write_reference(card, rows, versions):
    """Replaces the card's reference, its last entry, and leaves the rest of the text alone."""
    layers = {}
    for layer, entry in card["layers"].items():
        values = unit(rows[entry["tensor"]]) if entry["normalisation"] == "l2" else rows[entry["tensor"]]
        layers[layer] = base64.b64encode(values[0].astype("<f4")[:4096].tobytes()).decode()
    reference = {"origin": "onnxruntime-node %s (x64), pixels by Pillow %s" % (versions["node"], PIL.__version__),
                 "tolerance": ROUNDING, "layers": layers}
    text = re.sub(r',\n  "reference": \{.*\n  \}(?=\n\}\n$)', "", MINI.read_text(), flags=re.S)
    block = json.dumps({"reference": reference}, indent=2)[1:].strip("\n}") + "}"
    MINI.write_text(text.rstrip()[:-1].rstrip() + ",\n" + block.rstrip("} \n").rstrip() + "\n    }\n  }\n}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    pom = (ROOT / "pom.xml").read_text()
    parser.add_argument("--version", default=re.search("<version.onnxruntime>(.*)</", pom).group(1))
    parser.add_argument("--images", type=int, default=40)
    parser.add_argument("--write", type=pathlib.Path)
    parser.add_argument("--reference", action="store_true")
    parser.add_argument("folder", nargs="?", type=pathlib.Path)
    args = parser.parse_args()
    if not (SHARED / "models").is_dir():
        sys.exit("no test data at %s; set STRAY_SHARED" % SHARED)
    with tempfile.TemporaryDirectory() as temporary:
        work = args.folder or pathlib.Path(temporary)
        install(work / "node", args.version)
        compare(work, args)


def compare(work, args):
    home, pictures = work / "home", work / "pictures"
    samples = {}
    for archive in ARCHIVES:
        with zipfile.ZipFile(SHARED / "data/images" / (archive + ".zip")) as opened:
            names = [n for n in sorted(opened.namelist()) if n.lower().endswith((".jpg", ".jpeg", ".png"))]
            for i in range(min(args.images, len(names))):
                name = names[i * len(names) // min(args.images, len(names))]
                file = opened.read(name)
                target = pictures / ("%s-%04d%s" % (archive, i, pathlib.Path(name).suffix.lower()))
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file)
                samples[target.name] = ImageOps.exif_transpose(Image.open(io.BytesIO(file))).convert("RGB")
    for name, description in NETWORKS.items():
        if not (home / "models" / name).exists():
            stray("models", "add", SHARED / "models" / (name + ".onnx"), *description, home=home)
    lines, failed, versions = [], False, {}
    for name in ["stray-mini", *NETWORKS]:
        folder = MINI.parent if name == "stray-mini" else home / "models" / name
        card = json.loads((folder / "extractor.json").read_text())
        output = work / (name + ".safetensors")
        stray("extract", "-m", name, "-i", pictures, "--layer", ",".join(card["layers"]), "-o", output, "--force", home=home)
        ours = tensors(output)
        ids = bytes(ours["ids"]).decode().split("\n")
        oracle, versions = by_node(work, card, folder, [prepare(samples[i], card["input"]) for i in ids])
        integers = "int8" in name
        for layer, entry in card["layers"].items():
            expected = oracle[entry["tensor"]].astype(np.float64)
            if entry["normalisation"] == "l2":
                expected = unit(expected)
            actual = ours[layer].astype(np.float64)
            difference = np.linalg.norm(actual - expected, axis=1) / np.linalg.norm(expected, axis=1)
            cosine = (unit(actual) * unit(expected)).sum(1)
            good = cosine.min() >= COSINE if integers else difference.max() <= ROUNDING
            failed |= not good
            lines.append("| %s | %s | %d | %.1e | %.1e | %.7f | %s | %s |" % (
                name, layer, len(ids), np.median(difference), difference.max(), cosine.min(),
                "cosine >= 0.9999" if integers else "difference <= 1e-4", "yes" if good else "**NO**"))
        if name == "stray-mini":
            rows, versions = by_node(work, card, folder, [prepare(generated(), card["input"])])
            if args.reference:
                write_reference(card, rows, versions)
    report(args, lines, versions, len(samples))
    sys.exit("features differ from onnxruntime-node's" if failed else 0)


def report(args, lines, versions, count):
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    vnni = "with" if "vnni" in pathlib.Path("/proc/cpuinfo").read_text() else "without"
    runtime = re.search("<version.onnxruntime>(.*)</", (ROOT / "pom.xml").read_text()).group(1)
    text = "\n".join([
        "# Features against Pillow and onnxruntime-node", "",
        "Written by `tools/onnxruntime_node.py --write docs/extractors-check.md`, which needs the test data, node and npm. "
        "The oracle decodes, resizes and crops with Pillow, normalises with NumPy, and runs each image by itself with "
        "onnxruntime-node; `stray extract` runs them in batches with ONNX Runtime for Java. Compared are rows: the norm of "
        "the difference as a fraction of the row's norm, and the cosine.", "",
        "%d images: %s. Pillow %s with libjpeg-turbo %s; onnxruntime-node %s; ONNX Runtime for Java %s; %s, %s VNNI." % (
            count, ", ".join(ARCHIVES), PIL.__version__, pillow_features.version_feature("libjpeg_turbo"),
            versions["node"], runtime, cpu.group(1) if cpu else "unknown processor", vnni), "",
        "| extractor | layer | images | difference, median | largest | smallest cosine | asked for | met |",
        "|---|---|---|---|---|---|---|---|", *lines, "",
        "Networks in int8 are compared on one processor. On another one they differ: with VNNI instructions ONNX Runtime adds "
        "products of 8-bit numbers exactly, without them (AVX2) pairs of products are added in 16 bits and may be cut, and a "
        "rounding before a quantisation moves a value by a whole step. Fit and score with such a network on processors of one "
        "kind, and let `stray models check` compare them with the reference in the card.", ""])
    if args.write:
        args.write.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
