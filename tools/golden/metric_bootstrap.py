#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes golden/bootstrap: percentile intervals of the four metrics by scikit-learn and NumPy, in every convention.

The resamples are those of Java's SplittableRandom, written out here after its published algorithm (Steele, Lea and Flood,
OOPSLA 2014): a generator is split off for each resample and draws, from the scores in descending order, n_id ID scores
and then n_ood OOD scores.
"""
import argparse
import json
import pathlib

import numpy as np
import sklearn

from metric import expected

MASK = 2**64 - 1
RESAMPLES = 101
TPR = "0.95"


class SplittableRandom:
    def __init__(self, seed, gamma=0x9E3779B97F4A7C15):
        self.seed, self.gamma = seed & MASK, gamma

    def next_seed(self):
        self.seed = (self.seed + self.gamma) & MASK
        return self.seed

    def next_long(self):
        z = self.next_seed()
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
        return z ^ z >> 31

    def next_int(self):
        z = self.next_seed()
        z = (z ^ z >> 33) * 0x62A9D9ED799705F5 & MASK
        return (z ^ z >> 28) * 0xCB24D0A5C88C35B3 >> 32 & 0xFFFFFFFF

    def below(self, bound):
        if bound & (bound - 1) == 0:
            return self.next_int() & (bound - 1)
        while True:
            drawn = self.next_int() >> 1
            if drawn - drawn % bound + bound <= 2**31:
                return drawn % bound

    def split(self):
        seed = self.next_long()
        z = self.next_seed()
        z = (z ^ z >> 33) * 0xFF51AFD7ED558CCD & MASK
        z = (z ^ z >> 33) * 0xC4CEB9FE1A85EC53 & MASK
        z = z ^ z >> 33 | 1
        few = bin(z ^ z >> 1).count("1") < 24
        return SplittableRandom(seed, z ^ 0xAAAAAAAAAAAAAAAA if few else z)


def inputs():
    random = np.random.default_rng(20260301)
    yield "untied", random.normal(1.2, 1, 60), random.normal(0, 1.4, 45), 42
    yield "tied", np.round(random.normal(1, 1, 64), 1), np.round(random.normal(0, 1, 33), 1), -7
    yield "few", np.array([3.0, 1.0, 2.0]), np.array([2.0, 0.0]), 5


def intervals(id_scores, ood_scores, seed):
    id_sorted, ood_sorted = -np.sort(-id_scores), -np.sort(-ood_scores)
    root = SplittableRandom(seed)
    figures = {}
    for _ in range(RESAMPLES):
        random = root.split()
        id_drawn = id_sorted[[random.below(len(id_sorted)) for _ in id_sorted]]
        ood_drawn = ood_sorted[[random.below(len(ood_sorted)) for _ in ood_sorted]]
        result = expected(id_drawn, ood_drawn)
        for name, values in result["conventions"].items():
            row = figures.setdefault(name, {"auroc": [], "fpr": [], "aupr_in": [], "aupr_out": []})
            row["auroc"].append(result["auroc"])
            row["fpr"].append(values["fpr"][TPR])
            row["aupr_in"].append(values["aupr_in"])
            row["aupr_out"].append(values["aupr_out"])
    return {
        name: {metric: np.quantile(values, [0.025, 0.975]).tolist() for metric, values in row.items()}
        for name, row in figures.items()
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parents[2] / "golden")
    folder = parser.parse_args().out / "bootstrap"
    folder.mkdir(parents=True, exist_ok=True)
    cases = [
        {
            "title": title,
            "id": id_scores.tolist(),
            "ood": ood_scores.tolist(),
            "seed": seed,
            "resamples": RESAMPLES,
            "tpr": float(TPR),
            "conventions": intervals(id_scores, ood_scores, seed),
        }
        for title, id_scores, ood_scores, seed in inputs()
    ]
    oracle = {
        "name": "scikit-learn, NumPy",
        "version": f"{sklearn.__version__}, {np.__version__}",
        "variant": "stratified resamples of Java's SplittableRandom, numpy.quantile of scikit-learn's metrics",
    }
    document = json.dumps({"oracle": oracle, "cases": cases}, separators=(",", ":"), allow_nan=False)
    (folder / "intervals.json").write_text(document + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
