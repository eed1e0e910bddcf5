#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Golden features of stray-mini, computed in float64 by a NumPy evaluator of its ONNX graph, and tiny test networks.

The evaluator below knows the operators of that graph and nothing of ONNX Runtime.
"""
import argparse
import json
import pathlib

import numpy as np
import onnx
import PIL
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from preprocess import center, noise, shortest

REPOSITORY = pathlib.Path(__file__).parents[2]
MINI = REPOSITORY / "vision/src/main/resources/io/github/stray/vision/model/stray-mini/stray-mini.onnx"
MEAN, STD = np.array([.4802, .4481, .3975]), np.array([.2770, .2691, .2821])


def windows(x, kernel, stride):
    view = np.lib.stride_tricks.sliding_window_view(x, kernel, axis=(2, 3))
    return view[:, :, ::stride[0], ::stride[1]]


def conv(x, w, b, a):
    top, left, bottom, right = a["pads"]
    assert a["dilations"] == [1, 1]
    view = windows(np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right))), w.shape[2:], a["strides"])
    groups = zip(np.split(view, a["group"], axis=1), np.split(w, a["group"]))
    return np.concatenate([np.einsum("nchwij,ocij->nohw", v, u, optimize=True) for v, u in groups], axis=1) + b[:, None, None]


def pool(x, a):
    assert a["pads"] == [0, 0, 0, 0] and x.shape[2] % 2 == 0 and x.shape[3] % 2 == 0
    return windows(x, a["kernel_shape"], a["strides"]).mean(axis=(4, 5))


def evaluate(model, x):
    values = {i.name: numpy_helper.to_array(i).astype(np.float64) for i in model.graph.initializer}
    values[model.graph.input[0].name] = x
    for node in model.graph.node:
        a = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
        i = [values[name] for name in node.input]
        if node.op_type == "Constant":
            out = numpy_helper.to_array(a["value"])
        elif node.op_type == "Conv":
            out = conv(i[0], i[1], i[2], a)
        elif node.op_type == "Relu":
            out = np.maximum(i[0], 0)
        elif node.op_type == "Sigmoid":
            out = 1 / (1 + np.exp(-i[0]))
        elif node.op_type == "Add":
            out = i[0] + i[1]
        elif node.op_type == "Mul":
            out = i[0] * i[1]
        elif node.op_type == "Div":
            out = i[0] / i[1]
        elif node.op_type == "Sqrt":
            out = np.sqrt(i[0])
        elif node.op_type == "AveragePool":
            out = pool(i[0], a)
        elif node.op_type == "ReduceMean":
            out = i[0].mean(axis=tuple(a["axes"]), keepdims=bool(a["keepdims"]))
        elif node.op_type == "ReduceSum":
            out = i[0].sum(axis=tuple(i[1].astype(int)), keepdims=bool(a["keepdims"]))
        elif node.op_type == "Gemm":
            assert a["alpha"] == a["beta"] == a["transB"] == 1
            out = i[0] @ i[1].T + i[2]
        else:
            raise SystemExit("operator not known: " + node.op_type)
        values[node.output[0]] = out
    return [values[o.name] for o in model.graph.output]


def mini_cases():
    model = onnx.load(MINI)
    cases = []
    for seed, (w, h) in enumerate([(64, 64), (90, 33), (131, 97)], start=70):
        pixels = center(np.asarray(shortest(Image.fromarray(noise(w, h, seed, False)), 64, Image.BILINEAR)), 64, 64)
        x = ((pixels / 255 - MEAN) / STD).transpose(2, 0, 1)[None]
        features, embeddings = evaluate(model, x)
        cases.append({"width": w, "height": h, "seed": seed,
                      "features": [float("%.7g" % v) for v in features[0]],
                      "embeddings": [float("%.7g" % v) for v in embeddings[0]]})
    return cases


def tensor(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def save(path, nodes, inputs, outputs, initializers=()):
    graph = helper.make_graph(nodes, path.stem, inputs, outputs, list(initializers))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def networks(out):
    node = helper.make_node
    mean = node("ReduceMean", ["input"], ["mean"], axes=[2, 3], keepdims=0)
    free = tensor("input", ["batch", 3, 8, 8])
    save(out / "fixed-batch.onnx", [node("ReduceMean", ["input"], ["output"], axes=[2, 3], keepdims=0)],
         [tensor("input", [4, 3, 8, 8])], [tensor("output", [4, 3])])
    save(out / "pooled-map.onnx", [node("GlobalAveragePool", ["input"], ["output"])],
         [free], [tensor("output", ["batch", 3, 1, 1])])
    save(out / "wide-map.onnx", [node("Identity", ["input"], ["output"])],
         [tensor("input", ["batch", 3, "h", "w"])], [tensor("output", ["batch", "c", "h", "w"])])
    save(out / "logarithm.onnx", [mean, node("Log", ["mean"], ["output"])], [free], [tensor("output", ["batch", 3])])
    save(out / "relu.onnx", [mean, node("Relu", ["mean"], ["output"])], [free], [tensor("output", ["batch", 3])])
    save(out / "two-inputs.onnx", [mean, node("Add", ["mean", "other"], ["output"])],
         [free, tensor("other", ["batch", 3])], [tensor("output", ["batch", 3])])
    save(out / "doubles.onnx", [node("ReduceMean", ["input"], ["output"], axes=[2, 3], keepdims=0)],
         [tensor("input", ["batch", 3, 8, 8], TensorProto.DOUBLE)], [tensor("output", ["batch", 3], TensorProto.DOUBLE)])
    weights = numpy_helper.from_array(np.arange(6, dtype=np.float32).reshape(3, 2), "weights")
    data = weights.raw_data
    weights.ClearField("raw_data")
    weights.data_location = TensorProto.EXTERNAL
    weights.external_data.add(key="location", value="external.bin")
    (out / "external.bin").write_bytes(data)
    graph = helper.make_graph([mean, node("MatMul", ["mean", "weights"], ["output"])], "external", [free],
                              [tensor("output", ["batch", 2])], [weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    (out / "external.onnx").write_bytes(model.SerializeToString())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=REPOSITORY / "golden")
    out = parser.parse_args().out / "extractor"
    out.mkdir(parents=True, exist_ok=True)
    oracle = {"name": "NumPy and Pillow", "version": np.__version__ + ", " + PIL.__version__,
              "variant": "float64 evaluator of the ONNX graph in tools/golden/extractor.py"}
    lines = ",\n".join(json.dumps(case) for case in mini_cases())
    (out / "stray-mini.json").write_text(json.dumps({"oracle": oracle})[:-1] + ', "cases": [\n' + lines + "\n]}\n")
    networks(out)


if __name__ == "__main__":
    main()
