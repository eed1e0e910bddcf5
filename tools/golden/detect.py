#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes golden/detect/*.json: scores of knn and mahalanobis by NumPy, SciPy and scikit-learn.

Inputs are multiples of 1/16, exact in float32. Run with Debian's Python: tools/golden/detect.py [--out DIR]
"""
import argparse
import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy.linalg import pinvh
from scipy.spatial.distance import cdist
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics.pairwise import cosine_similarity


def grid(rng, *shape):
    return rng.integers(-64, 65, shape) / 16


def unit(x):
    norms = np.linalg.norm(x, axis=1, keepdims=True)
    return x / np.where(norms == 0, 1, norms)


def inputs():
    rng = np.random.default_rng(7)
    plain = grid(rng, 60, 7)
    labels = rng.integers(0, 4, 60)
    plain += labels[:, None] * np.array([2, -1, 0, 1, 0, 3, -2])
    samples = np.vstack([grid(rng, 10, 7), plain[:2], np.zeros((1, 7)), 4 * grid(rng, 3, 7)])
    sets = {"plain": (plain, labels, samples)}

    odd = np.vstack([plain, plain[:10], np.zeros((2, 7)), plain[:4]])
    sets["duplicates and zero rows"] = (odd, np.concatenate([labels, labels[:10], [0, 1], labels[:4]]), samples)

    single = labels.copy()
    single[:2] = [4, 5]
    sets["two classes of one"] = (plain, single, samples)

    singular = np.hstack([plain, plain[:, :2], plain[:, 2:3] + plain[:, 3:4], np.full((60, 1), 1.5)])
    far = np.hstack([samples, grid(rng, len(samples), 4)])
    sets["dependent and constant dimensions"] = (singular, labels, far)

    few = grid(rng, 9, 12)
    sets["fewer rows than dimensions"] = (few, np.arange(9) % 3, grid(rng, 6, 12))
    sets["one class"] = (plain, np.zeros(60, int), samples)
    return sets


def knn(train, samples, k, aggregate="mean", distance="cosine", normalize=True, variant="canonical"):
    if variant == "openood":
        return -np.sort(cdist(unit(samples), unit(train), "sqeuclidean"), axis=1)[:, k - 1]
    if distance == "cosine":
        near = -np.sort(-cosine_similarity(samples, train), axis=1)[:, :k]
    else:
        a, b = (unit(samples), unit(train)) if normalize else (samples, train)
        near = -np.sort(cdist(a, b), axis=1)[:, :k]
    return near.mean(axis=1) if aggregate == "mean" else near[:, -1]


def mahalanobis(train, labels, samples, normalize=False, shrinkage=0.0, variant="canonical"):
    if normalize:
        train, samples = unit(train), unit(samples)
    n, d = train.shape
    classes = np.unique(labels)
    factor = 1.0
    if variant == "canonical":
        if len(classes) > 1:
            lda = LinearDiscriminantAnalysis(solver="lsqr", store_covariance=True)
            covariance = lda.fit(train, labels).covariance_
        else:
            covariance = np.cov(train.T, bias=True)
        covariance = (1 - shrinkage) * covariance + shrinkage * np.trace(covariance) / d * np.eye(d)
    elif variant == "plp":
        classes = np.array([c for c in classes if np.sum(labels == c) > 1])
        covariance = np.mean([np.cov(train[labels == c].T) for c in classes], axis=0)
    elif variant == "pytorch-ood":
        factor = 0.5
        centred = np.vstack([train[labels == c] - train[labels == c].mean(axis=0) for c in classes])
        covariance = centred.T @ centred / (n - 1) + 1e-6 * np.eye(d)
    elif variant == "mcm":
        factor = 0.5
        covariance = np.cov(train.T)
    means = np.array([train[labels == c].mean(axis=0) for c in classes])
    inverse, rank = pinvh(covariance, rtol=d * 2.0**-52, return_rank=True)
    differences = samples[:, None, :] - means[None, :, :]
    squared = np.einsum("mcd,de,mce->mc", differences, inverse, differences)
    return -factor * squared.min(axis=1), d - rank


def text(options):
    return ",".join(f"{k}={str(v).lower() if isinstance(v, bool) else v}" for k, v in options.items())


def write(path, name, cases, **more):
    sets = {}
    for title, (train, labels, samples) in inputs().items():
        sets[title] = {"training": train.tolist(), "labels": labels.tolist(), "samples": samples.tolist()}
    oracle = {
        "name": "NumPy, SciPy, scikit-learn",
        "version": f"{np.__version__}, {scipy.__version__}, {sklearn.__version__}",
        "variant": f"{name}: definitions written out, distances and pseudo-inverse by the libraries",
    }
    path.mkdir(parents=True, exist_ok=True)
    with open(path / f"{name}.json", "w") as f:
        json.dump({"oracle": oracle, **more, "inputs": sets, "cases": cases}, f, indent=None, separators=(",", ":"))
        f.write("\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default=pathlib.Path(__file__).parents[2] / "golden", type=pathlib.Path)
    out = parser.parse_args().out / "detect"

    cases = []
    variants = [dict(k=k, aggregate=a) for k in (1, 5) for a in ("mean", "kth")]
    variants += [dict(k=k, aggregate=a, distance="euclidean", normalize=u)
                 for k in (1, 5) for a in ("mean", "kth") for u in (True, False)]
    variants += [dict(k=k, variant="openood") for k in (1, 9, 50)]
    for title, (train, labels, samples) in inputs().items():
        for options in variants:
            if options["k"] <= len(train) and title != "one class":
                scores = knn(train, samples, **options)
                cases.append({"input": title, "detector": "knn:" + text(options), "scores": scores.tolist()})
    write(out, "knn", cases)

    cases = []
    variants = [dict(), dict(normalize=True), dict(shrinkage=0.25), dict(normalize=True, shrinkage=1.0)]
    variants += [dict(variant=v, normalize=u) for v in ("plp", "pytorch-ood", "mcm") for u in (False, True)]
    for title, (train, labels, samples) in inputs().items():
        for options in variants:
            scores, dropped = mahalanobis(train, labels, samples, **options)
            cases.append({"input": title, "detector": "mahalanobis" + (":" if options else "") + text(options),
                          "dropped": int(dropped), "scores": scores.tolist()})
    scores, dropped = mahalanobis(*inputs()["plain"], normalize=True)
    cases.append({"input": "plain", "detector": "mahalanobis++", "dropped": int(dropped), "scores": scores.tolist()})
    # Where S + 1e-6 I has been singular, processors round its inverse differently.
    write(out, "mahalanobis", cases, tolerance=1e-7)


if __name__ == "__main__":
    main()
