#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The recipe of the linear probe in PyTorch, in float32, as ProbeBenchmark runs ours. Prints the seconds from rows to head.

usage: probe_torch.py ROWS DIMENSION CLASSES EPOCHS THREADS
"""
import math
import sys
import time

import numpy as np
import torch

n, d, classes, epochs, threads = map(int, sys.argv[1:])
torch.set_num_threads(threads)
rng = np.random.default_rng(42)
centres = rng.standard_normal((classes, d), dtype=np.float32)
labels = rng.integers(0, classes, n)
rows = rng.standard_normal((n, d), dtype=np.float32) + 0.25 * centres[labels]
rows, labels = torch.from_numpy(rows), torch.from_numpy(labels)
torch.manual_seed(42)

start = time.perf_counter()
inputs = (rows - rows.mean(0)) / rows.std(0)
layer = torch.nn.Linear(d, classes)
optimiser = torch.optim.Adam(layer.parameters(), lr=1e-3, weight_decay=1e-3)
criterion = torch.nn.CrossEntropyLoss()
batch = 256
steps = epochs * math.ceil(n / batch)
warm = steps // 10
step = 0
for _ in range(epochs):
    order = torch.randperm(n)
    for at in range(0, n, batch):
        picked = order[at:at + batch]
        if step < warm:
            rate = 0.0 if warm == 1 else 1e-3 * step / (warm - 1)
        else:
            rate = 1e-3 * (1 + math.cos(math.pi * (step - warm) / (steps - warm))) / 2
        optimiser.param_groups[0]["lr"] = rate
        optimiser.zero_grad()
        criterion(layer(inputs[picked]), labels[picked]).backward()
        optimiser.step()
        step += 1
with torch.no_grad():
    loss = criterion(layer(inputs), labels).item()
print(f"{time.perf_counter() - start:.2f} s, {step} steps, loss {loss:.4f}")
