#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes golden/detect/{language,neglabel}.json: scores against class embeddings by SciPy and scikit-learn.

The permutation of neglabel is java.util.SplittableRandom's, written out here from its published algorithm (SplitMix64).
Inputs are multiples of 1/16, exact in float32. Run with Debian's Python: tools/golden/detect_language.py [--out DIR]
"""
import argparse
import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy.special import logsumexp, softmax
from sklearn.metrics.pairwise import cosine_similarity

from detect import grid, text

WORD = (1 << 64) - 1


class SplitMix64:
    """Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators (OOPSLA 2014): 32 bits a step."""

    def __init__(self, seed):
        self.state = seed & WORD

    def bits32(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & WORD
        z = self.state
        z = (z ^ z >> 33) * 0x62A9D9ED799705F5 & WORD
        return (z ^ z >> 28) * 0xCB24D0A5C88C35B3 % (1 << 64) >> 32

    def below(self, bound):
        if bound & bound - 1 == 0:
            return self.bits32() & bound - 1
        while True:
            u = self.bits32() >> 1
            if u - u % bound + bound - 1 < 1 << 31:
                return u % bound


def permuted(values, seed):
    values, random = list(values), SplitMix64(seed)
    for i in range(len(values) - 1, 0, -1):
        j = random.below(i + 1)
        values[i], values[j] = values[j], values[i]
    return values


def mcm(samples, classes, temperature=1.0):
    return softmax(cosine_similarity(samples, classes) / temperature, axis=1).max(axis=1)


def maxcos(samples, classes):
    return cosine_similarity(samples, classes).max(axis=1)


def energy(samples, classes, temperature=1.0):
    return temperature * logsumexp(cosine_similarity(samples, classes) / temperature, axis=1)


def glmcm(samples, classes, patches, temperature=1.0, **options):
    local = [softmax(cosine_similarity(p, classes) / temperature, axis=1).max() for p in patches]
    return mcm(samples, classes, temperature) + options.get("lambda", 1.0) * np.array(local)


def neglabel(samples, classes, words, parts, temperature=0.01, keep=0.15, quantile=0.95, groups=100, seed=42):
    similarity = np.quantile(cosine_similarity(words, classes), quantile, axis=1, method="linear")
    kept = []
    for part in np.unique(parts):
        members = np.flatnonzero(parts == part)
        ranked = members[np.argsort(similarity[members], kind="stable")]
        kept += list(ranked[:int(keep * len(members) + 1e-9)])
    order = permuted(sorted(kept), seed)
    size = len(order) // groups
    cosines = np.hstack([cosine_similarity(samples, classes), cosine_similarity(samples, words[order])])
    shares = []
    for g in range(groups):
        columns = list(range(len(classes))) + [len(classes) + i for i in range(g * size, (g + 1) * size)]
        shares.append(softmax(cosines[:, columns] / temperature, axis=1)[:, :len(classes)].sum(axis=1))
    return np.mean(shares, axis=0)


def write(path, name, sets, cases):
    oracle = {
        "name": "NumPy, SciPy, scikit-learn",
        "version": f"{np.__version__}, {scipy.__version__}, {sklearn.__version__}",
        "variant": f"{name}: cosines, softmax, quantiles and log-sum-exp by the libraries",
    }
    path.mkdir(parents=True, exist_ok=True)
    with open(path / f"{name}.json", "w") as f:
        json.dump({"oracle": oracle, "inputs": {k: {n: v.tolist() for n, v in s.items()} for k, s in sets.items()},
                   "cases": cases}, f, separators=(",", ":"))
        f.write("\n")


def case(title, detector, options, scores):
    return {"input": title, "detector": detector + (":" if options else "") + text(options), "scores": scores.tolist()}


def images():
    rng = np.random.default_rng(21)
    classes = grid(rng, 9, 8)
    samples = np.vstack([grid(rng, 12, 8), classes[:2] * 2, np.zeros((1, 8))])
    patches = grid(rng, len(samples), 5, 8)
    patches[3, 1] = 0
    patches[4, 2] = classes[5] / 2
    sets = {"plain": dict(classes=classes, samples=samples, patches=patches)}
    sets["one class"] = dict(classes=classes[:1], samples=samples, patches=patches)
    sets["classes twice"] = dict(classes=np.vstack([classes[:3]] * 2), samples=samples, patches=patches)
    sets["one patch, four dimensions"] = dict(
        classes=grid(rng, 3, 4), samples=grid(rng, 6, 4), patches=grid(rng, 6, 1, 4))
    return sets


def words():
    rng = np.random.default_rng(22)
    classes = grid(rng, 7, 6)
    samples = np.vstack([classes[rng.integers(0, 7, 6)] + grid(rng, 6, 6) / 4, grid(rng, 6, 6), np.zeros((1, 6))])
    many = grid(rng, 730, 6)
    sets = {"nouns and adjectives": dict(
        classes=classes, samples=samples, negatives=many, parts=(rng.random(730) < 0.2).astype(int))}
    few = grid(rng, 47, 6)
    sets["three parts of few words"] = dict(
        classes=classes, samples=samples, negatives=few, parts=rng.permutation(np.arange(47) % 3))
    twice = np.repeat(few[:20], 2, axis=0)
    sets["every word twice"] = dict(
        classes=classes[:1], samples=samples, negatives=twice, parts=np.zeros(40, int))
    return sets


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default=pathlib.Path(__file__).parents[2] / "golden", type=pathlib.Path)
    out = parser.parse_args().out / "detect"

    cases = []
    for title, given in images().items():
        samples, classes, patches = given["samples"], given["classes"], given["patches"]
        cases.append(case(title, "maxcos", {}, maxcos(samples, classes)))
        for options in (dict(), dict(temperature=0.01), dict(temperature=2.5)):
            cases.append(case(title, "mcm", options, mcm(samples, classes, **options)))
            cases.append(case(title, "zero-shot-energy", options, energy(samples, classes, **options)))
        for options in (dict(), dict(temperature=0.01), {"lambda": 0.0}, {"temperature": 0.5, "lambda": 2.5}):
            cases.append(case(title, "glmcm", options, glmcm(samples, classes, patches, **options)))
    write(out, "language", images(), cases)

    cases = []
    settings = {
        "nouns and adjectives": [dict(), dict(temperature=1.0, seed=7), dict(keep=0.5, groups=128, quantile=0.5)],
        "three parts of few words": [dict(groups=2), dict(groups=4, keep=1.0, temperature=0.1, seed=-3),
                                     dict(groups=1, keep=0.29, quantile=1.0), dict(groups=5, keep=0.4, quantile=0.0)],
        "every word twice": [dict(groups=3), dict(groups=40, keep=1.0, temperature=1.0)],
    }
    for title, given in words().items():
        for options in settings[title]:
            scores = neglabel(given["samples"], given["classes"], given["negatives"], given["parts"], **options)
            cases.append(case(title, "neglabel", options, scores))
    write(out, "neglabel", words(), cases)


if __name__ == "__main__":
    main()
