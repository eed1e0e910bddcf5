#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes golden/threshold: p-values from SciPy's percentileofscore, thresholds as order statistics from NumPy.

The rank j = floor((1 - tpr)(n + 1)) is computed with fractions, so no rounding decides it. -inf is written as null.

keep-rate.json: the distribution Beta(n + 1 - j, j) by SciPy, and the ranks that a confidence gives by trying every one.
discoveries.json: scikit-learn's SelectFdr, the procedure of Benjamini and Hochberg, on p-values of one calibration set.
"""
import argparse
import json
import pathlib
from fractions import Fraction

import numpy as np
import scipy
import sklearn
from scipy.stats import beta, percentileofscore
from sklearn.feature_selection import SelectFdr

TARGETS = ["0.5", "0.8", "0.9", "0.95", "0.99", "0.999", "1e-6"]


def inputs():
    rng = np.random.default_rng(20261124)
    for n in [1, 2, 9, 18, 19, 20, 39, 99, 100, 499]:
        yield f"{n} distinct scores", rng.permutation(np.arange(n) * 4 - n) / 16
    yield "many ties", rng.integers(-3, 4, 200) / 4
    yield "all equal", np.full(60, 0.25)
    yield "distances, far from zero", -np.round(rng.gamma(9.0, 1000.0, 250) * 16) / 16
    yield "one outlier", np.append(rng.integers(0, 65, 79) / 64, -1e9)


def case(title, scores, target):
    tpr = Fraction(target)
    j = int((1 - tpr) * (len(scores) + 1))
    j = min(j, len(scores))
    threshold = float(np.partition(scores, j - 1)[j - 1]) if j else None
    asked = np.unique(np.concatenate([scores, scores - 1 / 64, scores + 1 / 64]))[::max(1, len(scores) // 12)]
    at_most = [round(len(scores) * percentileofscore(scores, s, kind="weak") / 100) for s in asked]
    p = [(1 + count) / (len(scores) + 1) for count in at_most]
    inside = [threshold is None or bool(s >= threshold) for s in asked]
    if inside != [Fraction(1 + count, len(scores) + 1) > Fraction(j, len(scores) + 1) for count in at_most]:
        raise SystemExit(f"{title}, {target}: p-value and threshold disagree")
    return {
        "title": f"{title}, TPR {target}",
        "calibration": scores.tolist(),
        "tpr": float(target),
        "threshold": threshold,
        "scores": asked.tolist(),
        "p_values": p,
        "in": inside,
    }


def keep_rate(n, j):
    share = beta(n + 1 - j, j)
    at = [0.5, 0.9, 0.95, 0.99, float(share.ppf(1e-6)), float(share.mean())]
    return {
        "title": f"rank {j} of {n}",
        "n": n,
        "rank": j,
        "mean": float(share.mean()),
        "low": float(share.ppf(0.05)),
        "high": float(share.ppf(0.95)),
        "at": at,
        "below": [float(value) for value in share.cdf(at)],
    }


def keep_rates():
    for n in [1, 2, 5, 19, 20, 59, 100, 200, 999, 10_000, 1_000_000]:
        for j in sorted({1, 2, max(1, (n + 1) // 100), max(1, (n + 1) // 20), (n + 1) // 2, n} & set(range(1, n + 1))):
            yield keep_rate(n, j)


def promise(target, confidence):
    """The largest rank for some n, null where there is none, and the smallest n that has one."""
    tpr, risk = float(target), float(1 - Fraction(confidence))
    ranks = {}
    for n in [1, 10, 58, 59, 60, 92, 93, 100, 298, 299, 300, 1000, 5000]:
        tail = beta.cdf(tpr, n - np.arange(n), np.arange(n) + 1.0)
        if np.any(np.abs(tail / risk - 1) < 1e-9) or np.any(np.diff(tail) < -1e-12):
            raise SystemExit(f"{target} with confidence {confidence}, n = {n}: rounding could decide the rank")
        ranks[str(n)] = int(np.sum(tail <= risk)) or None
    smallest = 1
    while Fraction(target) ** smallest > 1 - Fraction(confidence):
        smallest += 1
    title = f"TPR {target} with confidence {confidence}"
    return {"title": title, "tpr": tpr, "confidence": float(confidence), "smallest": smallest, "ranks": ranks}


def discoveries(rng, title, n, in_distribution, atypical, shift, q):
    calibration = rng.integers(-64, 65, n) / 16
    batch = np.concatenate([rng.integers(-64, 65, in_distribution) / 16, rng.integers(-64, 65, atypical) / 16 - shift])
    counts = [int(np.sum(calibration <= score)) for score in batch]
    p = np.array([(1 + count) / (n + 1) for count in counts])
    chosen = SelectFdr(lambda x, y: (-p, p), alpha=float(q)).fit(np.zeros((2, len(p))), [0, 1]).get_support()
    exact = [Fraction(1 + count, n + 1) for count in counts]
    kept = [i for i in range(1, len(p) + 1) if sorted(exact)[i - 1] <= Fraction(q) * i / len(p)]
    cut = sorted(exact)[kept[-1] - 1] if kept else Fraction(0)
    if [bool(one) for one in chosen] != [one <= cut for one in exact]:
        raise SystemExit(f"{title}: rounding decides")
    smallest = next(i for i in range(1, 10 * len(p) * n) if Fraction(1, n + 1) <= Fraction(q) * i / len(p))
    return {"title": title, "n": n, "q": float(q), "p_values": p.tolist(), "rejected": chosen.tolist(), "fewest": smallest}


def batches():
    rng = np.random.default_rng(20261201)
    for n, in_distribution, atypical, shift, q in [
        (19, 1, 0, 0, "0.05"), (19, 0, 1, 9, "0.05"), (99, 10, 0, 0, "0.1"), (99, 10, 5, 9, "0.1"), (99, 0, 12, 9, "0.05"),
        (200, 80, 20, 8, "0.1"), (200, 90, 10, 6, "0.05"), (200, 100, 0, 0, "0.2"), (1000, 150, 50, 5, "0.01"),
        (1000, 150, 50, 5, "0.3"), (50, 40, 1, 9, "0.05"), (999, 400, 100, 3, "0.1"),
    ]:
        title = f"{in_distribution} + {atypical} samples, n = {n}, q = {q}, shift {shift}"
        yield discoveries(rng, title, n, in_distribution, atypical, shift, q)


def write(folder, name, oracle, **content):
    with open(folder / name, "w", encoding="utf-8") as file:
        json.dump({"oracle": oracle, **content}, file, separators=(",", ":"))
        file.write("\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    folder = parser.parse_args().out / "threshold"
    folder.mkdir(parents=True, exist_ok=True)
    write(
        folder,
        "threshold.json",
        {
            "name": "SciPy",
            "version": scipy.__version__,
            "variant": "percentileofscore(kind='weak'); numpy.partition at a rank computed with fractions",
        },
        cases=[case(title, scores, target) for title, scores in inputs() for target in TARGETS],
    )
    write(
        folder,
        "keep-rate.json",
        {"name": "SciPy", "version": scipy.__version__, "variant": "stats.beta(n + 1 - j, j): cdf, ppf; every rank tried"},
        cases=list(keep_rates()),
        promises=[promise(t, g) for t in ["0.5", "0.8", "0.9", "0.95", "0.99"] for g in ["0.5", "0.9", "0.95", "0.99"] if (t, g) != ("0.5", "0.5")],
    )
    write(
        folder,
        "discoveries.json",
        {
            "name": "scikit-learn",
            "version": sklearn.__version__,
            "variant": "feature_selection.SelectFdr, checked with fractions so that no rounding decides",
        },
        cases=list(batches()),
    )


if __name__ == "__main__":
    main()
