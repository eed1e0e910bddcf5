#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Attacks real images through the small networks and prints the tables of docs/adversarial.md.

Needs the test data (STRAY_SHARED, default ../shared), which holds samples of the sets, not the sets.
Every stray command is printed on standard error before it runs; an attack that is finished is not run again.
Only the standard library is used.

    tools/attack_real.py [--limit 200] [--gallery N] [--steps 250] [--threads N] [--networks resnet20,..]
                         [--pairs 'CIFAR-10 / scenes,..'] [--kinds smooth,patchy] [WORK_FOLDER]
"""

import argparse
import itertools
import json
import lzma
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from real_input import IMAGENET, install, stray, test_data  # noqa: E402

CIFAR = ["--input-size", "32", "--resize", "exact:32x32", "--crop", "none", *IMAGENET, "--output", "features,logits"]
HALF = ".5,.5,.5"
NETWORKS = {
    "resnet20": ["resnet20_cifar10.onnx", *CIFAR],
    "resnet56": ["resnet56_cifar10.onnx", *CIFAR],
    "mobilenet-v1": ["mobilenet_v1_025_imagenet.onnx", "--input-size", "224", "--resize", "shortest:256",
                     "--crop", "center:224", "--interpolation", "bilinear", "--mean", HALF, "--std", HALF,
                     "--output", "features,logits"],
}
LAMBDAS = {"smooth": 5000, "patchy": 0}


def beginning(source, record, count, work):
    """The first records of a CIFAR file; they are in no order of classes."""
    name, path = source.split(":", 1)
    part = work / f"{name}-{count}.bin"
    with lzma.open(path) as records:
        part.write_bytes(records.read(record * count))
    return f"{name}:{part}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", nargs="?", default="target/attack-real", type=pathlib.Path)
    parser.add_argument("--limit", type=int, default=200)
    parser.add_argument("--steps", type=int, default=250)
    parser.add_argument("--gallery", type=int, help="ID training images, the first of the file (default: all)")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--networks", default="stray-mini," + ",".join(NETWORKS))
    parser.add_argument("--pairs", help="pairs of ID and OOD sets, such as 'CIFAR-10 / scenes' (default: all)")
    parser.add_argument("--kinds", default=",".join(LAMBDAS))
    options = parser.parse_args()
    images = test_data("images")
    work = options.work.resolve()
    home = work / "home"
    work.mkdir(parents=True, exist_ok=True)
    networks = options.networks.split(",")
    install({name: NETWORKS[name] for name in networks if name in NETWORKS}, images.parents[1] / "models", home)
    cifar10 = f"cifar10:{images}/cifar10-train1000pc.bin.xz", f"cifar10:{images}/cifar10-test.bin.xz"
    cifar100 = f"cifar100:{images}/cifar100-train100pc.bin.xz", f"cifar100:{images}/cifar100-test.bin.xz"
    if options.gallery:
        cifar10 = beginning(cifar10[0], 3073, options.gallery, work), cifar10[1]
        cifar100 = beginning(cifar100[0], 3074, options.gallery, work), cifar100[1]
    pairs = {
        "CIFAR-10 / CIFAR-100": (*cifar10, cifar100[1]),
        "CIFAR-10 / scenes": (*cifar10, images / "intel-scenes.zip"),
        "CIFAR-10 / textures": (*cifar10, images / "dtd10.zip"),
        "CIFAR-100 / CIFAR-10": (*cifar100, cifar10[1]),
    }
    for pair in options.pairs.split(",") if options.pairs else pairs:
        fit, test, ood = pairs[pair]
        print("**{} as ID, {} attacked**\n".format(*pair.split(" / ")))
        print("| network | images | gallery | p | cosine | max of p | L2 of p | 1-NN clean | attacked | 8 bits "
              "| 8 bits, targets out | mahalanobis clean, 8 bits | probe clean, 8 bits | s/image |")
        print("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|")
        for network, kind in itertools.product(networks, options.kinds.split(",")):
            folder = work / "-".join([pair.replace(" / ", "-vs-"), network, kind])
            done = folder / "attack.json"
            if not done.exists():
                stray("attack", "-m", network, "--id", fit, "--id-test", test, "--ood", ood, "--limit", options.limit,
                      "--steps", options.steps, "--lambda", LAMBDAS[kind], "--threads", options.threads, "-d", "knn",
                      "-d", "mahalanobis", "-d", "linear-probe", "-o", folder, home=home)
            found = json.loads(done.read_text())
            by = {(r["detector"], r["targets_in_gallery"]): r for r in found["results"]}
            near = by["knn", True]
            cells = [network, f"{found['n_ood']}", f"{found['n_gallery']:,}", kind, f"{found['cosine']:.3f}",
                     f"{255 * found['max']:.1f}/255", f"{found['norm']:.2f}",
                     *(f"{near[s]['auroc']:.3f}" for s in ("clean", "attacked", "rounded")),
                     f"{by['knn', False]['rounded']['auroc']:.3f}",
                     *(", ".join(f"{by[d, True][s]['auroc']:.3f}" for s in ("clean", "rounded"))
                       for d in ("mahalanobis", "linear-probe")),
                     f"{found['seconds_per_image']:.2f}" if "seconds_per_image" in found else "-"]
            print("| " + " | ".join(cells) + " |", flush=True)
        print(flush=True)


if __name__ == "__main__":
    main()
