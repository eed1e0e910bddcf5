#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes golden/detect/heads.json: scores on features and a linear head by NumPy, SciPy and PyTorch.

Inputs are exact in float32. gradnorm comes from PyTorch's autograd, not from the closed form; pseudo-inverse, eigenvectors,
percentiles and log-sum-exp from NumPy and SciPy; the rest is written out. Run with Debian's Python:
tools/golden/detect_heads.py [--out DIR]
"""
import argparse
import hashlib
import json
import math
import pathlib

import numpy as np
import scipy
import torch
from scipy.special import logsumexp


class Input:
    """Training rows, samples, labels and a head."""

    def __init__(self, train, labels, samples, weight, bias, mean=None, scale=None):
        self.raw, self.labels, self.raw_samples = train, labels, samples
        self.weight, self.bias, self.mean, self.scale = weight, bias, mean, scale
        self.train, self.samples = self.inputs(train), self.inputs(samples)
        for array in (train, samples, weight, bias) + (() if mean is None else (mean, scale)):
            assert np.array_equal(array, array.astype(np.float32))

    def inputs(self, x):
        return x if self.mean is None else (x - self.mean) / self.scale

    def logits(self, x):
        return x @ self.weight.T + self.bias

    def energy(self, x):
        return logsumexp(self.logits(x), axis=1)

    def json(self):
        head = {"weight": self.weight.tolist(), "bias": self.bias.tolist()}
        if self.mean is not None:
            head |= {"mean": self.mean.tolist(), "scale": self.scale.tolist()}
        return {"training": self.raw.tolist(), "labels": self.labels.tolist(), "samples": self.raw_samples.tolist(),
                "head": head}


def grid(rng, *shape, reach=64):
    return rng.integers(-reach, reach + 1, shape) / 16


def inputs():
    rng = np.random.default_rng(23)
    labels = rng.integers(0, 4, 60)
    shift = np.array([[2, -1, 0, 1, 0, 3, -2], [-2, 0, 1, 0, 3, 0, 1], [0, 3, -2, 0, -1, 1, 0], [1, 0, 2, -3, 0, 0, 2]])
    plain = grid(rng, 60, 7) + 2 * shift[labels]
    samples = np.vstack([grid(rng, 10, 7), plain[:2], np.zeros((1, 7)), 4 * grid(rng, 3, 7)])
    weight = shift / 4 + grid(rng, 4, 7, reach=4)
    bias = grid(rng, 4, reach=16)
    sets = {"plain": Input(plain, labels, samples, weight, bias)}

    mean = grid(rng, 7, reach=32)
    scale = rng.integers(5, 40, 7) / 16
    sets["mean and scale"] = Input(plain, labels, samples, weight, bias, mean, scale)

    sets["more classes than dimensions"] = Input(
        grid(rng, 50, 5), rng.integers(0, 9, 50), grid(rng, 9, 5), grid(rng, 9, 5, reach=16), grid(rng, 9, reach=16))

    # Rank 3, the last two rows equal, a bias outside the range of the weights.
    dependent = rng.integers(-3, 4, (6, 3)) @ rng.integers(-3, 4, (3, 7)) / 16
    dependent[5] = dependent[4]
    assert np.linalg.matrix_rank(dependent) == 3
    sets["weights of rank 3"] = Input(plain, rng.integers(0, 6, 60), samples, dependent, grid(rng, 6, reach=16))

    sets["one class"] = Input(plain, np.zeros(60, int), samples, weight[:1], bias[:1])
    sets["two classes"] = Input(plain, labels % 2, samples, weight[:2], bias[:2], mean, scale)

    # After a ReLU: few distinct values, zero and equal rows, a constant dimension, equal logits, a class that is never
    # predicted right (3), one without rows (4) and one without either (5).
    ties = np.maximum(0, rng.integers(-2, 4, (40, 6))).astype(float)
    ties[:, 4] = 1.5
    ties[30:35] = ties[:5]
    ties[35] = 0
    narrow = np.array([[1, 0, 0, 1, 0, 0], [0, 1, 0, 1, 0, 0], [0, 0, 1, 0, 0, 1], [-1, -1, -1, -1, 0, 0],
                       [0, 1, 0, 0, 0, 1], [-1, -1, 0, 0, 0, -1]], float) / 2
    found = np.maximum(0, rng.integers(-2, 4, (14, 6))).astype(float)
    found[0], found[1], found[:, 4] = ties[0], 1, 1.5
    sets["ties"] = Input(ties, rng.integers(0, 4, 40), found, narrow, np.array([0, 0, 0, -4, 0, -9.0]))

    wide = grid(rng, 90, 60, reach=32) * np.linspace(2, 0.25, 60).round(1)
    wide = np.round(wide * 16) / 16
    sets["60 dimensions"] = Input(
        wide, rng.integers(0, 3, 90), np.round(grid(rng, 6, 60, reach=48) * 16) / 16, grid(rng, 3, 60, reach=8),
        grid(rng, 3, reach=16))
    return sets


def origin(given):
    c, d = given.weight.shape
    return -np.linalg.pinv(given.weight, rcond=max(c, d) * 2.0**-52) @ given.bias


def complement(x, dimension):
    d = x.shape[1]
    values, vectors = np.linalg.eigh(x.T @ x / len(x))
    left = d - (d // 2 if dimension is None else dimension)
    if left == d:
        return np.eye(d)
    assert values[left] - values[left - 1] > 1e-3 * values[-1], "the subspace is not well determined"
    return vectors[:, :left]


def residual(given, dimension=None):
    u = given.raw.mean(axis=0)
    return -np.linalg.norm((given.raw_samples - u) @ complement(given.raw - u, dimension), axis=1)


def residual_with_head(given, dimension=None):
    u = origin(given)
    return -np.linalg.norm((given.samples - u) @ complement(given.train - u, dimension), axis=1)


def vim(given, dimension=None):
    u = origin(given)
    basis = complement(given.train - u, dimension)
    largest = given.logits(given.train).max(axis=1)
    alpha = largest.mean() / np.linalg.norm((given.train - u) @ basis, axis=1).mean()
    return given.energy(given.samples) - alpha * np.linalg.norm((given.samples - u) @ basis, axis=1)


def react(given, percentile=90.0):
    return given.energy(np.minimum(given.samples, np.percentile(given.train, percentile, method="linear")))


def ash(given, shape="b", percentile=90.0):
    shaped = np.zeros_like(given.samples)
    for row, out in zip(given.samples, shaped):
        k = len(row) - round(len(row) * percentile / 100)
        kept = np.argsort(-row, kind="stable")[:k]
        s1, s2 = row.sum(), row[kept].sum()
        if shape == "s" and s2 <= 0:
            return None
        out[kept] = {"b": lambda: np.full(k, s1 / k), "p": lambda: row[kept],
                     "s": lambda: row[kept] * math.exp(s1 / s2)}[shape]()
    return given.energy(shaped)


def she(given):
    right = given.logits(given.train).argmax(axis=1) == given.labels
    scores = []
    for row, c in zip(given.samples, given.logits(given.samples).argmax(axis=1)):
        of_class = given.labels == c
        rows = given.train[of_class & right] if (of_class & right).any() else given.train[of_class]
        scores.append(row @ rows.mean(axis=0) if len(rows) else -math.inf)
    return np.array(scores)


def unit(x):
    norms = np.linalg.norm(x, axis=1, keepdims=True)
    return x / np.where(norms == 0, 1, norms)


def nnguide(given, k=10, fraction=1.0, seed=42):
    n = len(given.train)
    keys = [hashlib.sha256(f"{seed}:{i}".encode()).digest()[:8] for i in range(n)]
    taken = sorted(range(n), key=lambda i: keys[i])[:math.floor(fraction * n + 0.5)] if fraction < 1 else range(n)
    bank = given.train[list(taken)]
    bank = unit(bank) * given.energy(bank)[:, None]
    products = np.sort(unit(given.samples) @ bank.T, axis=1)[:, -k:]
    return given.energy(given.samples) * products.mean(axis=1)


def fdbd(given, normalize="mean"):
    scores = []
    for row, z in zip(given.samples, given.logits(given.samples)):
        m = z.argmax()
        gaps = np.linalg.norm(given.weight - given.weight[m], axis=1)
        others = gaps > 0
        size = np.linalg.norm(row - (given.train.mean(axis=0) if normalize == "mean" else 0))
        distance = (np.abs(z[m] - z[others]) / gaps[others]).mean()
        scores.append(distance / size if size > 0 else math.inf if distance > 0 else 0)
    return np.array(scores)


def gradnorm(given):
    scores = []
    for row in given.samples:
        weight = torch.tensor(given.weight, dtype=torch.float64, requires_grad=True)
        z = weight @ torch.tensor(row) + torch.tensor(given.bias)
        (-torch.log_softmax(z, 0).sum()).backward()
        scores.append(weight.grad.abs().sum().item())
    return np.array(scores)


def text(options):
    return ",".join(f"{k}={v}" for k, v in options.items())


def number(value):
    return float(value) if math.isfinite(value) else "Infinity" if value > 0 else "-Infinity"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default=pathlib.Path(__file__).parents[2] / "golden", type=pathlib.Path)
    out = parser.parse_args().out / "detect"
    out.mkdir(parents=True, exist_ok=True)

    sets = inputs()
    cases = []
    documents = {}
    for title, given in sets.items():
        d = given.raw.shape[1]
        documents[title] = given.json()
        variants = [(vim, o) for o in ({}, dict(dimension=0), dict(dimension=2), dict(dimension=d - 1))]
        variants += [(react, dict(percentile=q)) for q in (90.0, 0.0, 33.3, 50.0, 100.0)]
        variants += [(ash, dict(shape=s, percentile=q)) for s in "bps" for q in (50.0, 65.0, 0.0)]
        variants += [(ash, {})] if round(d * 0.9) < d else []
        variants += [(nnguide, o) for o in ({}, dict(k=1), dict(k=len(given.raw)), dict(k=3, fraction=0.5, seed=7))]
        variants += [(fdbd, o) for o in ({}, dict(normalize="feature"))] if len(given.weight) > 1 else []
        variants += [(she, {}), (gradnorm, {}), (residual_with_head, {}), (residual_with_head, dict(dimension=1))]
        for score, options in variants:
            scores = score(given, **options)
            if scores is not None:
                name = score.__name__.removesuffix("_with_head")
                cases.append({"input": title, "detector": name + (":" if options else "") + text(options),
                              "scores": [number(s) for s in scores]})
        if title in ("plain", "ties", "60 dimensions"):
            alone = title + ", no head"
            documents[alone] = {k: v for k, v in documents[title].items() if k not in ("head", "labels")}
            for options in ({}, dict(dimension=0), dict(dimension=2), dict(dimension=d - 1 if title != "ties" else 4)):
                cases.append({"input": alone, "detector": "residual" + (":" if options else "") + text(options),
                              "scores": residual(given, **options).tolist()})

    oracle = {
        "name": "NumPy, SciPy, PyTorch",
        "version": f"{np.__version__}, {scipy.__version__}, {torch.__version__}",
        "variant": "definitions written out; pseudo-inverse, eigenvectors, percentiles, log-sum-exp by NumPy and SciPy;"
                   " gradnorm by autograd",
    }
    with open(out / "heads.json", "w") as f:
        json.dump({"oracle": oracle, "inputs": documents, "cases": cases}, f, indent=None, separators=(",", ":"))
        f.write("\n")


if __name__ == "__main__":
    main()
