#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a CLIP vision network of true size with random weights, for timings: nobody's weights, but the shapes of real ones.

usage: vit.py base FILE.onnx            ViT-B/32: 12 layers, width 768, 50 tokens, projection 512; 0.35 GB
       vit.py bigg FILE.onnx [LAYERS]   ViT-bigG/14: 48 layers (or so many), width 1664, 257 tokens, projection 1280; 7.4 GB,
                                        the weights in FILE.onnx.data beside it, written one at a time

The graph is that of a Hugging Face export: class token, positions, layer normalisation, blocks of separate query, key and
value products and a QuickGELU (bigG: GELU by Erf), normalisation of the class token, projection; input pixel_values, output
image_embeds. Weights come from NumPy's seeded generator, scaled to the width they sum over. Needs Debian's python3-onnx.
"""
import pathlib
import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper

SHAPES = {
    "base": {"width": 768, "layers": 12, "heads": 12, "mlp": 3072, "patch": 32, "embed": 512},
    "bigg": {"width": 1664, "layers": 48, "heads": 16, "mlp": 8192, "patch": 14, "embed": 1280},
}
SIDE = 224
PAGE = 4096


class Network:
    """Nodes, and weights that are written as they are made."""

    def __init__(self, data):
        self.nodes, self.weights, self.count, self.data = [], [], 0, data
        self.rng = np.random.default_rng(5)

    def node(self, kind, inputs, **attributes):
        self.count += 1
        name = "t%d" % self.count
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def constant(self, values):
        self.count += 1
        name = "c%d" % self.count
        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def weight(self, *shape, scale, offset=0.0):
        values = self.rng.standard_normal(shape, dtype=np.float32)
        values *= np.float32(scale)
        values += np.float32(offset)
        if self.data is None or values.nbytes < PAGE:
            return self.constant(values)
        self.count += 1
        at = -(-self.data.tell() // PAGE) * PAGE
        self.data.seek(at)
        values.tofile(self.data)
        tensor = TensorProto(name="w%d" % self.count, data_type=TensorProto.FLOAT, dims=shape,
                             data_location=TensorProto.EXTERNAL)
        place = {"location": pathlib.Path(self.data.name).name, "offset": at, "length": values.nbytes}
        for key, value in place.items():
            tensor.external_data.add(key=key, value=str(value))
        self.weights.append(tensor)
        return tensor.name

    def linear(self, x, rows, columns, scale=1.0, bias=True):
        x = self.node("MatMul", [x, self.weight(rows, columns, scale=scale / rows ** 0.5)])
        return self.node("Add", [x, self.weight(columns, scale=0.1)]) if bias else x

    def norm(self, x, width):
        return self.node("LayerNormalization",
                         [x, self.weight(width, scale=0.1, offset=1.0), self.weight(width, scale=0.1)], axis=-1, epsilon=1e-5)


def attention(net, x, width, heads, tokens):
    def split(y, order):
        y = net.node("Reshape", [y, net.constant(np.array([-1, tokens, heads, width // heads]))])
        return net.node("Transpose", [y], perm=order)
    q = net.node("Mul", [net.linear(x, width, width), net.constant(np.float32((width // heads) ** -0.5))])
    k, v = net.linear(x, width, width), net.linear(x, width, width)
    weights = net.node("Softmax", [net.node("MatMul", [split(q, [0, 2, 1, 3]), split(k, [0, 2, 3, 1])])], axis=-1)
    y = net.node("Transpose", [net.node("MatMul", [weights, split(v, [0, 2, 1, 3])])], perm=[0, 2, 1, 3])
    y = net.node("Reshape", [y, net.constant(np.array([-1, tokens, width]))])
    return net.linear(y, width, width, scale=0.5)


def gelu(net, x, quick):
    if quick:
        return net.node("Mul", [x, net.node("Sigmoid", [net.node("Mul", [x, net.constant(np.float32(1.702))])])])
    erf = net.node("Erf", [net.node("Div", [x, net.constant(np.float32(2 ** 0.5))])])
    product = net.node("Mul", [x, net.node("Add", [erf, net.constant(np.float32(1))])])
    return net.node("Mul", [product, net.constant(np.float32(0.5))])


def build(net, width, layers, heads, mlp, patch, embed):
    tokens = (SIDE // patch) ** 2 + 1
    kernel = net.weight(width, 3, patch, patch, scale=1.4 / (3 * patch * patch) ** 0.5)
    x = net.node("Conv", ["pixel_values", kernel], strides=[patch, patch], kernel_shape=[patch, patch])
    x = net.node("Reshape", [x, net.constant(np.array([0, width, -1]))])
    x = net.node("Transpose", [x], perm=[0, 2, 1])
    batch = net.node("Slice", [net.node("Shape", ["pixel_values"]), net.constant(np.array([0])), net.constant(np.array([1]))])
    sizes = net.node("Concat", [batch, net.constant(np.array([1, width]))], axis=0)
    token = net.node("Expand", [net.weight(1, 1, width, scale=0.5), sizes])
    x = net.node("Concat", [token, x], axis=1)
    x = net.norm(net.node("Add", [x, net.weight(1, tokens, width, scale=0.5)]), width)
    for _ in range(layers):
        x = net.node("Add", [x, attention(net, net.norm(x, width), width, heads, tokens)])
        hidden = gelu(net, net.linear(net.norm(x, width), width, mlp), width == 768)
        x = net.node("Add", [x, net.linear(hidden, mlp, width, scale=0.5)])
    x = net.node("Gather", [x, net.constant(np.array(0))], axis=1)
    x = net.linear(net.norm(x, width), width, embed, bias=False)
    net.nodes[-1].output[0] = "image_embeds"


def main():
    if len(sys.argv) not in (3, 4) or sys.argv[1] not in SHAPES:
        sys.exit(__doc__)
    shape, target = dict(SHAPES[sys.argv[1]]), pathlib.Path(sys.argv[2])
    if len(sys.argv) == 4:
        shape["layers"] = int(sys.argv[3])
    data = open(str(target) + ".data", "wb") if sys.argv[1] == "bigg" else None
    net = Network(data)
    build(net, **shape)
    if data is not None:
        data.close()
    info = helper.make_tensor_value_info
    graph = helper.make_graph(net.nodes, "clip-vision", [info("pixel_values", TensorProto.FLOAT, ["batch", 3, SIDE, SIDE])],
                              [info("image_embeds", TensorProto.FLOAT, ["batch", shape["embed"]])], net.weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    target.write_bytes(model.SerializeToString())
    count = sum(int(np.prod(weight.dims)) for weight in net.weights)
    print("%s: %d layers, width %d, %.0f million parameters" % (sys.argv[1], shape["layers"], shape["width"], count / 1e6))


if __name__ == "__main__":
    main()
