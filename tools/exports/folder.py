# SPDX-License-Identifier: Apache-2.0
"""Writes what is expected of an exported folder beside it, and holds the export to it with onnxruntime."""

import importlib.metadata
import json
import pathlib
import re
import shutil
import time

import numpy as np

import pictures

TOLERANCE = 1e-4
MISTAKES = "smallest difference in features after a mistake"


def versions(*packages):
    """The installed versions of packages, for expected.json."""
    found = {}
    for package in packages:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            pass
    return found


class Folder:
    """One folder of the output: model/ with the user's files, expected-*.npy and expected.json."""

    def __init__(self, root, name, pictures):
        self.path = pathlib.Path(root) / name
        shutil.rmtree(self.path, ignore_errors=True)
        self.model = self.path / "model"
        self.model.mkdir(parents=True)
        self.pictures = pictures
        self.about = {"folder": name}
        self.arrays = {}

    def say(self, **facts):
        self.about.update(facts)

    def expect(self, name, array, rows=None):
        """Keeps an array; rows (default the pictures' names) says what its first axis counts."""
        array = np.ascontiguousarray(array)
        self.arrays[name] = {"shape": list(array.shape), "rows": list(self.pictures) if rows is None else rows}
        np.save(self.path / f"expected-{name}.npy", array)

    def expect_pixels(self, pixels):
        """Keeps what the network is given of each picture, [1, 3, height, width], where the pictures are not the drawn ones."""
        if not pictures.are_drawn(self.pictures):
            self.expect("pixels", np.concatenate([np.asarray(p, np.float32) for p in pixels]))

    def close(self, began):
        self.about["arrays"] = self.arrays
        self.about["kilobytes"] = round(sum(f.stat().st_size for f in self.path.rglob("*") if f.is_file()) / 1024)
        self.about["seconds"] = round(time.time() - began, 1)
        (self.path / "expected.json").write_text(json.dumps(self.about, indent=1, ensure_ascii=False) + "\n")


def run(file, feeds, optimised=True):
    """The outputs of an ONNX file by name, one image at a time."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    if not optimised:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(without_shapes(file), options, providers=["CPUExecutionProvider"])
    kinds = {i.name: i.type for i in session.get_inputs()}
    feeds = {
        k: (
            v.astype(np.float16)
            if kinds[k] == "tensor(float16)"
            else v.astype(np.int32) if kinds[k] == "tensor(int32)" else v.astype(np.int64) if kinds[k] == "tensor(int64)" else v
        )
        for k, v in feeds.items()
        if k in kinds
    }
    names = [o.name for o in session.get_outputs()]
    return dict(zip(names, session.run(names, feeds)))


def without_shapes(file):
    """The file's bytes, without the shapes of outputs that are fixed to those of the traced example."""
    import onnx

    network = onnx.load(str(file))
    for value in fixed_outputs(network.graph):
        value.type.tensor_type.ClearField("shape")
    return network.SerializeToString()


def fixed_outputs(graph):
    """Outputs that are said to have a fixed count of rows where every input has any number."""
    free = all(v.type.tensor_type.shape.dim[0].dim_param for v in graph.input)
    return [v for v in graph.output if free and v.type.tensor_type.shape.dim and v.type.tensor_type.shape.dim[0].dim_value]


def has_fixed_outputs(file):
    import onnx

    return bool(fixed_outputs(onnx.load(str(file), load_external_data=False).graph))


def outputs_of(file):
    """The names and shapes of an ONNX file's inputs and outputs."""
    import onnx

    graph = onnx.load(str(file), load_external_data=False).graph

    def shape(value):
        return [re.sub(r"\W", "_", d.dim_param) or d.dim_value for d in value.type.tensor_type.shape.dim]

    return {v.name: shape(v) for v in graph.input}, {v.name: shape(v) for v in graph.output}


def moved(folder, how, others, features):
    """How far the features move after a mistake at most over the images; fails where a test could not see it."""
    far = max(np.abs(a - b).max() for a, b in zip(others, features))
    if far < 5e-3:
        raise SystemExit(f"{folder.about['folder']}: a wrong {how} moves the features by {far:.2g} only")
    return float(f"{far:.2g}")


def distance(folder, what, got, expected):
    """Notes how far another precision is from float32, in standard deviations over the pictures.

    Half precision and int8 are right within 0.15 of one in the root mean square; 4 bits need not be.
    """
    far = np.asarray(got, np.float64) - expected
    spread = np.asarray(expected, np.float64).std(0)
    folder.about.setdefault("distance from float32 in standard deviations", {})[what] = {
        "root mean square": round(float(np.sqrt((far**2).mean() / (spread**2).mean())), 4),
        "largest": round(float(np.abs(far).max() / spread.mean()), 4),
    }


def compare(folder, what, got, expected, tolerance=TOLERANCE):
    """Notes the largest difference of an exported file's values from the library's; fails above the tolerance."""
    difference = float(np.abs(np.asarray(got, np.float64) - np.asarray(expected, np.float64)).max())
    folder.about.setdefault("largest difference of onnxruntime from the library", {})[what] = float(f"{difference:.2g}")
    if not difference <= tolerance:
        raise SystemExit(f"{folder.about['folder']}: {what} differs by {difference:.3g} from the library's (allowed {tolerance})")
