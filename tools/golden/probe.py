#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes golden/probe/*.json: the linear probe step by step by PyTorch's Adam, its minimum by SciPy and scikit-learn.

Start and batch order are in the files, so that both sides take the same. Inputs are multiples of 1/16, exact in float32;
PyTorch computes in float64, so that all differences are the other side's. Needs Debian's python3-torch, -scipy, -sklearn.
Run with Debian's Python: tools/golden/probe.py [--out DIR]
"""
import argparse
import json
import math
import pathlib

import numpy as np
import scipy
import scipy.linalg
import scipy.optimize
import sklearn
import torch
from sklearn.linear_model import LogisticRegression

DECAY = 1e-3
PEAK = 1e-3


def grid(rng, *shape):
    return rng.integers(-64, 65, shape) / 16


def blobs(rng, n, d, classes, spread):
    """Rows around a centre a class; class 0 is the most frequent."""
    labels = np.minimum(rng.integers(0, classes, n), rng.integers(0, classes, n))
    labels[:classes] = np.arange(classes)[:n]
    centres = rng.integers(-spread, spread + 1, (classes, d)) / 16
    return grid(rng, n, d) + centres[labels], labels


def standardise(rows):
    """Mean and deviation are rounded to float32, as a head stores them; a constant dimension is centred only."""
    tensor = torch.tensor(rows, dtype=torch.float64)
    mean = tensor.mean(0)
    constant = (tensor == tensor[0]).all(0)
    scale = torch.where(constant, torch.ones(1, dtype=torch.float64), tensor.std(0, unbiased=True)) \
        if len(rows) > 1 else torch.ones(rows.shape[1], dtype=torch.float64)
    mean, scale = mean.float(), scale.float()
    return (tensor - mean.double()) / scale.double(), mean, scale


def schedule(step, steps):
    warm = math.floor(0.1 * steps)
    if step < warm:
        return 0.0 if warm == 1 else PEAK * step / (warm - 1)
    return PEAK * (1 + math.cos(math.pi * (step - warm) / (steps - warm))) / 2


def adam(name, rng, n, d, classes, batch, epochs, spread=24, constant=(), duplicates=0):
    rows, labels = blobs(rng, n, d, classes, spread)
    for t in constant:
        rows[:, t] = 2.5
    if duplicates:
        rows[-duplicates:] = rows[:duplicates]
        labels[-duplicates:] = (labels[:duplicates] + np.arange(duplicates) % 2) % classes
    inputs, mean, scale = standardise(rows)
    targets = torch.tensor(labels)
    bound = 1 / math.sqrt(d)
    start_weight = rng.uniform(-bound, bound, (classes, d)).astype(np.float32)
    start_bias = rng.uniform(-bound, bound, classes).astype(np.float32)
    orders = [rng.permutation(n) for _ in range(epochs)]

    layer = torch.nn.Linear(d, classes, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(start_weight, dtype=torch.float64))
        layer.bias.copy_(torch.tensor(start_bias, dtype=torch.float64))
    optimiser = torch.optim.Adam(layer.parameters(), lr=PEAK, betas=(0.9, 0.999), eps=1e-8, weight_decay=DECAY)
    criterion = torch.nn.CrossEntropyLoss()
    steps = epochs * math.ceil(n / batch)
    wanted = {1, 2, 3, 10, math.floor(0.1 * steps), steps}
    rates, losses, after = [], [], []
    done = 0
    for order in orders:
        for at in range(0, n, batch):
            picked = torch.tensor(order[at:at + batch])
            optimiser.zero_grad()
            loss = criterion(layer(inputs[picked]), targets[picked])
            loss.backward()
            rates.append(schedule(done, steps))
            for group in optimiser.param_groups:
                group["lr"] = rates[-1]
            optimiser.step()
            losses.append(loss.item())
            done += 1
            if done in wanted:
                after.append({"steps": done, "weight": layer.weight.detach().tolist(),
                              "bias": layer.bias.detach().tolist()})
    return {
        "name": name, "classes": classes, "batch": batch, "epochs": epochs,
        "rows": rows.tolist(), "labels": labels.tolist(), "mean": mean.tolist(), "scale": scale.tolist(),
        "start": {"weight": start_weight.tolist(), "bias": start_bias.tolist()},
        "orders": [order.tolist() for order in orders],
        "rates": rates, "losses": losses, "after": after,
    }


def objective(inputs, targets, classes, theta):
    d = inputs.shape[1]
    weight, bias = theta[:classes * d].reshape(classes, d), theta[classes * d:]
    loss = torch.nn.functional.cross_entropy(inputs @ weight.T + bias, targets)
    return loss + DECAY / 2 * theta.square().sum()


def minimum(name, rng, n, d, classes, spread=24, constant=(), absent=False):
    rows, labels = blobs(rng, n, d, classes, spread)
    for t in constant:
        rows[:, t] = -1.75
    if absent:
        classes += 1
    inputs, mean, scale = standardise(rows)
    targets = torch.tensor(labels)
    size = classes * d + classes

    def function(theta):
        theta = torch.tensor(theta, dtype=torch.float64, requires_grad=True)
        value = objective(inputs, targets, classes, theta)
        value.backward()
        return value.item(), theta.grad.numpy()

    start = np.linalg.norm(function(np.zeros(size))[1])
    theta = scipy.optimize.minimize(function, np.zeros(size), jac=True, method="L-BFGS-B").x
    for _ in range(8):
        hessian = torch.autograd.functional.hessian(
            lambda at: objective(inputs, targets, classes, at), torch.tensor(theta, dtype=torch.float64)).numpy()
        theta = theta - scipy.linalg.solve(hessian, function(theta)[1], assume_a="pos")
    value, slope = function(theta)
    assert np.linalg.norm(slope) < 1e-12 * start, (name, np.linalg.norm(slope) / start)
    case = {
        "name": name, "classes": classes, "rows": rows.tolist(), "labels": labels.tolist(),
        "mean": mean.tolist(), "scale": scale.tolist(),
        "objective": value, "weight": theta[:classes * d].reshape(classes, d).tolist(),
        "bias": theta[classes * d:].tolist(),
    }
    if not absent and classes > 2:
        # scikit-learn penalises no intercept, so a column of ones stands in for it; its C counts the sum of losses.
        model = LogisticRegression(C=1 / (DECAY * n), fit_intercept=False, solver="newton-cg", tol=1e-6, max_iter=10000)
        model.fit(np.hstack([inputs.numpy(), np.ones((n, 1))]), labels)
        assert np.abs(model.coef_[:, :d] - theta[:classes * d].reshape(classes, d)).max() < 1e-5, name
        assert np.abs(model.coef_[:, d] - theta[classes * d:]).max() < 1e-5, name
    return case


def write(path, name, variant, tolerance, cases):
    oracle = {
        "name": "PyTorch, SciPy, scikit-learn",
        "version": f"{torch.__version__}, {scipy.__version__}, {sklearn.__version__}",
        "variant": variant,
    }
    path.mkdir(parents=True, exist_ok=True)
    with open(path / f"{name}.json", "w") as f:
        json.dump({"oracle": oracle, "tolerance": tolerance, "cases": cases}, f, separators=(",", ":"))
        f.write("\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default=pathlib.Path(__file__).parents[2] / "golden", type=pathlib.Path)
    out = parser.parse_args().out / "probe"
    torch.set_num_threads(1)

    rng = np.random.default_rng(11)
    cases = [
        adam("two classes, a last batch of 3", rng, 43, 5, 2, 8, 10),
        adam("five classes, a constant dimension", rng, 60, 6, 5, 16, 12, constant=(2,)),
        adam("fewer rows than a batch", rng, 9, 4, 3, 256, 40),
        adam("no warm-up step", rng, 20, 3, 3, 8, 3),
        adam("one warm-up step", rng, 20, 3, 2, 10, 8),
        adam("two warm-up steps", rng, 20, 3, 2, 10, 10),
        adam("equal rows with different labels", rng, 30, 4, 3, 7, 10, duplicates=10),
        adam("one row", rng, 1, 3, 2, 4, 12),
        adam("batch of one", rng, 7, 3, 2, 1, 6),
    ]
    write(out, "adam", "torch.optim.Adam(weight_decay=1e-3) in float64, its rate set at every step", 1e-9, cases)
    cases = [adam("moderate", rng, 400, 24, 7, 64, 20)]
    write(out, "adam-moderate", "torch.optim.Adam(weight_decay=1e-3) in float64, its rate set at every step", 1e-9, cases)
    cases = [adam("batches of more than 1024 rows", rng, 2500, 3, 3, 2100, 6)]
    write(out, "adam-large-batch", "torch.optim.Adam(weight_decay=1e-3) in float64, its rate set at every step", 1e-9,
          cases)

    cases = [
        minimum("two classes", rng, 50, 4, 2),
        minimum("five classes, a constant dimension", rng, 120, 6, 5, constant=(3,)),
        minimum("separable", rng, 60, 5, 3, spread=160),
        minimum("fewer rows than dimensions", rng, 12, 20, 3),
        minimum("a class without rows", rng, 40, 4, 3, absent=True),
        minimum("more than one part", rng, 1500, 3, 4),
    ]
    write(out, "lbfgs", "scipy.optimize, then Newton's steps, on the objective as PyTorch differentiates it, agreeing with LogisticRegression",
          {"relative": 1e-7, "absolute": 1e-8}, cases)


if __name__ == "__main__":
    main()
