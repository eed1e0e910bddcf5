#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the same attack with Stray and with PyTorch, and compares cosines and AUROC.

Same weights, images, targets and start; 250 steps of Adam. Networks: the generated CLIP ViT of golden/graph and
resnet20_cifar10.onnx of the test data, whose graph is written down here in PyTorch. Images: CIFAR-10 as ID (2,000 in the
gallery, 200 to test), CIFAR-100 attacked. Needs the test data (STRAY_SHARED) and Debian's python3-torch, python3-onnx,
python3-sklearn and python3-pil.

    tools/attack_pytorch.py [--limit 200] [--steps 250] [WORK_FOLDER]
"""

import argparse
import json
import lzma
import os
import pathlib
import subprocess
import sys

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from PIL import Image
from sklearn.metrics import roc_auc_score
from torch.nn import functional as F

TOOLS = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(TOOLS), str(TOOLS / "golden")]
import extractors  # noqa: E402
from real_input import ROOT, install, stray, test_data  # noqa: E402

IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def resnet20(path):
    """CIFAR's ResNet of 3 x 3 blocks; a shortcut that halves takes every other pixel and fills up with zero channels."""
    graph = onnx.load(str(path)).graph
    tensors = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
    layers = [(tensors[n.input[1]], tensors[n.input[2]], n.attribute[4].ints[0])
              for n in graph.node if n.op_type == "Conv"]

    def network(x):
        x = F.conv2d(x, *layers[0][:2], padding=1).relu()
        for (w1, b1, stride), (w2, b2, _) in zip(layers[1::2], layers[2::2]):
            short = x if stride == 1 else F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0) + 2 * ((w1.shape[0] - x.shape[1]) // 2,))
            x = (F.conv2d(F.conv2d(x, w1, b1, stride, 1).relu(), w2, b2, padding=1) + short).relu()
        return x.mean((2, 3))

    return network


def clip():
    model = extractors.weigh(extractors.Clip("pick-first", False, False), 11)
    return lambda x: model.parts(x)["features"]


def images(path, header, count, seed, folder):
    """Writes seeded images of a CIFAR file as PNG, and returns them as [n, 3, 32, 32] in 0 .. 255."""
    records = np.frombuffer(lzma.open(path).read(), np.uint8).reshape(-1, header + 3072)
    rows = np.sort(np.random.default_rng(seed).permutation(len(records))[:count])
    pixels = records[rows, header:].reshape(-1, 3, 32, 32)
    folder.mkdir(parents=True, exist_ok=True)
    for i, image in enumerate(pixels):
        Image.fromarray(image.transpose(1, 2, 0)).save(folder / f"{i:05d}.png")
    return torch.from_numpy(pixels.astype(np.float32) / 255)


def starts(seed, count):
    lib = ROOT / "cli" / "target" / "dist" / "stray" / "lib" / "*"
    java = pathlib.Path(os.environ.get("STRAY_JAVA_HOME") or os.environ.get("JAVA_HOME") or "/usr") / "bin" / "java"
    raw = subprocess.run([java, "-cp", lib, TOOLS / "AttackStarts.java", str(seed), str(count), "3072"], check=True,
                         stdout=subprocess.PIPE).stdout
    return torch.from_numpy(np.frombuffer(raw, "<f4").reshape(count, 3, 32, 32).copy())


def features(network, pixels, mean, std):
    with torch.no_grad():
        return F.normalize(torch.cat([network((part - mean) / std) for part in pixels.split(200)]), dim=1)


def attack(network, pixels, targets, p, mean, std, steps, weight):
    p = ((pixels + p).clamp(0, 1) - pixels).requires_grad_(True)
    optimiser = torch.optim.Adam([p], lr=1e-3)
    for _ in range(steps):
        cosine = F.cosine_similarity(network((pixels + p - mean) / std), targets)
        down, across = p[:, :, 1:] - p[:, :, :-1], p[:, :, :, 1:] - p[:, :, :, :-1]
        rough = (down.pow(2).sum() + across.pow(2).sum()) / p.numel()
        optimiser.zero_grad()
        (-cosine.mean() + weight * rough).backward()
        optimiser.step()
        with torch.no_grad():
            p.copy_((pixels + p).clamp(0, 1) - pixels)
    return (pixels + p).detach()


def auroc(gallery, test, ood):
    scores = [(one @ gallery.T).max(1).values for one in (test, ood)]
    return roc_auc_score([1] * len(test) + [0] * len(ood), torch.cat(scores).numpy())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", nargs="?", default="target/attack-pytorch", type=pathlib.Path)
    parser.add_argument("--limit", type=int, default=200)
    parser.add_argument("--steps", type=int, default=250)
    options = parser.parse_args()
    data = test_data("images")
    models = data.parents[1] / "models"
    work = options.work.resolve()
    home = work / "home"
    gallery = images(data / "cifar10-train1000pc.bin.xz", 1, 10 * options.limit, 1, work / "id")
    test = images(data / "cifar10-test.bin.xz", 1, options.limit, 2, work / "id-test")
    ood = images(data / "cifar100-test.bin.xz", 2, options.limit, 3, work / "ood")
    card = ["--input-size", "32", "--resize", "exact:32x32", "--crop", "none", "--interpolation", "bilinear"]
    networks = {
        "generated CLIP ViT": (clip(), (extractors.MEAN, extractors.STD), ROOT / "golden/graph/clip-projected.onnx",
                               "features=before(image_embeds)"),
        "resnet20": (resnet20(models / "resnet20_cifar10.onnx"), IMAGENET,
                     models / "resnet20_cifar10.onnx", "features"),
    }
    print(f"PyTorch {torch.__version__}; {options.limit} images, {options.steps} steps; 1-NN\n")
    print("| network | p | cosine, Stray | PyTorch | AUROC clean, Stray | PyTorch | attacked, Stray | PyTorch |")
    print("|---|---|---|---|---|---|---|---|")
    far = False
    for name, (network, (mean, std), file, output) in networks.items():
        model = name.split()[-1].lower()
        words = [",".join(map(str, values)) for values in (mean, std)]
        install({model: [file, *card, "--mean", words[0], "--std", words[1], "--output", output]}, models, home)
        mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (mean, std))
        known, tested, clean = (features(network, pixels, mean, std) for pixels in (gallery, test, ood))
        for kind, weight in (("smooth", 5000.0), ("patchy", 0.0)):
            folder = work / f"{model}-{kind}"
            ours = json.loads(stray("attack", "-m", model, "--id", work / "id", "--id-test", work / "id-test", "--ood",
                                    work / "ood", "--steps", options.steps, "--lambda", weight, "-d", "knn", "-o", folder,
                                    "--json", home=home))
            lines = [json.loads(line) for line in (folder / "attacked.jsonl").read_text().splitlines()]
            rows = [int(pathlib.PurePath(line["target"]).stem) for line in lines]
            assert [line["id"] for line in lines] == [f"{i:05d}.png" for i in range(len(ood))]
            with torch.no_grad():
                targets = torch.cat([network((part - mean) / std) for part in gallery[rows].split(200)])
            begin = starts(42, len(ood))
            attacked = torch.cat([attack(network, *batch, mean, std, options.steps, weight) for batch in
                                  zip(ood.split(16), targets.split(16), begin.split(16))])
            reached = features(network, attacked, mean, std)
            cosine = F.cosine_similarity(reached, targets).mean().item()
            figures = next(r for r in ours["results"] if r["targets_in_gallery"])
            theirs = auroc(known, tested, clean), auroc(known, tested, reached)
            both = figures["clean"]["auroc"], figures["attacked"]["auroc"]
            far |= abs(cosine - ours["cosine"]) > 0.01 or any(abs(a - b) > 0.02 for a, b in zip(both, theirs))
            print(f"| {name} | {kind} | {ours['cosine']:.4f} | {cosine:.4f} | {both[0]:.4f} | {theirs[0]:.4f} "
                  f"| {both[1]:.4f} | {theirs[1]:.4f} |", flush=True)
    sys.exit("\nfurther apart than 0.01 in cosine or 0.02 in AUROC" if far else 0)


if __name__ == "__main__":
    main()
