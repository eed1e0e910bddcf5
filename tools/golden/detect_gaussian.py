#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes golden/detect/{gaussian,relative-mahalanobis,kmeans}.json: scores by NumPy, SciPy and scikit-learn.

Inputs are multiples of 1/16, exact in float32. Run with Debian's Python: tools/golden/detect_gaussian.py [--out DIR]
"""
import argparse
import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy.linalg import pinvh
from sklearn.cluster import KMeans
from sklearn.covariance import ShrunkCovariance
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics.pairwise import cosine_similarity

from detect import grid, inputs, text, unit


def shrunk(covariance, shrinkage):
    d = len(covariance)
    return (1 - shrinkage) * covariance + shrinkage * np.trace(covariance) / d * np.eye(d)


def distances(samples, means, covariance):
    d = len(covariance)
    inverse, rank = pinvh(covariance, rtol=d * 2.0**-52, return_rank=True)
    differences = samples[:, None, :] - np.atleast_2d(means)[None, :, :]
    return np.einsum("mcd,de,mce->mc", differences, inverse, differences), d - rank


def pooled(train, labels):
    if len(np.unique(labels)) == 1:
        return np.cov(train.T, bias=True)
    lda = LinearDiscriminantAnalysis(solver="lsqr", store_covariance=True)
    return lda.fit(train, labels).covariance_


def gaussian(train, samples, shrinkage=0.0):
    model = ShrunkCovariance(shrinkage=shrinkage).fit(train)
    d = train.shape[1]
    return -model.mahalanobis(samples), d - pinvh(model.covariance_, rtol=d * 2.0**-52, return_rank=True)[1]


def relative(train, labels, samples, normalize=False, shrinkage=0.0, variant="canonical"):
    if normalize:
        train, samples = unit(train), unit(samples)
    classes = np.unique(labels)
    if variant == "plp":
        classes = np.array([c for c in classes if np.sum(labels == c) > 1])
        within = np.mean([np.cov(train[labels == c].T) for c in classes], axis=0)
        total = np.cov(train.T)
    else:
        within = shrunk(pooled(train, labels), shrinkage)
        total = shrunk(np.cov(train.T, bias=True), shrinkage)
    means = np.array([train[labels == c].mean(axis=0) for c in classes])
    to_classes, dropped = distances(samples, means, within)
    to_all, _ = distances(samples, train.mean(axis=0), total)
    return -(to_classes - to_all).min(axis=1), dropped


def kmeans(train, samples, clusters=10, score="mahalanobis"):
    model = KMeans(n_clusters=clusters, init="k-means++", n_init=20, tol=0, max_iter=10000, algorithm="lloyd", random_state=0)
    labels = model.fit(train).labels_
    if score == "cosine":
        return cosine_similarity(samples, model.cluster_centers_).max(axis=1), 0
    means = np.array([train[labels == c].mean(axis=0) for c in range(clusters)])
    squared, dropped = distances(samples, means, pooled(train, labels))
    return -squared.min(axis=1), dropped


def with_head():
    rng = np.random.default_rng(11)
    train, samples = grid(rng, 50, 6), grid(rng, 8, 6)
    return {
        "training": train, "labels": rng.integers(0, 3, 50), "samples": samples,
        "weight": grid(rng, 4, 6), "bias": grid(rng, 4),
    }


def separated():
    """Clusters far from one another, so that any sound k-means ends in the same ones."""
    rng = np.random.default_rng(12)
    sets = {}
    centers = 24 * np.array([[1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 1, 0], [-1, 0, 0, 1]])
    rows = np.vstack([c + grid(rng, n, 4) / 2 for c, n in zip(centers, (25, 10, 3, 1))])
    samples = np.vstack([grid(rng, 8, 4) * 4, rows[:2], np.zeros((1, 4))])
    sets["four clusters"] = (rows, samples, 4)
    order = rng.permutation(len(rows) + 12)
    twice = np.vstack([rows, rows[:12]])[order]
    sets["four clusters, some rows twice"] = (twice, samples, 4)
    flat = np.hstack([rows, rows[:, :1] * 2, np.full((len(rows), 1), 3.0)])
    sets["four clusters, dependent dimensions"] = (flat, np.hstack([samples, grid(rng, len(samples), 2)]), 4)
    centers = 40 * rng.permutation(np.eye(10, 10) - np.eye(10, 10, 3))
    ten = rng.permutation(np.vstack([c + grid(rng, 6, 10) / 4 for c in centers]))
    sets["ten clusters"] = (ten, grid(rng, 6, 10) * 4, 10)
    return sets


def write(path, name, sets, cases):
    oracle = {
        "name": "NumPy, SciPy, scikit-learn",
        "version": f"{np.__version__}, {scipy.__version__}, {sklearn.__version__}",
        "variant": f"{name}: covariances, clusters, pseudo-inverses and cosines by the libraries",
    }
    path.mkdir(parents=True, exist_ok=True)
    with open(path / f"{name}.json", "w") as f:
        json.dump({"oracle": oracle, "inputs": sets, "cases": cases}, f, separators=(",", ":"))
        f.write("\n")


def case(title, detector, options, scores, dropped):
    return {"input": title, "detector": detector + (":" if options else "") + text(options),
            "dropped": int(dropped), "scores": scores.tolist()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default=pathlib.Path(__file__).parents[2] / "golden", type=pathlib.Path)
    out = parser.parse_args().out / "detect"

    sets, cases = {}, []
    for title, (train, _, samples) in inputs().items():
        sets[title] = {"training": train.tolist(), "samples": samples.tolist()}
        for options in (dict(), dict(shrinkage=0.25), dict(shrinkage=1.0)):
            cases.append(case(title, "gaussian", options, *gaussian(train, samples, **options)))
    write(out, "gaussian", sets, cases)

    sets, cases = {}, []
    variants = [dict(), dict(normalize=True), dict(shrinkage=0.25), dict(normalize=True, shrinkage=1.0)]
    variants += [dict(variant="plp", normalize=u) for u in (False, True)]
    for title, (train, labels, samples) in inputs().items():
        if title == "one class":  # every score is 0
            continue
        sets[title] = {"training": train.tolist(), "labels": labels.tolist(), "samples": samples.tolist()}
        for options in variants:
            cases.append(case(title, "relative-mahalanobis", options, *relative(train, labels, samples, **options)))
        if title == "plain":
            cases.append(case(title, "relative-mahalanobis++", {}, *relative(train, labels, samples, normalize=True)))
    head = with_head()
    weight, bias = head.pop("weight"), head.pop("bias")
    logits = [head[name] @ weight.T + bias for name in ("training", "samples")]
    sets["with a head"] = {name: rows.tolist() for name, rows in head.items()}
    sets["with a head"]["head"] = {"weight": weight.tolist(), "bias": bias.tolist()}
    for options in (dict(), dict(normalize=True), dict(variant="plp")):
        scores = relative(logits[0], head["labels"], logits[1], **options)
        cases.append(case("with a head", "relative-mahalanobis", dict(on="logits", **options), *scores))
    write(out, "relative-mahalanobis", sets, cases)

    sets, cases = {}, []
    for title, (train, samples, clusters) in separated().items():
        sets[title] = {"training": train.tolist(), "samples": samples.tolist()}
        for score in ("mahalanobis", "cosine"):
            for k in {1, clusters}:
                scores = kmeans(train, samples, k, score)
                cases.append(case(title, "kmeans", dict(clusters=k, score=score), *scores))
        distinct = len(np.unique(train, axis=0))
        scores = kmeans(train, samples, distinct, "cosine")
        cases.append(case(title, "kmeans", dict(clusters=distinct, score="cosine"), *scores))
    write(out, "kmeans", sets, cases)


if __name__ == "__main__":
    main()
