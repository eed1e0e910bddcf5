#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes golden/threshold: p-values from SciPy's percentileofscore, thresholds as order statistics from NumPy.

The rank j = floor((1 - tpr)(n + 1)) is computed with fractions, so no rounding decides it. -inf is written as null.
"""
import argparse
import json
import pathlib
from fractions import Fraction

import numpy as np
import scipy
from scipy.stats import percentileofscore

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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    folder = parser.parse_args().out / "threshold"
    folder.mkdir(parents=True, exist_ok=True)
    document = {
        "oracle": {
            "name": "SciPy",
            "version": scipy.__version__,
            "variant": "percentileofscore(kind='weak'); numpy.partition at a rank computed with fractions",
        },
        "cases": [case(title, scores, target) for title, scores in inputs() for target in TARGETS],
    }
    with open(folder / "threshold.json", "w", encoding="utf-8") as file:
        json.dump(document, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
