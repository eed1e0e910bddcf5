#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Small networks in the layouts that extractors come in, and what PyTorch makes of images with them in float64.

Writes golden/graph: CLIP ViTs (class token, pre-LN, projection) that offer image_embeds only, image_embeds with
last_hidden_state, or unit-norm image_embeds; a CLIP ResNet with attention pooling; a DINO ViT that offers all tokens; CNN
classifiers with Gemm and with MatMul + Add; the first CLIP again with its weights in external data; and a list of
classifier heads in every form that is read, with the matrix each stands for. Weights come from NumPy's seeded generator,
graphs from torch.onnx. Run with Debian's Python: tools/golden/extractors.py [--out DIR]
"""
import argparse
import base64
import io
import json
import pathlib
import warnings

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from preprocess import noise

REPOSITORY = pathlib.Path(__file__).parents[2]
SIDE, PATCH, WIDTH, HEADS, EMBED = 32, 8, 24, 4, 16
MEAN, STD = (0.48, 0.46, 0.41), (0.27, 0.26, 0.28)
IMAGES = [(SIDE, SIDE, 301, False), (SIDE, SIDE, 302, True), (SIDE, SIDE, 303, False)]


class Block(nn.Module):
    def __init__(self, quick):
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down, self.quick = nn.Linear(WIDTH, 2 * WIDTH), nn.Linear(2 * WIDTH, WIDTH), quick

    def forward(self, x):
        n, t, _ = x.shape
        q, k, v = self.qkv(self.ln1(x)).reshape(n, t, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        weights = ((q @ k.transpose(2, 3)) * (WIDTH // HEADS) ** -0.5).softmax(-1)
        x = x + self.out((weights @ v).transpose(1, 2).reshape(n, t, WIDTH))
        h = self.up(self.ln2(x))
        return x + self.down(h * torch.sigmoid(1.702 * h) if self.quick else nn.functional.gelu(h))


class Tokens(nn.Module):
    """Patches and a class token through two blocks."""

    def __init__(self, quick):
        super().__init__()
        self.patch = nn.Conv2d(3, WIDTH, PATCH, PATCH, bias=not quick)
        self.token = nn.Parameter(torch.zeros(WIDTH))
        self.position = nn.Parameter(torch.zeros((SIDE // PATCH) ** 2 + 1, WIDTH))
        self.pre = nn.LayerNorm(WIDTH) if quick else nn.Identity()
        self.blocks = nn.Sequential(Block(quick), Block(quick))

    def forward(self, pixels):
        x = self.patch(pixels).flatten(2).transpose(1, 2)
        token = self.token.expand(x.shape[0], 1, WIDTH)
        return self.blocks(self.pre(torch.cat([token, x], 1) + self.position))


class Clip(nn.Module):
    """`order`: norm-first norms all tokens and picks one (open_clip), pick-first the other way round (Hugging Face)."""

    def __init__(self, order, unit, hidden):
        super().__init__()
        self.tokens, self.post = Tokens(True), nn.LayerNorm(WIDTH)
        self.projection = nn.Linear(WIDTH, EMBED, bias=False)
        self.order, self.unit, self.hidden = order, unit, hidden

    def parts(self, pixels):
        hidden = self.tokens(pixels)
        features = self.post(hidden[:, 0]) if self.order == "pick-first" else self.post(hidden)[:, 0]
        embeddings = self.projection(features)
        if self.unit:
            embeddings = nn.functional.normalize(embeddings, dim=-1)
        return {"features": features, "embeddings": embeddings,
                "patches": self.projection(self.post(hidden[:, 1:])), "hidden": hidden}

    def forward(self, pixels):
        parts = self.parts(pixels)
        return (parts["embeddings"], parts["hidden"]) if self.hidden else parts["embeddings"]


class Dino(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.norm = Tokens(False), nn.LayerNorm(WIDTH)

    def parts(self, pixels):
        return {"features": self.norm(self.tokens(pixels))[:, 0]}

    def forward(self, pixels):
        return self.norm(self.tokens(pixels))


class ClipResNet(nn.Module):
    """Two residual stages and attention pooling: the mean asks all places."""

    def __init__(self):
        super().__init__()
        self.stem, self.one = nn.Conv2d(3, 16, 4, 4), nn.Conv2d(16, 16, 3, 1, 1)
        self.down, self.two = nn.Conv2d(16, WIDTH, 2, 2), nn.Conv2d(WIDTH, WIDTH, 3, 1, 1)
        self.position = nn.Parameter(torch.zeros(17, WIDTH))
        self.q, self.k, self.v = (nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.c = nn.Linear(WIDTH, EMBED)

    def parts(self, pixels):
        x = self.stem(pixels).relu()
        x = self.down((x + self.one(x)).relu()).relu()
        x = (x + self.two(x)).relu().flatten(2).transpose(1, 2)
        x = torch.cat([x.mean(1, keepdim=True), x], 1) + self.position
        n, t, _ = x.shape
        q, k, v = (f(y).reshape(n, -1, HEADS, WIDTH // HEADS).transpose(1, 2)
                   for f, y in ((self.q, x[:, :1]), (self.k, x), (self.v, x)))
        weights = ((q @ k.transpose(2, 3)) * (WIDTH // HEADS) ** -0.5).softmax(-1)
        return {"embeddings": self.c((weights @ v).transpose(1, 2).reshape(n, WIDTH))}

    def forward(self, pixels):
        return self.parts(pixels)["embeddings"]


class Classifier(nn.Module):
    def __init__(self, gemm):
        super().__init__()
        self.stem, self.one = nn.Conv2d(3, 16, 4, 4), nn.Conv2d(16, WIDTH, 3, 2, 1)
        self.fc, self.gemm = nn.Linear(WIDTH, 10), gemm

    def parts(self, pixels):
        features = self.one(self.stem(pixels).relu()).relu().mean((2, 3))
        logits = self.fc(features) if self.gemm else features @ self.fc.weight.t() + self.fc.bias
        return {"features": features, "logits": logits}

    def forward(self, pixels):
        return self.parts(pixels)["logits"]


def weigh(model, seed):
    """Weights that keep the scale of what passes; norms and positions near 1 and 0 but not at them."""
    rng = np.random.default_rng(seed)
    for name, parameter in model.named_parameters():
        values = rng.standard_normal(tuple(parameter.shape))
        if "ln" in name or "norm" in name or "post" in name or "pre." in name:
            values = values * 0.2 + (1 if name.endswith("weight") else 0)
        elif parameter.dim() > 1 and "position" not in name:
            values = values * 1.4 / np.sqrt(np.prod(parameter.shape[1:]))
        else:
            values = values * 0.3
        parameter.data = torch.from_numpy(values.astype(np.float32))
    return model.eval()


def export(model, outputs, opset):
    target = io.BytesIO()
    axes = {name: {0: "batch"} for name in ["pixel_values"] + outputs}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(model, torch.zeros(2, 3, SIDE, SIDE), target, opset_version=opset, input_names=["pixel_values"],
                          output_names=outputs, dynamic_axes=axes)
    return onnx.load_from_string(target.getvalue())


def reference(model):
    """What PyTorch makes of the images in float64; no two images may look alike to the network."""
    double = model.double()
    cases = []
    with torch.no_grad():
        for width, height, seed, binary in IMAGES:
            pixels = (noise(width, height, seed, binary) / 255 - np.array(MEAN)) / np.array(STD)
            parts = double.parts(torch.from_numpy(pixels.transpose(2, 0, 1)[None].copy()))
            parts.pop("hidden", None)
            cases.append({"width": width, "height": height, "seed": seed, "binary": binary,
                          **{name: [float("%.7g" % v) for v in part[0].flatten()] for name, part in parts.items()}})
    model.float()
    for layer in cases[0].keys() - {"width", "height", "seed", "binary"}:
        for i in range(len(cases)):
            for j in range(i):
                a, b = np.array(cases[i][layer]), np.array(cases[j][layer])
                assert np.linalg.norm(a - b) > 0.01 * np.linalg.norm(a), (layer, i, j)
    return cases


def external(model, file):
    """The same network with every weight of more than 64 numbers in a file beside it."""
    data = b""
    for weight in model.graph.initializer:
        array = numpy_helper.to_array(weight)
        if array.size > 64:
            raw = array.astype("<f4").tobytes()
            weight.ClearField("raw_data")
            weight.data_location = TensorProto.EXTERNAL
            for key, value in (("location", file), ("offset", len(data)), ("length", len(raw))):
                weight.external_data.add(key=key, value=str(value))
            data += raw
    return model, data


def heads():
    """Classifier heads behind global average pooling of [n, 3, 8, 8], and the W and b that each stands for."""
    rng = np.random.default_rng(77)
    node, tensor = helper.make_node, numpy_helper.from_array
    weight = rng.integers(-64, 65, (5, 3)) / 16
    bias = rng.integers(-64, 65, 5) / 16
    integers, zero = rng.integers(-100, 101, (5, 3)), rng.integers(-8, 9, 5)
    scale = np.array([.0625, .125, .03125, .25, .5])
    sums = rng.integers(-3000, 3001, 5)
    f4, i1, u1, i4 = np.float32, np.int8, np.uint8, np.int32
    q = {"xs": tensor(f4(.0078125), "xs"), "xz": tensor(u1(128), "xz"), "ys": tensor(f4(.25), "ys"),
         "yz": tensor(u1(128), "yz"), "s": tensor(scale.astype(f4), "s"), "z": tensor(zero.astype(i1), "z"),
         "s1": tensor(f4(.125), "s1"), "z1": tensor(i1(3), "z1"), "z0": tensor(np.zeros(5, i1), "z0"),
         "c": tensor(sums.astype(i4), "c")}
    pooled, flat = node("GlobalAveragePool", ["input"], ["map"]), node("Flatten", ["map"], ["features"])
    quantise = [pooled, flat, node("QuantizeLinear", ["features", "xs", "xz"], ["q"])]
    back = node("DequantizeLinear", ["y", "ys", "yz"], ["logits"])
    channel, single = scale[:, None] * (integers - zero[:, None]), .125 * (integers - 3.)

    def w(array, kind=f4):
        return tensor(np.ascontiguousarray(array).astype(kind), "w")

    b, conv = tensor(bias.astype(f4), "b"), [5, 3, 1, 1]
    cases = [
        ("gemm", [pooled, flat, node("Gemm", ["features", "w", "b"], ["logits"], transB=1)], [w(weight), b], weight, bias),
        ("gemm-scaled", [pooled, flat, node("Gemm", ["features", "w", "b"], ["logits"], alpha=.5, beta=2.)],
         [w(weight.T), b], weight / 2, bias * 2),
        ("gemm-no-bias", [pooled, flat, node("Gemm", ["features", "w"], ["logits"], transB=1)], [w(weight)], weight, 0 * bias),
        ("matmul", [pooled, flat, node("MatMul", ["features", "w"], ["logits"])], [w(weight.T)], weight, 0 * bias),
        ("matmul-add", [pooled, flat, node("MatMul", ["features", "w"], ["p"]), node("Add", ["b", "p"], ["logits"])],
         [w(weight.T), b], weight, bias),
        ("matmul-of-transposed", [pooled, flat, node("Transpose", ["w"], ["t"], perm=[1, 0]),
                                  node("MatMul", ["features", "t"], ["p"]), node("Add", ["p", "b"], ["logits"])],
         [w(weight), b], weight, bias),
        ("float16", [pooled, flat, node("Cast", ["w"], ["t"], to=1), node("Gemm", ["features", "t", "b"], ["logits"], transB=1)],
         [w(weight, np.float16), b], weight, bias),
        ("conv", [pooled, flat, node("Conv", ["map", "w", "b"], ["y"]), node("Flatten", ["y"], ["logits"])],
         [w(weight.reshape(conv)), b], weight, bias),
        ("dequantised-by-channel", [pooled, flat, node("DequantizeLinear", ["w", "s", "z"], ["t"], axis=0),
                                    node("Gemm", ["features", "t", "b"], ["logits"], transB=1)],
         [w(integers, i1), q["s"], q["z"], b], channel, bias),
        ("dequantised-by-column", [pooled, flat, node("DequantizeLinear", ["w", "s", "z"], ["t"]),
                                   node("MatMul", ["features", "t"], ["p"]), node("Add", ["p", "b"], ["logits"])],
         [w(integers.T, i1), q["s"], q["z"], b], channel, bias),
        ("qlinearmatmul", quantise + [node("QLinearMatMul", ["q", "xs", "xz", "w", "s1", "z1", "ys", "yz"], ["y"]), back],
         [w(integers.T, i1)] + [q[k] for k in ("xs", "xz", "s1", "z1", "ys", "yz")], single, 0 * bias),
        ("qlinearmatmul-by-column",
         quantise + [node("QLinearMatMul", ["q", "xs", "xz", "w", "s", "z0", "ys", "yz"], ["y"]), back],
         [w(integers.T, i1)] + [q[k] for k in ("xs", "xz", "s", "z0", "ys", "yz")], scale[:, None] * integers, 0 * bias),
        ("qgemm", quantise + [node("QGemm", ["q", "xs", "xz", "w", "s", "z0", "c", "ys", "yz"], ["y"], transB=1,
                                   domain="com.microsoft"), back],
         [w(integers, i1)] + [q[k] for k in ("xs", "xz", "s", "z0", "c", "ys", "yz")], scale[:, None] * integers,
         sums * .0078125 * scale),
        ("qlinearconv", [pooled, flat, node("QuantizeLinear", ["map", "xs", "xz"], ["q"]),
                         node("QLinearConv", ["q", "xs", "xz", "w", "s", "z0", "ys", "yz", "c"], ["m"]),
                         node("Flatten", ["m"], ["y"]), back],
         [w(integers.reshape(conv), i1)] + [q[k] for k in ("xs", "xz", "s", "z0", "ys", "yz", "c")],
         scale[:, None] * integers, sums * .0078125 * scale),
    ]
    result = []
    for name, nodes, constants, expected, offset in cases:
        info = helper.make_tensor_value_info
        graph = helper.make_graph(nodes, name, [info("input", TensorProto.FLOAT, ["batch", 3, 8, 8])],
                                  [info("features", TensorProto.FLOAT, ["batch", 3]),
                                   info("logits", TensorProto.FLOAT, ["batch", 5])], constants)
        sets = [helper.make_opsetid("", 13), helper.make_opsetid("com.microsoft", 1)]
        model = helper.make_model(graph, opset_imports=sets, ir_version=8)
        result.append({"name": name, "onnx": base64.b64encode(model.SerializeToString()).decode(),
                       "quantised": any(k in name for k in ("qlinear", "qgemm", "dequantised")),
                       "weight": np.array(expected).flatten().tolist(), "bias": np.array(offset).tolist()})
    return result


def write(path, oracle, cases, **more):
    lines = ",\n".join(json.dumps(case) for case in cases)
    head = json.dumps({"oracle": oracle, **more})[:-1]
    path.write_text(head + ', "cases": [\n' + lines + "\n]}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=REPOSITORY / "golden")
    out = parser.parse_args().out / "graph"
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    embeds, hidden = ["image_embeds"], ["image_embeds", "last_hidden_state"]
    networks = {
        "clip-projected": (Clip("pick-first", False, False), 11, embeds, 14),
        "clip-hidden": (Clip("pick-first", False, True), 12, hidden, 17),
        "clip-unit": (Clip("norm-first", True, False), 13, embeds, 14),
        "clip-resnet": (ClipResNet(), 14, embeds, 14),
        "dino": (Dino(), 15, ["last_hidden_state"], 14),
        "classifier-gemm": (Classifier(True), 16, ["logits"], 13),
        "classifier-matmul": (Classifier(False), 17, ["logits"], 13),
    }
    for name, (model, seed, outputs, opset) in networks.items():
        weigh(model, seed)
        graph = export(model, outputs, opset)
        (out / (name + ".onnx")).write_bytes(graph.SerializeToString())
        oracle = {"name": "PyTorch", "version": torch.__version__, "variant": "float64, the module that was exported"}
        write(out / (name + ".json"), oracle, reference(model), mean=MEAN, std=STD)
        if name == "clip-projected":
            apart, data = external(graph, "clip-external.bin")
            (out / "clip-external.onnx").write_bytes(apart.SerializeToString())
            (out / "clip-external.bin").write_bytes(data)
    oracle = {"name": "NumPy", "version": np.__version__, "variant": "(q - zero) * scale, written out"}
    write(out / "heads.json", oracle, heads())


if __name__ == "__main__":
    main()
