#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes golden/mat: MATLAB files written by SciPy, and what they hold, first index fastest.

Some are small files in the layouts of SVHN, Oxford Flowers and Stanford Dogs.
"""
import argparse
import base64
import io
import json
import pathlib

import numpy as np
import scipy
import scipy.io
import scipy.sparse


def content(variables, compressed):
    out = io.BytesIO()
    scipy.io.savemat(out, variables, do_compression=compressed)
    data = bytearray(out.getvalue())
    data[:116] = b"MATLAB 5.0 MAT-file, written by SciPy for a test of Stray".ljust(116)
    return bytes(data)


def case(name, variables, compressed, numbers=(), texts=(), arrays=()):
    return {
        "oracle": {"name": "scipy", "version": scipy.__version__, "variant": "scipy.io.savemat"},
        "case": name,
        "file": base64.b64encode(content(variables, compressed)).decode(),
        "numbers": {key: [float(v) for v in np.asarray(variables[key]).ravel(order="F")] for key in numbers},
        "texts": {key: [str(v) for v in variables[key].ravel(order="F")] for key in texts},
        "bytes": {
            key: {
                "dimensions": list(variables[key].shape),
                "values": [int(v) for v in variables[key].ravel(order="F")],
            }
            for key in arrays
        },
    }


def cells(texts):
    return np.array(texts, dtype=object).reshape(-1, 1)


def digits(rng, n):
    return {
        "X": rng.integers(0, 256, (32, 32, 3, n), dtype=np.uint8),
        "y": np.array([[1], [10], [3], [9]][:n], dtype=np.uint8),
    }


def cases():
    rng = np.random.default_rng(42)
    yield case("digits-compressed", digits(rng, 4), True, ["y"], arrays=["X"])
    yield case("digits-plain", digits(rng, 2), False, ["y"], arrays=["X"])
    yield case("digits-one", digits(rng, 1), True, ["y"])
    types = {
        f"{kind}{'_small' if small else ''}": np.array([0, 1, 2] if small else [0, 1, 2, 100, 127, 5, 7], dtype=kind)
        for kind in ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]
        for small in (True, False)
    }
    types["negative"] = np.array([[-1.5, 2.25], [3e100, -0.0]])
    types["signed"] = np.array([-3, -70000], dtype=np.int32)
    types["scalar"] = np.array(7.0)
    types["empty"] = np.zeros((0, 3))
    yield case("types-compressed", types, True, list(types))
    yield case("types-plain", types, False, list(types))
    others = {
        "record": {"a": 1.0, "b": "text"},
        "imaginary": np.array([1 + 2j, 3]),
        "thin": scipy.sparse.csc_matrix(np.eye(3)),
        "words": cells(["abc", "", "two words", "na\u00efve"]),
        "last": np.array([4.0, 5.0]),
    }
    yield case("others", others, True, ["last"], ["words"])
    yield case("flowers-labels", {"labels": np.array([[2, 1, 2, 3, 3, 1, 102, 1]], dtype=np.uint8)}, True, ["labels"])
    sets = {
        "trnid": np.array([[8, 1]], dtype=np.uint16),
        "valid": np.array([[2, 7]], dtype=np.uint16),
        "tstid": np.array([[3, 4, 6, 5]], dtype=np.uint16),
    }
    yield case("flowers-sets", sets, True, list(sets))
    dogs = [
        "n02085620-Chihuahua/n02085620_1.jpg",
        "n02085620-Chihuahua/n02085620_2.jpg",
        "n02085782-Japanese_spaniel/n02085782_1.jpg",
        "n02085782-Japanese_spaniel/n02085782_2.jpg",
    ]
    for name, chosen in {"file": [0, 1, 2, 3], "train": [1, 2], "test": [0, 3]}.items():
        variables = {
            "file_list": cells([dogs[i] for i in chosen]),
            "annotation_list": cells([dogs[i].removesuffix(".jpg") for i in chosen]),
            "labels": np.array([[1.0 if i < 2 else 2.0] for i in chosen]),
        }
        yield case(f"dogs-{name}", variables, True, ["labels"], ["file_list", "annotation_list"])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parents[2] / "golden")
    folder = parser.parse_args().out / "mat"
    folder.mkdir(parents=True, exist_ok=True)
    for item in cases():
        path = folder / f"{item['case']}.json"
        path.write_text(json.dumps(item) + "\n")


if __name__ == "__main__":
    main()
