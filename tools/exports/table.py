# SPDX-License-Identifier: Apache-2.0
"""The table: an entry for each family. Everything that is particular to a family stands here and nowhere else.

features: the rule for a base network (`AutoModel`) where its file does not hold `pooler_output`; where it does, that is it.
- "class token": the first token of last_hidden_state
- "mean of patches": the mean of last_hidden_state from token `first` on
- "mean over positions": the mean of the map last_hidden_state [n, C, h, w]
Of a classifier, features are what its last linear layer gets, and logits are what it gives (before any activation).
first: class and register tokens in front of the patches; None where last_hidden_state is a map.
"""
import dataclasses
import typing

HALF = ([0.5] * 3, [0.5] * 3)
IMAGENET = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
CLIP = ([0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711])
VIT = dict(hidden_size=24, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48, image_size=64, patch_size=16)
STAGES = dict(depths=[1, 1, 1, 1], hidden_sizes=[8, 16, 24, 32])
NAMES = ["jay", "ibis", "hen", "gnu", "fox", "elk", "dog", "cat", "bee", "ant"]


def square(side):
    return {"height": side, "width": side}


def shortest(side):
    return {"shortest_edge": side}


@dataclasses.dataclass(frozen=True)
class Processor:
    """A class of transformers' image processors, with the settings that the folder's file names."""
    name: str
    settings: dict


def processor(name, size, crop=None, mean=None, **others):
    settings = dict(size=size, **others)
    if crop is not None:
        settings.update(do_center_crop=True, crop_size=square(crop))
    if mean is not None:
        settings.update(image_mean=mean[0], image_std=mean[1])
    return Processor(name + "ImageProcessor", settings)


@dataclasses.dataclass(frozen=True)
class Family:
    """A family of image networks of transformers."""
    name: str
    prefix: str  # of its classes: <prefix>Config, <prefix>Model, <prefix>ForImageClassification
    config: dict
    processor: Processor
    features: typing.Optional[str] = None
    first: typing.Optional[int] = 1
    base: str = "optimum"  # the exporter of the base network: optimum, torch or dynamo; "" for none
    classifier: str = "optimum"  # and of the classifier
    head: str = "classifier"  # the classifier's last linear layer (or layers, where several are averaged)
    classes: tuple = ()  # further classes: (folder's ending, class, exporter, head)
    variants: tuple = ()  # (of which kind, variant): other precisions
    fast: bool = False  # the processor is saved as its Fast class
    settled: bool = True  # batch norms get the statistics of a batch
    refused: str = ""  # why the base network is refused
    note: str = ""


def dinov2(prefix, **others):
    return dict(name=prefix.lower(), prefix=prefix, config=dict(VIT, **others), features="class token",
                processor=processor("Bit", shortest(72), 64, IMAGENET, resample=3))


convnext = processor("ConvNext", shortest(64), mean=IMAGENET, crop_pct=0.875, resample=3)
vit = processor("ViT", square(64), mean=HALF, resample=2)

FAMILIES = [
    Family("vit", "ViT", VIT, vit, "class token", classifier="dynamo",
           classes=(("classifier-optimum", "ViTForImageClassification", "optimum", "classifier"),),
           variants=(("base", "quantized"), ("base", "fp16"), ("classifier-optimum", "quantized"), ("classifier-optimum", "q4-names"))),
    Family("deit", "DeiT", VIT, processor("DeiT", square(72), 64, IMAGENET, resample=3), "class token", 2,
           classes=(("distilled", "DeiTForImageClassificationWithTeacher", "optimum", "cls_classifier distillation_classifier"),),
           note="token 1 is the distillation token"),
    Family("beit", "Beit", dict(VIT, use_relative_position_bias=True, out_indices=[1]),
           processor("Beit", square(64), mean=HALF, do_center_crop=False, crop_size=square(64), resample=3), "mean of patches"),
    Family("data2vec-vision", "Data2VecVision", dict(VIT, use_relative_position_bias=True, out_indices=[1]),
           processor("Beit", square(70), 64, HALF, resample=3), "mean of patches", classifier="torch"),
    Family("vit-msn", "ViTMSN", VIT, processor("ViT", square(64), mean=IMAGENET, resample=2), "class token"),
    Family("vit-mae", "ViTMAE", dict(VIT, mask_ratio=0.0, decoder_hidden_size=32, decoder_num_hidden_layers=1,
                                     decoder_num_attention_heads=2, decoder_intermediate_size=32),
           processor("ViT", square(64), mean=IMAGENET, resample=2), "class token", classifier="",
           note="mask_ratio 0: the patches are still shuffled by random numbers, the class token is not touched by it"),
    Family("vit-mae-masking", "ViTMAE", dict(VIT, mask_ratio=0.75, decoder_hidden_size=32, decoder_num_hidden_layers=1,
                                             decoder_num_attention_heads=2, decoder_intermediate_size=32),
           processor("ViT", square(64), mean=IMAGENET, resample=2), "class token", classifier="",
           refused="it draws random numbers (three quarters of the patches are masked), so no two runs agree"),
    Family(**dinov2("Dinov2")),
    Family(**dinov2("Dinov2WithRegisters", num_register_tokens=4), first=5, base="dynamo", classifier="dynamo", fast=True),
    Family("dinov3-vit", "DINOv3ViT", dict(VIT, num_register_tokens=4),
           processor("DINOv3ViT", square(64), mean=IMAGENET, resample=2), "class token", 5, "torch", "", fast=True),
    Family("dinov3-vit-dynamo", "DINOv3ViT", dict(VIT, num_register_tokens=2, use_gated_mlp=True),
           processor("DINOv3ViT", square(64), mean=IMAGENET, resample=3), "class token", 3, "dynamo", "", fast=True),
    Family("dinov3-convnext", "DINOv3ConvNext", STAGES, processor("DINOv3ViT", square(64), mean=IMAGENET, resample=2),
           "class token", 1, "torch", "", fast=True, note="token 0 is the mean of the map, through the same LayerNorm"),
    Family("ijepa", "IJepa", VIT, vit, "mean of patches", 0, "torch", "torch"),
    Family("aimv2", "Aimv2Vision", dict(VIT, use_head=True), processor("CLIP", shortest(64), 64, CLIP, resample=3),
           "mean of patches", 0, "torch", "", note="pooler_output is the attention pool's"),
    Family("aimv2-without-head", "Aimv2Vision", dict(VIT, use_head=False), processor("CLIP", shortest(64), 64, CLIP, resample=3),
           "mean of patches", 0, "torch", "", fast=True),
    Family("hiera", "Hiera", dict(embed_dim=8, image_size=[64, 64], depths=[1, 1, 1, 1], num_heads=[1, 1, 2, 2],
                                  embed_dim_multiplier=2.0, num_query_pool=2, masked_unit_size=[8, 8]),
           processor("Bit", shortest(64), 64, IMAGENET, resample=3), "mean of patches", 0),
    Family("swin", "Swin", dict(image_size=64, patch_size=4, embed_dim=16, depths=[1, 1], num_heads=[2, 2], window_size=4),
           processor("ViT", square(64), mean=IMAGENET, resample=3), "mean of patches", 0),
    Family("swinv2", "Swinv2", dict(image_size=64, patch_size=4, embed_dim=16, depths=[1, 2], num_heads=[2, 2], window_size=4),
           processor("ViT", square(64), mean=IMAGENET, resample=3), "mean of patches", 0, fast=True),
    Family("focalnet", "FocalNet", dict(image_size=64, patch_size=4, embed_dim=16, depths=[1, 1], focal_levels=[2, 2],
                                        focal_windows=[3, 3]),
           processor("Bit", shortest(72), 64, IMAGENET, resample=3), "mean of patches", 0, "torch", "torch"),
    Family("pvt", "Pvt", dict(image_size=64, depths=[1, 1, 1, 1], hidden_sizes=[8, 16, 24, 32], num_attention_heads=[1, 1, 1, 2],
                              mlp_ratios=[2, 2, 2, 2]),
           processor("Pvt", square(64), mean=IMAGENET, resample=2), "class token", 1, classifier="torch",
           note="the class token is that of the last stage"),
    Family("pvt-v2", "PvtV2", dict(image_size=64, depths=[1, 1, 1, 1], hidden_sizes=[8, 16, 24, 32],
                                   num_attention_heads=[1, 1, 1, 2], mlp_ratios=[2, 2, 2, 2]),
           processor("Pvt", square(64), mean=IMAGENET, resample=3), "mean over positions", None, "torch", "torch", fast=True),
    Family("segformer", "Segformer", dict(depths=[1, 1, 1, 1], hidden_sizes=[8, 16, 24, 32], num_attention_heads=[1, 1, 1, 2],
                                          mlp_ratios=[2, 2, 2, 2]),
           processor("Segformer", square(64), mean=IMAGENET, resample=2), "mean over positions", None),
    Family("convnext", "ConvNext", STAGES, convnext, "mean over positions", None, classifier="dynamo",
           variants=(("classifier", "fp16"), ("base", "fp16-float-io"), ("base", "int8-named"))),
    Family("convnextv2", "ConvNextV2", STAGES, convnext, "mean over positions", None, fast=True),
    Family("resnet", "ResNet", dict(STAGES, embedding_size=8, layer_type="bottleneck"), convnext, "mean over positions", None,
           head="classifier.1"),
    Family("regnet", "RegNet", dict(STAGES, embedding_size=8, groups_width=8), convnext, "mean over positions", None,
           head="classifier.1", fast=True),
    Family("bit", "Bit", dict(STAGES, embedding_size=8, num_groups=2), processor("Bit", shortest(72), 64, HALF, resample=2),
           "mean over positions", None, "torch", "torch", head="classifier.1"),
    Family("mobilenet-v1", "MobileNetV1", dict(depth_multiplier=0.0625, min_depth=8, image_size=64),
           processor("MobileNetV1", shortest(72), 64, HALF, resample=2), "mean over positions", None),
    Family("mobilenet-v2", "MobileNetV2", dict(depth_multiplier=0.05, min_depth=8, image_size=64, expand_ratio=2.0,
                                               finegrained_output=False),
           processor("MobileNetV2", shortest(72), 64, HALF, resample=2), "mean over positions", None),
    Family("efficientnet", "EfficientNet", dict(image_size=64, width_coefficient=0.25, depth_coefficient=0.1, hidden_dim=320,
                                                depth_divisor=8, in_channels=[32, 16, 24], out_channels=[16, 24, 40],
                                                kernel_sizes=[3, 3, 5], strides=[1, 2, 2], num_block_repeats=[1, 1, 1],
                                                expand_ratios=[1, 4, 4], depthwise_padding=[]),
           processor("EfficientNet", square(64), mean=IMAGENET, resample=2, include_top=True), "mean over positions", None),
    Family("poolformer", "PoolFormer", dict(STAGES), processor("PoolFormer", shortest(64), 64, IMAGENET, crop_pct=0.95, resample=3),
           "mean over positions", None),
    Family("mobilevit", "MobileViT", dict(image_size=64, hidden_sizes=[16, 24, 32], neck_hidden_sizes=[8, 8, 16, 16, 24, 32, 48],
                                          num_attention_heads=2),
           processor("MobileViT", shortest(72), 64, resample=2, do_flip_channel_order=True), "mean over positions", None),
    Family("mobilevitv2", "MobileViTV2", dict(image_size=64, width_multiplier=0.125, base_attn_unit_dims=[64, 64, 64],
                                              n_attn_blocks=[1, 1, 1]),
           processor("MobileViT", shortest(72), 64, resample=2, do_flip_channel_order=True), "mean over positions", None, "dynamo",
           "dynamo", fast=True),
    Family("swiftformer", "SwiftFormer", dict(image_size=64, depths=[1, 1, 1, 1], embed_dims=[8, 16, 24, 32]),
           processor("ViT", square(64), mean=IMAGENET, resample=3), "mean over positions", None, "torch", "torch",
           head="head dist_head"),
    Family("levit", "Levit", dict(image_size=64, hidden_sizes=[16, 24, 32], num_attention_heads=[2, 2, 2], depths=[1, 1, 1],
                                  key_dim=[8, 8, 8]),
           processor("Levit", shortest(64), 64, IMAGENET, resample=3), "mean of patches", 0, head="classifier.linear", settled=False,
           classes=(("teacher", "LevitForImageClassificationWithTeacher", "optimum", "classifier.linear classifier_distill.linear"),)),
    Family("cvt", "Cvt", dict(embed_dim=[8, 16, 24], num_heads=[1, 2, 2], depth=[1, 2, 3]), convnext, "mean over positions", None,
           note="the class token (cls_token_value) is no output of the file"),
    Family("siglip-vision", "SiglipVision", VIT, processor("Siglip", square(64), mean=HALF, resample=3), "mean of patches", 0,
           classifier=""),
    Family("clip-vision", "CLIPVision", dict(VIT, projection_dim=32), processor("CLIP", shortest(64), 64, CLIP, resample=3),
           "class token", 1, classifier=""),
]


@dataclasses.dataclass(frozen=True)
class Pair:
    """A family of pairs of transformers; the entries stand in pairs.py."""
    name: str
    prefix: str  # of its classes: <prefix>Config, <prefix>Model
    vision: dict
    text: dict
    others: dict
    tokenizer: tuple  # a function of tokens.py and its arguments
    processor: Processor
    both: str  # the class that holds processor and tokenizer
    length: int  # tokens that can be used
    layouts: tuple
    ids: tuple = ()  # special tokens that the text configuration names
    mask: bool = False  # the text network takes an attention mask
    padding: object = "max_length"
    pooled: bool = False  # the two files give last_hidden_state and pooler_output instead of embeddings
    fast: bool = False
    note: str = ""
