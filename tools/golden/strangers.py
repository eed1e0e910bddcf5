#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes golden/inspect: strangers of one set written out in NumPy, their groups by SciPy's average linkage, shortcuts by
scikit-learn.

Features are multiples of 1/16, exact in float32. It is an error here if a call, a group or the order of two images hangs on
the order of a sum.
"""
import argparse
import json
import math
import pathlib

import numpy as np
import scipy
import sklearn
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.metrics import roc_auc_score

K = 10
NEAR = 1e-9


def cosines(rows):
    norms = np.linalg.norm(rows, axis=1)
    units = np.divide(rows, norms[:, None], out=np.zeros_like(rows), where=norms[:, None] > 0)
    products = units @ units.T
    return (products + products.T) / 2


def kth(similarities, k):
    """1 - the k-th largest cosine, the smallest if there are fewer, 1 if there are none."""
    if len(similarities) == 0:
        return 1.0
    return 1 - np.sort(similarities)[::-1][min(k, len(similarities)) - 1]


class OneSet:
    def __init__(self, rows, groups, ruined, classes):
        self.rows, self.ruined, self.classes = np.asarray(rows, float), set(ruined), classes
        self.n = len(rows)
        self.keep = np.arange(self.n)
        for group in groups:
            self.keep[group["rows"]] = group["keep"]
        self.cos = cosines(self.rows)
        self.vouchers = [i for i in range(self.n) if self.keep[i] == i and i not in self.ruined]

    def outside(self, row, members):
        return [v for v in members if self.keep[v] != self.keep[row]]

    def distances(self, clump):
        if self.classes is not None:
            return self.by_class()
        v, m = self.vouchers, len(self.vouchers)
        k1 = max(K, math.ceil(clump * m))
        d1 = [kth(self.cos[i, self.outside(i, v)], k1) for i in v]
        size = math.ceil((1 - 1.34 * clump if clump > 0.1 else 0.85) * m)
        order = sorted(range(m), key=lambda j: (d1[j], v[j]))
        # Of two images that are farthest from one another both have the same distance: the lower index goes first.
        if 0 < size < m and 0 < d1[order[size]] - d1[order[size - 1]] < NEAR:
            raise SystemExit("the reference hangs on a near tie; choose other inputs")
        reference = [v[j] for j in order[:size]]
        return np.array([kth(self.cos[i, self.outside(i, reference)], K) for i in range(self.n)])

    def class_distance(self, row, c):
        members = [v for v in self.vouchers if self.classes[v] == c]
        others = self.outside(row, members)
        return kth(self.cos[row, others], max(3, math.ceil(0.3 * len(members)))) if others else None

    def by_class(self):
        labels = sorted(set(self.classes))
        all_of = [[d for c in labels if (d := self.class_distance(i, c)) is not None] for i in range(self.n)]
        return np.array([min(each) if each else 1.0 for each in all_of])

    def within(self):
        own = [self.class_distance(i, self.classes[i]) for i in range(self.n)]
        own = np.array([1.0 if d is None else d for d in own])
        found = []
        for c in sorted(set(self.classes)):
            rows = [i for i in range(self.n) if self.classes[i] == c and i not in self.ruined]
            if len(rows) >= 20:
                limit = bar(own[rows])
                found += [i for i in rows if own[i] > limit]
        return sorted(found, key=lambda i: (-own[i], i))

    def called(self, distances):
        if len(self.vouchers) < 20:
            return [], None
        sound = [i for i in range(self.n) if i not in self.ruined]
        limit = bar(distances[sound])
        if np.min(np.abs(distances[sound] - limit)) < NEAR:
            raise SystemExit("a call hangs on a near tie; choose other inputs")
        groups = {self.keep[i] for i in sound if distances[i] > limit}
        return [i for i in sound if self.keep[i] in groups], limit

    def clusters(self, rows):
        others = self.cos - 3 * np.eye(self.n)
        cut = float(np.median(others.max(axis=1)))
        if len(rows) < 2:
            return [list(rows)] if len(rows) else []
        apart = 1 - self.cos[np.ix_(rows, rows)]
        tree = linkage(squareform(np.maximum(apart, 0) * (1 - np.eye(len(rows))), checks=False), "average")
        if np.min(np.abs(tree[:, 2] - (1 - cut))) < NEAR:
            raise SystemExit("a group hangs on a near tie; choose other inputs")
        marks = fcluster(tree, 1 - cut, "distance")
        groups = [[r for r, mark in zip(rows, marks) if mark == g] for g in sorted(set(marks))]
        return sorted(groups, key=lambda g: (-len(g), rows.index(g[0])))


def bar(values):
    q1, q3 = np.percentile(values, [25, 75])
    return q3 + (1 / 0.37037 - 1) * (q3 - q1)


def bulk(rng, n, d, centres=3, spread=0.8):
    middle = rng.integers(-40, 41, (centres, d)) / 16
    return middle[rng.integers(0, centres, n)] + np.round(rng.normal(0, spread, (n, d)) * 16) / 16


def clump(rng, n, d, spread=0.5):
    return rng.integers(-64, 65, d) / 16 + np.round(rng.normal(0, spread, (n, d)) * 16) / 16


def cases():
    rng = np.random.default_rng(20261201)
    plain = np.vstack([bulk(rng, 90, 8), clump(rng, 5, 8), clump(rng, 3, 8), rng.integers(-64, 65, (2, 8)) / 16])
    yield "two kinds of strangers", plain, [], [], None, [0.05, 0.15, 0.3]
    rows = np.vstack([bulk(rng, 120, 6), clump(rng, 8, 6)])
    doubled = np.vstack([rows, rows[120:125], rows[:4] * 2])
    groups = [{"rows": [120 + i, 128 + i], "keep": 128 + i if i % 2 else 120 + i} for i in range(5)]
    groups += [{"rows": [i, 133 + i], "keep": i} for i in range(4)]
    yield "half of a clump twice", doubled, groups, [], None, [0.05]
    yield "ruined images", plain, [{"rows": [3, 7, 11], "keep": 7}], [7, 20, 21, 22, 93, 95], None, [0.05]
    yield "a larger group apart", np.vstack([bulk(rng, 110, 8, 1, 0.5), clump(rng, 15, 8, 0.2)]), [], [], None, [0.05]
    yield "a zero row", np.vstack([bulk(rng, 40, 5), np.zeros((1, 5))]), [], [], None, [0.05]
    yield "few vouchers", bulk(rng, 9, 4), [{"rows": [0, 1], "keep": 1}], [2], None, [0.05, 0.5]
    yield "all ruined", bulk(rng, 6, 4), [], [0, 1, 2, 3, 4, 5], None, [0.05]
    yield "one image", bulk(rng, 1, 4), [], [], None, [0.05]
    parts = [bulk(rng, n, 6, 1, 0.7) for n in (30, 24, 6)]
    strange = np.vstack([clump(rng, 4, 6), clump(rng, 4, 6)])
    classes = [0] * 30 + [1] * 24 + [2] * 6 + [0, 1, 0, 1, 2, 0, 1, 0]
    moved = np.vstack([*parts, strange])
    moved[[2, 31]] = moved[[31, 2]]
    yield "class folders", moved, [{"rows": [5, 60], "keep": 5}], [9], classes, [0.05]
    yield "a class of one", moved[:31], [], [], [0] * 29 + [1, 1], [0.05]


def shortcuts():
    rng = np.random.default_rng(20261202)
    for title, n, m, shift in [("wider", 40, 60, 30), ("narrower", 25, 30, -50), ("alike", 50, 50, 0)]:
        first = [[int(w), int(h), int(b)] for w, h, b in rng.integers([100, 80, 2000], [200, 160, 9000], (n, 3))]
        second = [[int(w), int(h), int(b)] for w, h, b in rng.integers([100 + shift, 80, 2000], [200 + shift, 160, 9000], (m, 3))]
        formats = [["JPEG" if x < 0.7 else "PNG" for x in rng.random(k)] for k in (n, m)]
        share = {f: formats[0].count(f) / n for f in ("JPEG", "PNG")}
        expected = {}
        truth = [1] * n + [0] * m
        columns = {"width": lambda i: i[0], "height": lambda i: i[1], "aspect": lambda i: i[0] / i[1],
                   "size": lambda i: math.sqrt(i[0]) * math.sqrt(i[1]), "bytes": lambda i: i[2],
                   "bytes_per_pixel": lambda i: i[2] / (i[0] * i[1])}
        for name, value in columns.items():
            a = roc_auc_score(truth, [value(i) for i in first + second])
            expected[name] = max(a, 1 - a)
        a = roc_auc_score(truth, [share[f] for f in formats[0] + formats[1]])
        expected["format"] = max(a, 1 - a)
        yield {"title": title, "first": first, "second": second, "formats": formats, "auroc": expected}


def strangers():
    for title, rows, groups, ruined, classes, clumps in cases():
        one = OneSet(rows, groups, ruined, classes)
        for c in clumps:
            distances = one.distances(c)
            called, limit = one.called(distances)
            order = sorted(range(one.n), key=lambda i: (-round(float(distances[i]), 12), i))
            strange = [i for i in order if i in set(called)]
            apart = []
            if classes is None and c < 0.15:
                wide = one.distances(0.15)
                more, _ = one.called(wide)
                more = sorted(set(more) - set(called), key=lambda i: (-round(float(wide[i]), 12), i))
                if len(more) >= max(K, math.ceil(c * len(one.vouchers))):
                    apart = more
            yield {"title": title, "clump": c, "rows": rows.tolist(), "copies": groups, "ruined": ruined,
                   "classes": classes, "distances": distances.tolist(), "order": order, "called": sorted(called),
                   "bar": limit, "apart": apart, "groups": one.clusters(strange),
                   "within": one.within() if classes is not None else None}


def write(path, document):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, separators=(",", ":")) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True, type=pathlib.Path)
    out = parser.parse_args().out / "inspect"
    numpy = {"name": "NumPy", "version": np.__version__, "variant": "definitions written out"}
    scikit = {"name": "scikit-learn", "version": sklearn.__version__, "variant": "roc_auc_score"}
    numpy["variant"] += f"; SciPy {scipy.__version__} average linkage"
    write(out / "strangers.json", {"oracle": numpy, "cases": list(strangers())})
    write(out / "shortcuts.json", {"oracle": scikit, "cases": list(shortcuts())})


main()
