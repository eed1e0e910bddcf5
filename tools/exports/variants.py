# SPDX-License-Identifier: Apache-2.0
"""Half precision and int8 of exported files, under the names that people find them by."""

import json

import onnx

NAMED = {"fp16": "fp16", "fp16-float-io": "fp16", "quantized": "quantized", "int8-named": "int8", "q4-names": "q4"}


def half(file, target, float_io):
    from onnxconverter_common import float16

    onnx.save(
        float16.convert_float_to_float16(without_casts(onnx.load(str(file))), keep_io_types=float_io, disable_shape_infer=False),
        str(target),
    )


def without_casts(network):
    """Drops casts to float32, which a float32 network has without need and the converter leaves as they are."""
    graph, renamed = network.graph, {}
    known = onnx.shape_inference.infer_shapes(network).graph
    floats = {v.name for v in [*known.input, *known.value_info] if v.type.tensor_type.elem_type == onnx.TensorProto.FLOAT}
    for node in [
        n for n in graph.node if n.op_type == "Cast" and n.attribute[0].i == onnx.TensorProto.FLOAT and n.input[0] in floats
    ]:
        renamed[node.output[0]] = node.input[0]
        graph.node.remove(node)
    for node in graph.node:
        for i, name in enumerate(node.input):
            node.input[i] = renamed.get(name, name)
    return network


def int8(file, target):
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(str(file), str(target), weight_type=QuantType.QInt8 if "int8" in str(target) else QuantType.QUInt8)


def exact(how):
    """Whether the variant's values are the float32 network's."""
    return how not in NAMED


def alter(how, place, stems):
    """Alters the files in place to the variant; the file names that are there then."""
    names = []
    for stem in stems:
        file = place / f"{stem}.onnx"
        name = f"{stem}_{NAMED[how]}.onnx" if how in NAMED else file.name
        if how.startswith("fp16"):
            half(file, place / name, how.endswith("io"))
        elif how in ("quantized", "int8-named"):
            int8(file, place / name)
        elif how == "q4-names":
            four_bits(file, place / name)
        if how in NAMED:
            file.unlink()
        names.append(name)
    if how == "nested-5":
        nest(place.parent)
    return names


def four_bits(file, target):
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    quantizer = MatMulNBitsQuantizer(onnx.load(str(file)), block_size=32, is_symmetric=True)
    quantizer.process()
    onnx.save(quantizer.model.model, str(target))


def nest(folder):
    """The image processor's settings as transformers 5 writes them for a pair."""
    file = folder / "preprocessor_config.json"
    settings = {k: v for k, v in json.loads(file.read_text()).items() if v is not None}
    file.unlink()
    (folder / "processor_config.json").write_text(
        json.dumps({"image_processor": settings, "processor_class": "CLIPProcessor"}, indent=2)
    )
    config = json.loads((folder / "config.json").read_text())
    config["transformers_version"] = "5.24.0"
    (folder / "config.json").write_text(json.dumps(config, indent=2))
