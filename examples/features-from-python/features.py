# SPDX-License-Identifier: Apache-2.0
"""Writes features as a network in Python would give them: train.npy and test.npy, [n, d] float32, and test-ids.txt.

    python3 features.py FOLDER

Here they are drawn; put your own network's output in their place. NumPy is all that is needed.
"""
import pathlib
import sys

import numpy as np

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(1)
centres = random.normal(size=(5, 64))


def expected(n):
    return centres[random.integers(0, 5, n)] + 0.3 * random.normal(size=(n, 64))


strangers = random.normal(size=(20, 64)) * 1.5
np.save(folder / "train.npy", expected(500).astype(np.float32))
np.save(folder / "test.npy", np.concatenate([expected(80), strangers]).astype(np.float32))
(folder / "test-ids.txt").write_text("".join("%s-%d\n" % ("expected" if i < 80 else "stranger", i) for i in range(100)))
