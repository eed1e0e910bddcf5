#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes golden/accuracy: k-NN predictions and accuracies from scikit-learn, correlations and lines from SciPy.

Features are multiples of 1/16, exact in float32. No case hangs on the order of a sum: it is an error here if the k-th and
the next neighbour, or the two leading votes, are nearly equal.
"""
import argparse
import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy.stats import linregress
from sklearn.metrics import accuracy_score
from sklearn.metrics.pairwise import cosine_distances
from sklearn.neighbors import KNeighborsClassifier

TEMPERATURE = 0.02


def weights(distances):
    return np.exp((1 - distances) / TEMPERATURE)


def clusters(rng, n, d, classes, spread):
    centres = rng.integers(-32, 33, (classes, d)) / 16
    labels = rng.integers(0, classes, n)
    return centres, labels, centres[labels] + np.round(rng.normal(0, spread, (n, d)) * 16) / 16


def inputs():
    rng = np.random.default_rng(20260205)
    for title, n, m, d, classes, spread in [
        ("separated clusters", 90, 40, 8, 5, 0.5),
        ("overlapping clusters", 120, 60, 6, 7, 2.0),
        ("two dimensions", 50, 40, 2, 3, 1.5),
        ("more classes than neighbours", 60, 30, 12, 30, 2.0),
    ]:
        centres, labels, training = clusters(rng, n, d, classes, spread)
        wanted = rng.integers(0, classes, m)
        samples = centres[wanted] + np.round(rng.normal(0, spread, (m, d)) * 16) / 16
        yield title, training, labels, samples, wanted
    _, labels, training = clusters(rng, 40, 5, 4, 1.0)
    labels[labels == 2] = 9
    yield "a class without training rows", training, labels, training[::3] + 1 / 16, np.full(14, 2)
    yield "one class", training, np.zeros(40, int), training[::4] * 2, np.zeros(10, int)
    zero = np.vstack([training, np.zeros((1, 5))])
    yield "a zero training row", zero, np.append(labels, 1), -training[::4] + 1 / 8, labels[::4]


def neighbours(training, labels, samples, truth, k):
    model = KNeighborsClassifier(n_neighbors=k, metric="cosine", algorithm="brute", weights=weights)
    model.fit(training, labels)
    near = np.sort(cosine_distances(samples, training), axis=1)
    if k < len(training) and np.min(near[:, k] - near[:, k - 1]) < 1e-9:
        return None
    shares = np.sort(model.predict_proba(samples), axis=1)
    if shares.shape[1] > 1 and np.min(shares[:, -1] - shares[:, -2]) < 1e-9:
        raise SystemExit("two classes get nearly the same votes; choose other inputs")
    predicted = model.predict(samples)
    return {"k": k, "predicted": predicted.tolist(), "accuracy": float(accuracy_score(truth, predicted))}


def series():
    rng = np.random.default_rng(20260206)
    accuracy = np.round(rng.uniform(0.3, 0.95, 32), 3)
    yield "accuracies against AUROC", accuracy, np.round(0.4 + 0.55 * accuracy + rng.normal(0, 0.02, 32), 4)
    yield "unrelated", rng.normal(0, 1, 50), rng.normal(0, 1, 50)
    yield "falling", np.arange(12.0), 3 - 2 * np.arange(12.0) + rng.normal(0, 1, 12)
    yield "on a line", np.arange(9.0), 0.25 * np.arange(9.0) - 4
    yield "three pairs", np.array([0.0, 1, 2]), np.array([0.0, 1, 0.5])
    yield "two pairs", np.array([0.25, 0.5]), np.array([0.5, 0.75])
    yield "far from zero", 1e6 + rng.integers(0, 65, 20) / 16, -1e6 + rng.integers(0, 65, 20) / 16
    yield "one outlier", np.append(rng.normal(0, 1, 20), 1e6), np.append(rng.normal(0, 1, 20), 3.0)


def write(path, document):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, separators=(",", ":"), allow_nan=False) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parents[2] / "golden")
    folder = parser.parse_args().out / "accuracy"
    sets, cases = {}, []
    for title, training, labels, samples, truth in inputs():
        truth = truth[: len(samples)]
        sets[title] = {
            "training": training.tolist(),
            "labels": labels.tolist(),
            "samples": samples.tolist(),
            "sample_labels": truth.tolist(),
        }
        for k in (1, 5, 20, len(training)):
            case = neighbours(training, labels, samples, truth, k)
            if case is not None:
                cases.append({"input": title, **case})
    oracle = {
        "name": "scikit-learn",
        "version": sklearn.__version__,
        "variant": "KNeighborsClassifier, brute cosine, weights exp(cos / 0.02); accuracy_score",
    }
    write(folder / "knn.json", {"oracle": oracle, "inputs": sets, "cases": cases})
    lines = []
    for title, x, y in series():
        line = linregress(x, y)
        lines.append({
            "title": title,
            "x": x.tolist(),
            "y": y.tolist(),
            "r": float(line.rvalue),
            "slope": float(line.slope),
            "intercept": float(line.intercept),
        })
    oracle = {"name": "SciPy", "version": scipy.__version__, "variant": "scipy.stats.linregress"}
    write(folder / "correlation.json", {"oracle": oracle, "cases": lines})


if __name__ == "__main__":
    main()
