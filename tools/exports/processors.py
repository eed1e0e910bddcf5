# SPDX-License-Identifier: Apache-2.0
"""Image processors alone: settings as files have them, in front of a network of one convolution.

What the settings mean is asked of AutoImageProcessor, which reads the same file.
"""

import json
import time

import numpy as np
import torch
import transformers

import folder as folders
from eyes import export
from levels import levels_of, write_levels
from pictures import are_drawn
from table import NAMES, shortest, square

REFUSED = "its processor has steps of its own"
LARGEST = 130  # levels of larger inputs are kept of one picture only

# folder: (model_type, the settings in preprocessor_config.json)
PROCESSORS = {
    "vit-int-size": ("vit", dict(image_processor_type="ViTImageProcessor", size=64)),
    "vit-old-name": (
        "vit",
        dict(feature_extractor_type="ViTFeatureExtractor", size=64, do_resize=True, image_mean=[0.4, 0.5, 0.6]),
    ),
    "vit-list-size": ("vit", dict(image_processor_type="ViTImageProcessor", size=[56, 72], resample=3)),
    "vit-ignores-crop": (
        "vit",
        dict(image_processor_type="ViTImageProcessor", size=square(64), do_center_crop=True, crop_size=square(40), resample=3),
    ),
    "vit-fast-obeys-crop": (
        "vit",
        dict(image_processor_type="ViTImageProcessorFast", size=square(64), do_center_crop=True, crop_size=square(40), resample=3),
    ),
    "vit-no-normalise": ("vit", dict(image_processor_type="ViTImageProcessor", size=square(64), do_normalize=False)),
    "vit-no-name": ("vit", dict(size=64, image_mean=[0.4, 0.5, 0.6])),
    "vit-lanczos": ("vit", dict(image_processor_type="ViTImageProcessor", size=square(64), resample=1)),
    "vit-box": ("vit", dict(image_processor_type="ViTImageProcessor", size=square(64), resample=4)),
    "deit-int": ("deit", dict(image_processor_type="DeiTImageProcessor", size=72, crop_size=64)),
    "deit-pads": ("deit", dict(image_processor_type="DeiTImageProcessor", size=square(41), crop_size=square(64))),
    "deit-fast-pads": ("deit", dict(image_processor_type="DeiTImageProcessorFast", size=square(41), crop_size=square(64))),
    "beit-defaults": ("beit", dict(image_processor_type="BeitImageProcessor")),
    "beit-fast-defaults": ("beit", dict(image_processor_type="BeitImageProcessorFast")),
    "clip-int": ("clip", dict(image_processor_type="CLIPImageProcessor", size=72, crop_size=64)),
    "clip-old-name": ("clip", dict(feature_extractor_type="CLIPFeatureExtractor", size=64, crop_size=64, resample=3)),
    "clip-square": (
        "clip",
        dict(image_processor_type="CLIPImageProcessor", size=shortest(64), crop_size=square(64), use_square_size=True),
    ),
    "clip-pads": ("clip", dict(image_processor_type="CLIPImageProcessor", size=shortest(40), crop_size=square(65))),
    "clip-fast-pads": ("clip", dict(image_processor_type="CLIPImageProcessorFast", size=shortest(40), crop_size=square(65))),
    "clip-exact-size": (
        "clip",
        dict(image_processor_type="CLIPImageProcessor", size={"height": 48, "width": 80}, crop_size=square(64)),
    ),
    "clip-defaults": ("clip", dict(image_processor_type="CLIPImageProcessor")),
    "clip-null-means-default": ("clip", dict(image_processor_type="CLIPImageProcessor", size=64, crop_size=64, image_mean=None)),
    "bit-int": (
        "dinov2",
        dict(image_processor_type="BitImageProcessor", size=shortest(72), crop_size=square(64), do_convert_rgb=True),
    ),
    "bit-fast": ("dinov2", dict(image_processor_type="BitImageProcessorFast", size=shortest(71), crop_size=square(64))),
    "chinese-clip": ("chinese_clip", dict(image_processor_type="ChineseCLIPImageProcessor", size=square(64), crop_size=square(64))),
    "chinese-clip-fast": (
        "chinese_clip",
        dict(image_processor_type="ChineseCLIPImageProcessorFast", size=shortest(64), crop_size=square(64)),
    ),
    "siglip-defaults": ("siglip", dict(image_processor_type="SiglipImageProcessor")),
    "siglip-fast": ("siglip", dict(image_processor_type="SiglipImageProcessorFast", size=square(64))),
    "convnext-int": ("convnext", dict(image_processor_type="ConvNextImageProcessor", size=77)),
    "convnext-old-name": ("convnext", dict(feature_extractor_type="ConvNextFeatureExtractor", size=64, crop_pct=0.95, resample=3)),
    "convnext-fast-rounds": (
        "convnext",
        dict(image_processor_type="ConvNextImageProcessorFast", size=shortest(77), crop_pct=0.875),
    ),
    "convnext-defaults-384": ("convnext", dict(image_processor_type="ConvNextImageProcessor")),
    "levit": ("levit", dict(image_processor_type="LevitImageProcessor", size=shortest(64), crop_size=square(64))),
    "levit-exact-size": ("levit", dict(image_processor_type="LevitImageProcessor", size={"height": 72, "width": 66}, crop_size=64)),
    "levit-fast": ("levit", dict(image_processor_type="LevitImageProcessorFast", size=shortest(60), crop_size=square(64))),
    "efficientnet-nearest": ("efficientnet", dict(image_processor_type="EfficientNetImageProcessor", size=square(64))),
    "efficientnet-fast-nearest": ("efficientnet", dict(image_processor_type="EfficientNetImageProcessorFast", size=square(64))),
    "efficientnet-no-top": (
        "efficientnet",
        dict(
            image_processor_type="EfficientNetImageProcessor",
            size=64,
            include_top=False,
            resample=2,
            do_center_crop=True,
            crop_size=57,
        ),
    ),
    "efficientnet-offset": (
        "efficientnet",
        dict(
            image_processor_type="EfficientNetImageProcessor",
            size=64,
            resample=3,
            rescale_factor=1 / 127.5,
            rescale_offset=True,
            do_normalize=False,
        ),
    ),
    "poolformer": ("poolformer", dict(image_processor_type="PoolFormerImageProcessor", size=64, crop_size=64)),
    "poolformer-square-size": (
        "poolformer",
        dict(image_processor_type="PoolFormerImageProcessor", size=square(64), crop_size=64, crop_pct=0.8),
    ),
    "poolformer-no-share": (
        "poolformer",
        dict(image_processor_type="PoolFormerImageProcessor", size=shortest(72), crop_size=square(64), crop_pct=None),
    ),
    "poolformer-fast": (
        "poolformer",
        dict(image_processor_type="PoolFormerImageProcessorFast", size=shortest(64), crop_size=square(64)),
    ),
    "pvt-defaults": ("pvt", dict(image_processor_type="PvtImageProcessor")),
    "mobilenet-v1": ("mobilenet_v1", dict(image_processor_type="MobileNetV1ImageProcessor", size=72, crop_size=64)),
    "mobilenet-v2-fast": (
        "mobilenet_v2",
        dict(image_processor_type="MobileNetV2ImageProcessorFast", size=shortest(72), crop_size=square(64)),
    ),
    "mobilevit-pads": ("mobilevit", dict(image_processor_type="MobileViTImageProcessor", size=shortest(48), crop_size=square(64))),
    "mobilevit-old-name": ("mobilevit", dict(feature_extractor_type="MobileViTFeatureExtractor", size=72, crop_size=64)),
    "mobilevit-no-flip": (
        "mobilevit",
        dict(image_processor_type="MobileViTImageProcessor", size=72, crop_size=64, do_flip_channel_order=False),
    ),
    "mobilevit-fast": (
        "mobilevit",
        dict(image_processor_type="MobileViTImageProcessorFast", size=shortest(72), crop_size=square(64)),
    ),
    "segformer-int": ("segformer", dict(image_processor_type="SegformerImageProcessor", size=64)),
    "blip": ("blip", dict(image_processor_type="BlipImageProcessor", size=64)),
    "textnet": (
        "textnet",
        dict(
            image_processor_type="TextNetImageProcessor",
            size=shortest(50),
            size_divisor=16,
            do_center_crop=True,
            crop_size=square(48),
        ),
    ),
    "textnet-fast": (
        "textnet",
        dict(
            image_processor_type="TextNetImageProcessorFast",
            size=shortest(50),
            size_divisor=16,
            do_center_crop=True,
            crop_size=square(48),
        ),
    ),
    "dinov3-bilinear": ("dinov3_vit", dict(image_processor_type="DINOv3ViTImageProcessorFast", size=square(64))),
    "dinov3-bicubic": ("dinov3_vit", dict(image_processor_type="DINOv3ViTImageProcessorFast", size=square(64), resample=3)),
    "dinov3-named-by-5": ("dinov3_vit", dict(image_processor_type="DINOv3ViTImageProcessor", size=square(64), resample=2)),
    "efficientformer": ("efficientformer", dict(image_processor_type="EfficientFormerImageProcessor", size=64, crop_size=56)),
    "vit-hybrid": ("vit_hybrid", dict(image_processor_type="ViTHybridImageProcessor", size=72, crop_size=64)),
    "perceiver": ("perceiver", dict(image_processor_type="PerceiverImageProcessor", size=square(56), crop_size=square(64))),
    "siglip2-naflex": ("siglip2", dict(image_processor_type="Siglip2ImageProcessor", patch_size=16, max_num_patches=256)),
    "vilt": ("vilt", dict(image_processor_type="ViltImageProcessor", size=shortest(64))),
    "videomae": ("videomae", dict(image_processor_type="VideoMAEImageProcessor", size=shortest(64), crop_size=square(64))),
    "glpn": ("glpn", dict(image_processor_type="GLPNImageProcessor", size_divisor=32)),
    "depth-pro": ("depth_pro", dict(image_processor_type="DepthProImageProcessor", size=square(64))),
    "yolos": ("yolos", dict(image_processor_type="YolosImageProcessor", size={"shortest_edge": 64, "longest_edge": 100})),
    "imagegpt": (
        "imagegpt",
        dict(image_processor_type="ImageGPTImageProcessor", size=square(64), clusters=[[-1, -1, -1], [1, 1, 1]]),
    ),
    "unknown-class": ("vit", dict(image_processor_type="OurOwnImageProcessor", size=square(64))),
}
TO_REFUSE = {"perceiver", "siglip2-naflex", "vilt", "videomae", "glpn", "depth-pro", "yolos", "imagegpt", "unknown-class"}
NESTED = {"clip-exact-size"}  # also written as processor_config.json of transformers 5


def real(folder, settings, nested):
    if nested:  # what transformers 5 means by the name is the Fast class of 4.57
        return transformers.AutoImageProcessor.from_pretrained(folder, use_fast=True)
    if settings.get("image_processor_type") == "DINOv3ViTImageProcessor":  # transformers 5's name; 4.57 has the Fast class only
        return transformers.DINOv3ViTImageProcessorFast(**{k: v for k, v in settings.items() if k != "image_processor_type"})
    return transformers.AutoImageProcessor.from_pretrained(folder)


def make(name, root, pictures):
    """Makes the folder of one entry; "-nested" at its end asks for transformers 5's layout."""
    began, nested = time.time(), name.endswith("-nested")
    kind, settings = PROCESSORS[name.removesuffix("-nested")]
    folder = folders.Folder(root, "processor-" + name, pictures)
    network = export(folder.model / "model.onnx", len(name))
    (folder.model / "config.json").write_text(
        json.dumps(
            dict(model_type=kind, transformers_version="5.24.0" if nested else "4.57.1", id2label=dict(enumerate(NAMES))), indent=2
        )
    )
    (folder.model / "preprocessor_config.json").write_text(json.dumps(settings, indent=2))
    folder.say(
        family="processor",
        exporter="torch",
        processor=settings.get("image_processor_type", settings.get("feature_extractor_type")),
        versions=folders.versions("transformers", "torch", "torchvision", "pillow", "onnxruntime"),
    )
    if name in TO_REFUSE:
        folder.say(
            right="a refusal",
            because="the class of the image processor has steps of its own, or is not known; the class is named",
        )
        folder.close(began)
        return folder
    processor = real(folder.model, settings, nested)
    if nested:
        (folder.model / "preprocessor_config.json").unlink()
        (folder.model / "processor_config.json").write_text(
            json.dumps({"image_processor": settings, "processor_class": "CLIPProcessor"}, indent=2)
        )
    inputs = [processor(p, return_tensors="pt")["pixel_values"] for p in pictures.values()]
    with torch.no_grad():
        features = [network.features(x)[0].numpy() for x in inputs]
        logits = [network(x)[0].numpy() for x in inputs]
    got = [folders.run(folder.model / "model.onnx", {"pixel_values": x.numpy()})["logits"][0] for x in inputs]
    folders.compare(folder, "logits", got, logits)
    folder.say(
        right="values",
        features="input of the last linear layer",
        names=NAMES,
        **{"class of the library": type(processor).__name__},
        size=list(inputs[0].shape[2:])
    )
    levels = [levels_of(processor, x)[0] for x in inputs]
    if not are_drawn(pictures) or levels[0].shape[1] <= LARGEST:
        write_levels(folder, levels)
    elif levels[0].shape[1] < 300:
        folder.expect("levels", np.round(levels[1]).astype(np.uint8)[None], [list(pictures)[1]])
    folder.expect_pixels(inputs)
    folder.expect("features", np.stack(features))
    folder.expect("logits", np.stack(logits))
    folder.close(began)
    return folder


def names():
    yield from PROCESSORS
    for name in NESTED:
        yield name + "-nested"
