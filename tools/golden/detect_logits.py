#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes golden/detect/logits.json: scores of msp, maxlogit, energy, entropy, gen, klm and mahalanobis on logits.

By scipy.special and NumPy, and by 60-digit decimals where doubles lose digits (a probability next to 1). Logits and
features are multiples of 1/16, exact in float32; logits of a head are rounded to float32. Run with Debian's Python:
tools/golden/detect_logits.py [--out DIR]
"""
import argparse
import decimal
import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy.special import entr, logsumexp, rel_entr, softmax

from detect import grid, mahalanobis, text

decimal.getcontext().prec = 60


def logits_inputs():
    rng = np.random.default_rng(11)
    plain = grid(rng, 60, 7)
    plain[:, 6] -= 6  # predicted for few rows or none
    labels = rng.integers(0, 4, 60)
    ties = np.vstack([np.zeros((1, 7)), np.full((1, 7), -2.5), np.eye(7)[:2] + np.eye(7)[2:4], plain[:2]])
    samples = np.vstack([grid(rng, 12, 7), 4 * grid(rng, 4, 7), ties])
    sets = {"plain": (plain, labels, samples)}
    sets["duplicate and tied rows"] = (np.vstack([plain[:20], plain[:20], ties]), np.arange(46) % 3, samples)

    far = np.array([[0, 0, 0], [40, 0, 0], [0, 100, 99], [700, 0, -700], [0, 744, 0], [0, 0, 800], [900, 0, 900],
                    [2.0**100, 0, -(2.0**100)], [-(2.0**100), -(2.0**100), -(2.0**90)], [36, 0, 1], [-1, -38, -2]])
    sets["far apart"] = (far[[0, 1, 4, 9, 10]], np.array([0, 0, 1, 0, 0]), far)
    sets["only certain training rows"] = (far[[5, 7]], np.array([2, 0]), far)
    sets["one training row"] = (plain[:1], labels[:1], samples)
    sets["one class"] = (plain[:9, :1], np.zeros(9, int), samples[:, :1])
    sets["two classes"] = (plain[:9, :2], np.arange(9) % 2, samples[:, :2])
    sets["130 classes"] = (grid(rng, 40, 130), np.arange(40) % 5, np.vstack([grid(rng, 4, 130), 2 * grid(rng, 2, 130)]))
    return {title: (rows, labels, samples, None) for title, (rows, labels, samples) in sets.items()}


def head_inputs():
    rng = np.random.default_rng(12)
    features = grid(rng, 50, 6)
    labels = rng.integers(0, 3, 50)
    features += labels[:, None] * np.array([1.5, -1, 0, 2, 0, 0.5])
    samples = np.vstack([grid(rng, 8, 6), 4 * grid(rng, 3, 6), np.zeros((1, 6))])
    weight, bias = grid(rng, 4, 6) / 4, grid(rng, 4)
    sets = {"head": (features, labels, samples, {"weight": weight.tolist(), "bias": bias.tolist()})}
    mean, scale = grid(rng, 6) / 4, np.array([0.5, 3, 1.25, 2, 0.6875, 4])
    sets["head with mean and scale"] = (features, labels, samples, {
        "weight": weight.tolist(), "bias": bias.tolist(), "mean": mean.tolist(), "scale": scale.tolist()})
    return sets


def logits(rows, head):
    if head is None:
        return rows
    if "mean" in head:
        rows = (rows - np.array(head["mean"])) / np.array(head["scale"])
    return (rows @ np.array(head["weight"]).T + head["bias"]).astype(np.float32).astype(float)


def probabilities(row):
    """Softmax of one row in decimals, with 1 - p as the sum of the others."""
    largest = decimal.Decimal(float(max(row)))
    shares = [(decimal.Decimal(float(z)) - largest).exp() for z in row]
    total = sum(shares)
    return [(e / total, sum(shares[:c] + shares[c + 1:]) / total) for c, e in enumerate(shares)]


def exact_entropy(z):
    return np.array([float(sum(p * p.ln() for p, _ in probabilities(row) if p > 0)) for row in z])


def exact_gen(z, gamma, m):
    power = decimal.Decimal(gamma)
    return np.array([-float(sum((p * q) ** power for p, q in sorted(probabilities(row), reverse=True)[:m] if p * q > 0))
                     for row in z])


def gen(z, gamma=0.1, m=None):
    m = min(100, z.shape[1]) if m is None else m
    if m == "auto":
        m = min(100, z.shape[1])
    p = -np.sort(-softmax(z, axis=1), axis=1)[:, :m]
    scores = -(p**gamma * (1 - p) ** gamma).sum(axis=1)
    exact = exact_gen(z, gamma, m)
    certain = softmax(z, axis=1).max(axis=1) > 1 - 1e-6
    assert np.allclose(scores[~certain], exact[~certain], rtol=1e-9, atol=0)
    return np.where(certain, exact, scores)


def entropy(z):
    scores = -entr(softmax(z, axis=1)).sum(axis=1)
    exact = exact_entropy(z)
    certain = softmax(z, axis=1).max(axis=1) > 1 - 1e-6
    assert np.allclose(scores[~certain], exact[~certain], rtol=1e-9, atol=1e-15)
    return np.where(certain, exact, scores)


def klm(train, samples):
    p, classes = softmax(train, axis=1), train.shape[1]
    predicted = train.argmax(axis=1)
    q = np.array([p[predicted == c].mean(axis=0) if (predicted == c).any() else np.eye(classes)[c]
                  for c in range(classes)])
    return -rel_entr(softmax(samples, axis=1)[:, None, :], q[None]).sum(axis=2).min(axis=1)


def named(detector, options):
    return detector + (":" if options else "") + text(options)


def numbers(scores):
    return ["-Infinity" if score == -np.inf else float(score) for score in scores]


def logit_cases(title, train, samples):
    for t in (0.5, 1.0, 2.5, 1000.0):
        yield named("msp", {"temperature": t}), softmax(samples / t, axis=1).max(axis=1)
        yield named("energy", {"temperature": t}), t * logsumexp(samples / t, axis=1)
    yield "msp", softmax(samples, axis=1).max(axis=1)
    yield "energy", logsumexp(samples, axis=1)
    yield "maxlogit", samples.max(axis=1)
    yield "entropy", entropy(samples)
    yield "klm", klm(train, samples)
    for options in ({}, {"gamma": 0.5}, {"gamma": 1.0, "m": 1}, {"m": "auto"}, {"m": 2}, {"gamma": 0.25, "m": 120}):
        if options.get("m") in (None, "auto") or options["m"] <= samples.shape[1]:
            yield named("gen", options), gen(samples, **options)


def write(path, variant, sets, cases, **further):
    inputs = {}
    for title, (train, labels, samples, head) in sets.items():
        inputs[title] = {"training": train.tolist(), "labels": labels.tolist(), "samples": samples.tolist()}
        if head is not None:
            inputs[title]["head"] = head
    oracle = {"name": "SciPy, NumPy, scikit-learn, decimal", "variant": variant,
              "version": f"{scipy.__version__}, {np.__version__}, {sklearn.__version__}"}
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as f:
        json.dump({"oracle": oracle, "inputs": inputs, "cases": cases, **further}, f, separators=(",", ":"))
        f.write("\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default=pathlib.Path(__file__).parents[2] / "golden", type=pathlib.Path)
    out = parser.parse_args().out / "detect"

    sets = logits_inputs() | head_inputs()
    cases = []
    for title, (train, _, samples, head) in sets.items():
        for detector, scores in logit_cases(title, logits(train, head), logits(samples, head)):
            assert not np.isnan(scores).any(), (title, detector)
            cases.append({"input": title, "detector": detector, "scores": numbers(scores)})
    write(out / "logits.json", "definitions written out on softmax, logsumexp, entr and rel_entr", sets, cases)

    sets = {title: s for title, s in sets.items() if title in ("plain", "two classes") or title.startswith("head")}
    cases = []
    for title, (train, labels, samples, head) in sets.items():
        for options in ({}, {"normalize": True}, {"shrinkage": 0.25}, {"variant": "plp"}, {"variant": "pytorch-ood"},
                        {"variant": "mcm", "normalize": True}):
            scores, dropped = mahalanobis(logits(train, head), labels, logits(samples, head), **options)
            for detector in ("mahalanobis++", "mahalanobis") if options == {"normalize": True} else ("mahalanobis",):
                cases.append({"input": title, "detector": named(detector, {**options, "on": "logits"}),
                              "dropped": int(dropped), "scores": scores.tolist()})
    write(out / "mahalanobis-logits.json", "mahalanobis: definitions written out on the logits of a head", sets, cases)


if __name__ == "__main__":
    main()
