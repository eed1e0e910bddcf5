#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes golden/store: files made with NumPy alone, and what they hold.

Also checks the other direction: store.py --check FILE prints what an independent reader finds in a file of Stray.
"""
import argparse
import base64
import io
import json
import pathlib
import struct
import sys

import numpy as np

DTYPES = {"F16": "<f2", "F32": "<f4", "F64": "<f8", "I64": "<i8", "U8": "|u1"}


def bfloat16(values):
    """The upper half of float32, for values that fit exactly."""
    bits = np.asarray(values, "<f4").view("<u4")
    assert not np.any(bits & 0xFFFF)
    return (bits >> 16).astype("<u2")


def safetensors(tensors, metadata=None, pad=0):
    header, data = {}, b""
    if metadata is not None:
        header["__metadata__"] = metadata
    for name, (dtype, array) in tensors.items():
        raw = np.ascontiguousarray(array).tobytes()
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode() + b" " * pad
    return struct.pack("<Q", len(text)) + text + data


def npy(array, version=None):
    out = io.BytesIO()
    np.lib.format.write_array(out, array, version=version)
    return out.getvalue()


def values(array):
    return [repr(float(v)) for v in np.asarray(array).ravel()]


def case(name, suffix, content, expected):
    return {
        "oracle": {"name": "numpy", "version": np.__version__, "variant": "written by numpy, header by struct and json"},
        "case": name,
        "suffix": suffix,
        "file": base64.b64encode(content).decode(),
        **expected,
    }


def cases():
    rng = np.random.default_rng(42)
    exact = np.round(rng.standard_normal((3, 5)) * 8) / 8
    for dtype, numpy_dtype in [("F16", "<f2"), ("F32", "<f4"), ("F64", "<f8"), ("BF16", None)]:
        array = bfloat16(exact) if dtype == "BF16" else (exact if dtype == "F64" else exact.astype(numpy_dtype))
        content = safetensors({"features": (dtype, array)}, pad=3)
        yield case(f"safetensors-{dtype.lower()}", ".safetensors", content,
                   {"shape": [3, 5], "type": dtype, "values": values(exact)})
    ids = "a/1.png\nä/2.png\nc 3.png".encode()
    content = safetensors(
        {
            "ids": ("U8", np.frombuffer(ids, np.uint8)),
            "features": ("F32", exact.astype("<f4")),
            "labels": ("I64", np.array([1, 0, 1], "<i8")),
            "mask": ("BOOL", np.array([1, 0, 1], "|u1")),
        },
        {
            "stray.space": json.dumps({"extractor": "x", "layer": "embedding", "dimension": 5, "normalisation": "L2"}),
            "stray.classes": json.dumps(["cat", "dög"]),
            "stray.dataset": "tiny",
        })
    yield case("safetensors-labelled", ".safetensors", content,
               {"shape": [3, 5], "type": "F32", "values": values(exact), "ids": ids.decode().split("\n"),
                "labels": [1, 0, 1], "classes": ["cat", "dög"], "dataset": "tiny"})
    for version in [(1, 0), (2, 0), (3, 0)]:
        yield case(f"npy-version{version[0]}", ".npy", npy(exact.astype("<f4"), version),
                   {"shape": [3, 5], "type": "F32", "values": values(exact)})
    for dtype, numpy_dtype in [("F16", "<f2"), ("F64", "<f8")]:
        yield case(f"npy-{dtype.lower()}", ".npy", npy(exact.astype(numpy_dtype)),
                   {"shape": [3, 5], "type": dtype, "values": values(exact)})
    yield case("npy-vector", ".npy", npy(exact.astype("<f4").ravel()),
               {"shape": [15], "type": "F32", "values": values(exact)})
    for numpy_dtype in ["<i4", "<i8", "|u1"]:
        array = np.array([0, 2, 1, 200], numpy_dtype)
        yield case(f"npy-labels-{numpy_dtype[1:]}", ".npy", npy(array),
                   {"shape": [4], "type": "U8" if numpy_dtype == "|u1" else "I64", "values": values(array)})
    yield case("npy-empty", ".npy", npy(np.zeros((0, 4), "<f4")), {"shape": [0, 4], "type": "F32", "values": []})
    for name, array in {
        "fortran": np.asfortranarray(exact.astype("<f4")),
        "big-endian": exact.astype(">f4"),
        "int16": np.array([1, 2], "<i2"),
        "bool": np.array([True]),
        "structured": np.array([(1, 2.0)], [("a", "<i4"), ("b", "<f4")]),
        "objects": np.array([None], object),
    }.items():
        yield case(f"npy-refused-{name}", ".npy", npy(array), {"refused": True})


def check(path):
    """What an independent reader finds: one JSON object a tensor."""
    if path.suffix == ".npy":
        array = np.load(path)
        print(json.dumps({"shape": array.shape, "dtype": array.dtype.str, "values": values(array)}))
        return
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8:8 + length])
    metadata = header.pop("__metadata__", {})
    end = 0
    for name, entry in header.items():
        begin, stop = entry["data_offsets"]
        assert begin == end, name
        end = stop
        data = raw[8 + length + begin:8 + length + stop]
        if entry["dtype"] == "BF16":
            array = (np.frombuffer(data, "<u2").astype("<u4") << 16).view("<f4")
        else:
            array = np.frombuffer(data, DTYPES[entry["dtype"]])
        array = array.reshape(entry["shape"])
        print(json.dumps({"name": name, "shape": array.shape, "values": values(array)}))
    assert end == len(raw) - 8 - length and (8 + length) % 8 == 0
    print(json.dumps({"metadata": metadata}))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parents[2] / "golden")
    parser.add_argument("--check", type=pathlib.Path)
    options = parser.parse_args()
    if options.check:
        check(options.check)
        return
    folder = options.out / "store"
    folder.mkdir(parents=True, exist_ok=True)
    for document in cases():
        (folder / f"{document['case']}.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
