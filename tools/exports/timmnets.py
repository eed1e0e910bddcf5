# SPDX-License-Identifier: Apache-2.0
"""Image networks of timm, exported by timm's own script, with config.json as timm writes it for a hub."""
import dataclasses
import functools
import json
import time

import numpy as np
import timm
import torch
from timm.models._hub import save_config_for_hf
from timm.utils.onnx import onnx_export

import folder as folders
from hub import CLASSIFIER
from levels import write_levels
from randomise import batch, randomise, settle
from table import NAMES

VIT = dict(embed_dim=24, depth=2, num_heads=2)


@dataclasses.dataclass(frozen=True)
class Timm:
    """A network of timm. features: of a base network its only output; of a classifier what the last linear layer gets."""
    name: str
    architecture: str
    size: int
    settings: dict = dataclasses.field(default_factory=dict)
    data: dict = dataclasses.field(default_factory=dict)  # what pretrained_cfg says of the preprocessing
    kinds: tuple = ("base", "classifier")
    dynamo: bool = False
    settled: bool = True
    factory: object = None  # makes it, where create_model cannot make it small
    note: str = ""
    refused: str = ""  # why the folder is refused


def mobilenet(version, architecture):
    """A MobileNet with a tenth of the channels."""
    import timm.models.mobilenetv3 as mobile

    make = getattr(mobile, f"_gen_mobilenet_{version}")
    return lambda classes: make(architecture, 0.1, pretrained=False, num_classes=classes)


NETWORKS = [
    Timm("timm-mobilenetv3", "mobilenetv3_small_100", 64, factory=mobilenet("v3", "mobilenetv3_small_100"),
         data=dict(crop_pct=0.875, interpolation="bicubic")),
    Timm("timm-mobilenetv4", "mobilenetv4_conv_small", 64, factory=mobilenet("v4", "mobilenetv4_conv_small"),
         data=dict(crop_pct=0.95, interpolation="bicubic")),
    Timm("timm-eva02", "eva02_tiny_patch14_224", 56, dict(VIT, img_size=56), dict(crop_pct=1.0), dynamo=True),
    Timm("timm-pe-core", "vit_pe_core_tiny_patch16_384", 64, dict(VIT, img_size=64), dict(crop_mode="squash"), dynamo=True),
    Timm("timm-radio", "vit_base_patch16_radio_v3", 64, dict(VIT, img_size=64), dict(crop_pct=1.0), ("base",)),
    Timm("timm-resnetv2-bit", "resnetv2_50x1_bit", 64, factory=lambda classes: timm.models.resnetv2._create_resnetv2_bit(
        "resnetv2_50x1_bit", layers=[1, 1, 1, 1], channels=(32, 32, 64, 64), stem_chs=16, num_classes=classes,
        norm_layer=functools.partial(timm.layers.GroupNormAct, num_groups=4)), data=dict(crop_pct=0.9, interpolation="bilinear"),
         note="weight-standardised convolutions"),
    Timm("timm-convnext", "test_convnext", 64, data=dict(crop_pct=0.95, crop_mode="squash")),
    Timm("timm-convnext-dynamo", "test_convnext", 64, data=dict(crop_pct=0.9, crop_mode="border"), kinds=("classifier",), dynamo=True),
    Timm("timm-resnet", "test_resnet", 64, data=dict(crop_pct=0.875, interpolation="bilinear"), kinds=("classifier",)),
    Timm("timm-efficientnet", "test_efficientnet", 64, data=dict(crop_pct=0.8)),
    Timm("timm-vit", "vit_tiny_patch16_224", 64, dict(VIT, img_size=64), dict(crop_pct=0.9, mean=[0.5] * 3, std=[0.5] * 3)),
    Timm("timm-siglip", "vit_base_patch16_siglip_224", 64, dict(VIT, img_size=64), dict(crop_mode="squash"), ("base",),
         note="attention pool"),
    Timm("timm-byobnet-oblong", "test_byobnet", 64, data=dict(crop_pct=0.9, input_size=[3, 64, 96]), kinds=("classifier",),
         note="the input is not square"),
]


def network_of(entry, classes):
    torch.manual_seed(1)
    network = entry.factory(classes) if entry.factory else timm.create_model(entry.architecture, num_classes=classes, **entry.settings)
    randomise(network)
    side = entry.data.get("input_size", [3, entry.size, entry.size])[1:]
    return settle(network, lambda n: n(batch(96)[:, :, :side[0], :side[1]])) if entry.settled else network


def transform_of(model, **altered):
    """timm's own transform from the folder's config.json."""
    config = json.loads((model / "config.json").read_text())["pretrained_cfg"]
    data = {**timm.data.resolve_data_config(config, model=None, verbose=False), **altered}
    return timm.data.create_transform(**data, is_training=False), data


def features_of(network, classes, pixels):
    with torch.no_grad():
        given = network(pixels)
        features = network.forward_head(network.forward_features(pixels), pre_logits=True) if classes else given
    return features[0].numpy(), given[0].numpy()


def mistakes(folder, network, classes, data, pictures, features):
    """How far the features move after each mistake."""
    other = "bilinear" if data["interpolation"] == "bicubic" else "bicubic"
    moved = {}
    for how, altered in (("mean", dict(mean=[m + 0.02 for m in data["mean"]])), ("interpolation", dict(interpolation=other)),
                         ("crop", dict(crop_pct=data["crop_pct"] * 0.94))):
        transform, _ = transform_of(folder.model, **altered)
        others = [features_of(network, classes, transform(p)[None])[0] for p in pictures.values()]
        moved[how] = folders.moved(folder, how, others, features)
    return moved


def make(entry, kind, root, pictures):
    began = time.time()
    folder = folders.Folder(root, f"{entry.name}-{kind}", pictures)
    classes = len(NAMES) if kind == "classifier" else 0
    network = network_of(entry, classes)
    size = entry.data.get("input_size", [3, entry.size, entry.size])
    file = folder.model / "model.onnx"
    onnx_export(network, str(file), input_size=tuple(size), batch_size=2, check=False, use_dynamo=entry.dynamo)
    save_config_for_hf(network, folder.model / "config.json", model_config=dict(label_names=NAMES) if classes else {},
                       data_config=dict(entry.data, input_size=tuple(size)))
    transform, data = transform_of(folder.model)
    mean, deviation = (np.array(data[k]).reshape(3, 1, 1) for k in ("mean", "std"))
    inputs, levels, features, logits, got = [], [], [], [], []
    for picture in pictures.values():
        pixels = transform(picture)[None]
        inputs.append(pixels)
        given = features_of(network, classes, pixels)
        features.append(given[0])
        logits.append(given[1])
        levels.append((pixels[0].double().numpy() * deviation + mean) * 255)
        outputs = folders.run(file, {"input0": pixels.numpy()})
        got.append(next(iter(outputs.values()))[0])
    folder.say(family=entry.name, **{"class": entry.architecture}, exporter="timm (dynamo)" if entry.dynamo else "timm", processor="timm",
               right="a refusal" if entry.refused else "values", **({"because": entry.refused} if entry.refused else {}), note=entry.note, features=CLASSIFIER if classes else "the only output",
               versions=folders.versions("timm", "torch", "onnx", "onnxscript", "onnxruntime", "pillow", "torchvision"))
    folders.compare(folder, "logits" if classes else "features", got, logits)
    write_levels(folder, levels)
    folder.expect_pixels(inputs)
    folder.expect("features", np.stack(features))
    if classes:
        folder.say(names=NAMES)
        folder.expect("logits", np.stack(logits))
    folder.say(**{folders.MISTAKES: mistakes(folder, network, classes, data, pictures, features)})
    folder.close(began)
    return folder
