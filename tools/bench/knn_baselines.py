#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Times exact neighbours by Stray, OpenBLAS sgemm and FAISS IndexFlatIP in turns, within the same minute.

Usage: knn_baselines.py ROUNDS -- COMMAND ...   where COMMAND runs NearestRowsBenchmark --rounds

sgemm computes the products alone: no top-k, and its [2000 x 50000] results are overwritten each time. A BLAS that
reaches less than half of the FMA peak printed by Stray does not count, and the output says so.
"""

import os
import re
import subprocess
import sys
import time

for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
os.environ["OPENBLAS_NUM_THREADS"] = "2"
os.environ["OMP_NUM_THREADS"] = "2"

import faiss
import numpy as np
import threadpoolctl

GALLERY, QUERIES, DIMENSION, CHUNK = 50_000, 10_000, 768, 2_000
OPERATIONS = 2.0 * GALLERY * QUERIES * DIMENSION


def unit_rows(rows, seed):
    values = np.random.default_rng(seed).standard_normal((rows, DIMENSION), dtype=np.float32)
    return values / np.linalg.norm(values, axis=1, keepdims=True)


def sgemm(gallery, queries, product):
    start = time.perf_counter()
    for first in range(0, QUERIES, CHUNK):
        np.matmul(queries[first : first + CHUNK], gallery.T, out=product)
    return OPERATIONS / (time.perf_counter() - start) / 1e9


def flat(index, queries, k):
    start = time.perf_counter()
    index.search(queries, k)
    return OPERATIONS / (time.perf_counter() - start) / 1e9


def main():
    if len(sys.argv) < 4 or sys.argv[2] != "--":
        sys.exit(__doc__)
    rounds = int(sys.argv[1])
    blas = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
    for pool in blas:
        print("BLAS: {internal_api} {version}, kernel {architecture}, {num_threads} threads".format(**pool), flush=True)
    if not blas:
        print("BLAS: none that threadpoolctl knows, so NumPy runs its slow reference: that baseline does not count")
    faiss.omp_set_num_threads(2)
    print(f"FAISS {faiss.__version__} IndexFlatIP, {faiss.omp_get_max_threads()} threads; NumPy {np.__version__}")
    gallery, queries = unit_rows(GALLERY, 1), unit_rows(QUERIES, 2)
    index = faiss.IndexFlatIP(DIMENSION)
    index.add(gallery)
    product = np.empty((CHUNK, GALLERY), dtype=np.float32)
    sgemm(gallery, queries, product)
    flat(index, queries[:1000], 1)
    stray = subprocess.Popen(sys.argv[3:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
    print(stray.stdout.readline().rstrip(), flush=True)
    shares = {}
    for _ in range(rounds):
        for k in (1, 50):
            before = sgemm(gallery, queries, product)
            stray.stdin.write("\n")
            line = stray.stdout.readline().rstrip()
            ours, low = re.search(r", ([\d.]+) GFLOP/s.*before ([\d.]+)", line), re.search(r"after ([\d.]+)", line)
            ours, peak = float(ours[1]), min(float(ours[2]), float(low[1]))
            after = sgemm(gallery, queries, product)
            theirs = flat(index, queries, k)
            blas_rate = (before + after) / 2
            print(line, flush=True)
            print(
                f"  sgemm {before:.1f} before, {after:.1f} after ({100 * blas_rate / peak:.0f} % of that peak"
                + (", under half: does not count" if blas_rate < peak / 2 else "")
                + f"); FAISS {k}-NN {theirs:.1f}; stray / sgemm {ours / blas_rate:.2f}, stray / FAISS {ours / theirs:.2f}",
                flush=True,
            )
            shares.setdefault(k, []).append((ours / peak, ours / blas_rate, ours / theirs))
    stray.stdin.close()
    stray.wait()
    for k, rows in shares.items():
        median = np.median(np.array(rows), axis=0)
        print(
            f"median of {len(rows)} rounds, {k}-NN: {100 * median[0]:.0f} % of the FMA peak,"
            f" {median[1]:.2f} times sgemm, {median[2]:.2f} times FAISS"
        )


main()
