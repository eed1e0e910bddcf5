#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes golden/metric: AUROC, FPR at a TPR, AUPR and the DeLong interval, from scikit-learn, NumPy and SciPy.

The conventions are computed from scikit-learn's own curves, the way the named code bases compute them. Infinite scores,
which scikit-learn refuses, are replaced by their dense ranks: all metrics but the convention ninco depend on the order only.
"""
import argparse
import json
import pathlib
import warnings
from decimal import Decimal

import numpy as np
import scipy
import sklearn
from scipy.special import expit, logit
from scipy.stats import norm
from sklearn.metrics import auc, average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

TPRS = [0.05, 0.5, 0.8, 0.9, 0.95, 0.99, 1.0]


def cases():
    random = np.random.default_rng(20260101)

    def normal(n, mean, deviation, digits=None):
        values = random.normal(mean, deviation, n)
        return values if digits is None else np.round(values, digits)

    yield "untied", normal(200, 1.5, 1), normal(300, 0, 1.6)
    yield "untied_odd_sizes", normal(173, 1, 1), normal(211, 0, 1)
    yield "tied", normal(200, 1.5, 1, 1), normal(300, 0, 1.6, 1)
    yield "heavily_tied", normal(150, 0.5, 1, 0), normal(90, 0, 1, 0)
    yield "tied_21_id", normal(21, 0.5, 1, 1), normal(80, 0, 1, 1)
    yield "binary", random.integers(0, 2, 60).astype(float), random.integers(0, 2, 45).astype(float)
    yield "few_id", normal(20, 1, 1, 2), normal(1500, 0, 1, 2)
    yield "few_ood", normal(1500, 1, 1, 2), normal(20, 0, 1, 2)
    yield "near_perfect", normal(400, 6, 1), normal(400, 1, 1)
    yield "one_each_right", [2.0], [1.0]
    yield "one_each_wrong", [1.0], [2.0]
    yield "one_each_tied", [1.0], [1.0]
    yield "one_id", [0.25], normal(40, 0, 1)
    yield "one_ood", normal(40, 0, 1), [0.25]
    yield "two_each", [1.0, 3.0], [2.0, 0.0]
    yield "separated", normal(30, 100, 1), normal(50, 0, 1)
    yield "reversed", normal(30, 0, 1), normal(50, 100, 1)
    yield "all_equal", [3.5] * 17, [3.5] * 9
    yield "signed_zeros", [0.0, -0.0, 1.0, -0.0], [-0.0, 0.0, -1.0]
    scale = np.array([1e-320, 1e-300, 1e-5, 1.0, 1e16, 1e300])
    yield (
        "large_magnitude",
        np.concatenate([random.choice(scale, 80) * random.choice([-1, 1], 80), [8e307, 5e-324]]),
        np.concatenate([-random.choice(scale, 60), [8e307, -8e307, -5e-324, 0.0]]),
    )
    yield "one_ulp_apart", 1 + 2.0**-52 * random.integers(0, 9, 50), 1 + 2.0**-52 * random.integers(0, 8, 70)
    id_scores = normal(53, 0, 1)
    thresholds = np.quantile(id_scores, [float(1 - Decimal(repr(t))) for t in TPRS])
    yield "ood_at_quantiles", id_scores, np.r_[thresholds, np.nextafter(thresholds, 9), np.nextafter(thresholds, -9)]
    infinite = [-np.inf, np.inf, 0.0, 1.0, 2.0]
    yield "infinite", random.choice(infinite, 40, p=[0.1, 0.3, 0.1, 0.2, 0.3]), random.choice(infinite, 30)


def fpr_canonical(fpr, tpr, target):
    return fpr[tpr >= target].min()


def fpr_plp(labels, scores, target):
    fpr, tpr, _ = roc_curve(labels, scores)
    return np.interp(target, tpr, fpr)


def fpr_openood(labels, scores, target):
    fpr, tpr, _ = roc_curve(1 - labels, -scores)
    return fpr[np.argmax(tpr >= target)]


def fpr_mcm(fpr, tpr, target):
    fpr, tpr = fpr[1:], tpr[1:]
    distance = np.abs(tpr - target)
    chosen = tpr[distance == distance.min()].max()
    candidates = fpr[tpr == chosen]
    return candidates.min() if chosen == 1 else candidates.max()


def fpr_vim(id_scores, ood_scores, target):
    threshold = np.sort(id_scores)[-int(np.floor(target * len(id_scores)))]
    return np.mean(ood_scores >= threshold)


def fpr_ninco(id_scores, ood_scores, target):
    threshold = np.quantile(id_scores, float(1 - Decimal(repr(target))))
    return np.mean(ood_scores >= threshold)


def pr_trapezoid(labels, scores):
    precision, recall, _ = precision_recall_curve(labels, scores)
    return auc(recall, precision)


def de_long(id_scores, ood_scores):
    """By the structural components of all pairs, O(n m); None where the variance is undefined."""
    n, m = len(id_scores), len(ood_scores)
    wins = (id_scores[:, None] > ood_scores[None, :]) + 0.5 * (id_scores[:, None] == ood_scores[None, :])
    area = wins.mean()
    if area in (0, 1):
        bound = 0.05 ** (1 / min(n, m))
        return [bound, 1.0] if area == 1 else [0.0, 1 - bound]
    if min(n, m) == 1:
        return None
    variance = wins.mean(axis=1).var(ddof=1) / n + wins.mean(axis=0).var(ddof=1) / m
    half_width = norm.ppf(0.975) * np.sqrt(variance) / (area * (1 - area))
    return [expit(logit(area) - half_width), expit(logit(area) + half_width)]


def expected(id_scores, ood_scores):
    finite = np.isfinite(id_scores).all() and np.isfinite(ood_scores).all()
    labels = np.r_[np.ones(len(id_scores), int), np.zeros(len(ood_scores), int)]
    scores = np.r_[id_scores, ood_scores]
    if not finite:
        scores = np.unique(scores, return_inverse=True)[1].astype(float)
    id_ranked, ood_ranked = scores[labels == 1], scores[labels == 0]
    fpr, tpr, _ = roc_curve(labels, scores, drop_intermediate=False)
    precision = {
        "aupr_in": average_precision_score(labels, scores),
        "aupr_out": average_precision_score(1 - labels, -scores),
    }
    trapezoid = {
        "aupr_in": pr_trapezoid(labels, scores),
        "aupr_out": pr_trapezoid(1 - labels, -scores),
    }
    conventions = {
        "canonical": (lambda t: fpr_canonical(fpr, tpr, t), precision),
        "plp": (lambda t: fpr_plp(labels, scores, t), precision),
        "openood": (lambda t: fpr_openood(labels, scores, t), trapezoid),
        "mcm": (lambda t: fpr_mcm(fpr, tpr, t), precision),
        "vim": (lambda t: fpr_vim(id_ranked, ood_ranked, t), trapezoid),
    }
    if finite:
        conventions["ninco"] = (lambda t: fpr_ninco(id_ranked, ood_ranked, t), precision)
    return {
        "auroc": roc_auc_score(labels, scores),
        "auroc_ci95": de_long(id_ranked, ood_ranked),
        "conventions": {
            name: {"fpr": {repr(t): float(rule(t)) for t in TPRS}, **{k: float(v) for k, v in area.items()}}
            for name, (rule, area) in conventions.items()
        },
    }


def encoded(values):
    return [float(v) if np.isfinite(v) else ("Infinity" if v > 0 else "-Infinity") for v in values]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parents[2] / "golden")
    folder = parser.parse_args().out / "metric"
    folder.mkdir(parents=True, exist_ok=True)
    warnings.filterwarnings("ignore", message="overflow encountered", category=RuntimeWarning)
    oracle = {
        "name": "scikit-learn, NumPy, SciPy",
        "version": f"{sklearn.__version__}, {np.__version__}, {scipy.__version__}",
        "variant": "roc_curve, precision_recall_curve, average_precision_score; DeLong by all pairs",
    }
    for name, id_scores, ood_scores in cases():
        id_scores, ood_scores = np.asarray(id_scores, float), np.asarray(ood_scores, float)
        case = {
            "oracle": oracle,
            "id": encoded(id_scores),
            "ood": encoded(ood_scores),
            "expected": expected(id_scores, ood_scores),
        }
        lines = ",\n".join(f'"{key}": {json.dumps(value, allow_nan=False)}' for key, value in case.items())
        (folder / f"{name}.json").write_text("{\n" + lines + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
