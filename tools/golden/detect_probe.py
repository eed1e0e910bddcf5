#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes golden/detect/probe.json: scores of linear-probe and plp, whose probe L-BFGS trains.

The regularised loss is strictly convex, so its minimum is the same whoever finds it: here SciPy, by a trust region method
with the exact Hessian, compared with scikit-learn's logistic regression on inputs with a column of ones where every class
has rows and there are more than two. Inputs are multiples of 1/16. Run with Debian's Python:
tools/golden/detect_probe.py [--out DIR]
"""
import argparse
import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy.optimize import minimize
from scipy.special import entr, log_softmax, logsumexp, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics.pairwise import cosine_similarity

from detect import grid
from detect_logits import gen

DECAY = 1e-3


def standardised(train, rows):
    mean, scale = train.mean(axis=0), train.std(axis=0, ddof=1) if len(train) > 1 else np.zeros(train.shape[1])
    return (rows - mean) / np.where(scale == 0, 1, scale)


def ones(rows):
    return np.hstack([rows, np.ones((len(rows), 1))])


def trained(inputs, labels, classes):
    """Weights [classes, dimensions] at the minimum of mean cross-entropy + DECAY / 2 |W|^2."""
    n, d = inputs.shape
    target = np.eye(classes)[labels]

    def loss(w):
        w = w.reshape(classes, d)
        return -(target * log_softmax(inputs @ w.T, axis=1)).sum() / n + DECAY / 2 * (w**2).sum()

    def gradient(w):
        w = w.reshape(classes, d)
        return ((softmax(inputs @ w.T, axis=1) - target).T @ inputs / n + DECAY * w).ravel()

    def hessian(w):
        p = softmax(inputs @ w.reshape(classes, d).T, axis=1)
        weights = p[:, :, None] * (np.eye(classes)[None] - p[:, None, :]) / n
        blocks = np.einsum("nab,ni,nj->aibj", weights, inputs, inputs).reshape(classes * d, classes * d)
        return blocks + DECAY * np.eye(classes * d)

    found = minimize(loss, np.zeros(classes * d), jac=gradient, hess=hessian, method="trust-exact",
                     options={"gtol": 1e-13, "maxiter": 500})
    w = found.x
    for _ in range(3):  # Newton's steps, so that nothing but rounding is left
        w = w - np.linalg.solve(hessian(w), gradient(w))
    assert np.linalg.norm(gradient(w)) < 1e-13, np.linalg.norm(gradient(w))
    w = w.reshape(classes, d)
    if classes > 2 and len(np.unique(labels)) == classes:
        other = LogisticRegression(C=1 / (n * DECAY), fit_intercept=False, tol=1e-7, max_iter=10000, solver="newton-cg")
        assert np.allclose(other.fit(inputs, labels).coef_, w, atol=1e-4)
    return w


def scores(logits, score, t):
    if score == "msp":
        return softmax(logits / t, axis=1).max(axis=1)
    if score == "energy":
        return t * logsumexp(logits / t, axis=1)
    if score == "maxlogit":
        return logits.max(axis=1)
    return gen(logits) if score == "gen" else -entr(softmax(logits, axis=1)).sum(axis=1)


def inputs():
    rng = np.random.default_rng(21)
    means = np.array([[2, -1, 0, 1, 0], [0, 3, -2, 0, 1], [-3, 0, 1, 2, 0], [0, 0, 0, -3, 2]])
    labels = np.concatenate([np.arange(4), rng.integers(0, 4, 76)])
    train = grid(rng, 80, 5) + means[labels]
    samples = np.vstack([grid(rng, 10, 5) + means[rng.integers(0, 4, 10)], 3 * grid(rng, 5, 5), np.zeros((1, 5))])
    sets = {"overlapping classes": (train, labels, samples)}
    sets["separable classes"] = (grid(rng, 40, 5) / 4 + 2 * means[labels[:40]], labels[:40], samples)
    sets["constant and dependent dimensions"] = (
        np.hstack([train, np.full((80, 1), 1.5), train[:, :1] + train[:, 1:2]]), labels,
        np.hstack([samples, np.full((16, 1), 2.5), samples[:, :1] + samples[:, 1:2]]))
    sets["two classes"] = (train, labels // 2, samples)
    sets["a class without rows"] = (train, labels + (labels > 1), samples)
    sets["one row a class"] = (train[:4], labels[:4], samples)
    sets["equal rows with other labels"] = (train[np.arange(60) // 2], labels[:60], samples)
    return sets


def pseudo_inputs():
    """Embeddings are a layer of their own; the nearest class is another than the label for some, and one has none."""
    rng = np.random.default_rng(22)
    titles = {}
    for title in ("overlapping classes", "constant and dependent dimensions"):
        train, labels, samples = inputs()[title]
        classes = np.vstack([grid(rng, 4, 6) / 2, -np.ones((1, 6))])
        embeddings = grid(rng, len(train), 6) / 4 + classes[labels]
        embeddings[0] = 0
        titles[title + ", pseudo-labelled"] = (train, labels, samples, classes, embeddings)
    return titles


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default=pathlib.Path(__file__).parents[2] / "golden", type=pathlib.Path)
    out = parser.parse_args().out / "detect"

    sets, cases = {}, []
    variants = [("msp", 1.0), ("msp", 2.5), ("energy", 1.0), ("energy", 0.5), ("maxlogit", 1.0), ("entropy", 1.0),
                ("gen", 1.0)]

    def add(title, detector, train, labels, samples, classes):
        weights = trained(ones(standardised(train, train)), labels, classes)
        logits = ones(standardised(train, samples)) @ weights.T
        for score, t in variants:
            cases.append({"input": title, "detector": f"{detector}:score={score},temperature={t},solver=lbfgs",
                          "scores": scores(logits, score, t).tolist()})

    for title, (train, labels, samples) in inputs().items():
        sets[title] = {"training": train.tolist(), "labels": labels.tolist(), "samples": samples.tolist()}
        add(title, "linear-probe", train, labels, samples, labels.max() + 1)
    for title, (train, labels, samples, classes, embeddings) in pseudo_inputs().items():
        sets[title] = {"training": train.tolist(), "labels": labels.tolist(), "samples": samples.tolist(),
                       "classes": classes.tolist(), "embeddings": embeddings.tolist()}
        pseudo = cosine_similarity(embeddings, classes).argmax(axis=1)
        wrong = (pseudo != labels).sum()
        assert 0 < wrong < len(labels) / 2 and (pseudo != 4).all(), (wrong, np.bincount(pseudo))
        add(title, "plp", train, pseudo, samples, len(classes))

    oracle = {"name": "SciPy, scikit-learn", "version": f"{scipy.__version__}, {sklearn.__version__}",
              "variant": "the exact minimum of mean cross-entropy + 5e-4 (|W|^2 + |b|^2) on standardised rows"}
    out.mkdir(parents=True, exist_ok=True)
    with open(out / "probe.json", "w") as f:
        json.dump({"oracle": oracle, "tolerance": 1e-8, "inputs": sets, "cases": cases}, f, separators=(",", ":"))
        f.write("\n")


if __name__ == "__main__":
    main()
