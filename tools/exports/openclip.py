# SPDX-License-Identifier: Apache-2.0
"""Pairs of open_clip, as photo servers export them (visual/ and textual/) and beside open_clip_config.json."""
import dataclasses
import json
import pathlib
import tempfile
import time

import numpy as np
import open_clip
import timm
import torch
from open_clip.push_to_hf_hub import save_config_for_hf
from open_clip.transform import PreprocessCfg, image_transform_v2
from timm.models import register_model

import folder as folders
import tokens
from levels import write_levels
from pairs import unit
from randomise import batch, randomise, settle

REPAIRED = ["it’s a “photo” of a cafÃ©", "a cat &amp; a dog"]
TEXT = dict(context_length=77, vocab_size=672, width=24, heads=2, layers=1)
CLIP = dict(mean=[0.48145466, 0.4578275, 0.40821073], std=[0.26862954, 0.26130258, 0.27577711])


@register_model
def vit_pe_core_small_for_tests(pretrained=False, **others):
    return timm.create_model("vit_pe_core_tiny_patch16_384", embed_dim=24, depth=2, num_heads=2, img_size=64, **others)


@register_model
def vit_siglip_small_for_tests(pretrained=False, **others):
    return timm.create_model("vit_base_patch16_siglip_224", embed_dim=24, depth=2, num_heads=2, img_size=64, **others)


@dataclasses.dataclass(frozen=True)
class OpenClip:
    """A pair of open_clip. features: what the last linear layer in front of the embedding gets, unless note says otherwise."""
    name: str
    vision: dict
    text: dict = dataclasses.field(default_factory=dict)
    others: dict = dataclasses.field(default_factory=dict)
    layouts: tuple = ("photo-server", "hub")
    preprocess: dict = dataclasses.field(default_factory=dict)
    projected: str = "visual"  # the module whose last linear layer is the projection; its input are the features
    patches: bool = False
    note: str = ""
    refused: str = ""  # why the folder is refused


VIT = dict(image_size=64, layers=2, width=24, head_width=12, patch_size=16)
TIMM = dict(image_size=64, timm_model_pretrained=False, timm_drop=0.0)
MODELS = [
    OpenClip("openclip-vit", VIT, patches=True),
    OpenClip("openclip-vit-squash", VIT, preprocess=dict(resize_mode="squash", interpolation="bilinear", mean=[0.5] * 3, std=[0.5] * 3),
             layouts=("hub",)),
    OpenClip("openclip-vit-longest", VIT, preprocess=dict(resize_mode="longest", interpolation="bicubic"), layouts=("hub",)),
    OpenClip("openclip-rn", dict(image_size=64, layers=[1, 1, 1, 1], width=8, patch_size=None), projected="",
             note="the attention pool gives the embedding: its last linear layer is no projection of features that people take"),
    OpenClip("openclip-convnext", dict(TIMM, timm_model_name="test_convnext", timm_pool="", timm_proj="linear"), projected="visual.head.proj"),
    OpenClip("openclip-convnext-mlp", dict(TIMM, timm_model_name="test_convnext", timm_pool="", timm_proj="mlp"),
             projected="visual.head.mlp.fc1", layouts=("photo-server",),
             note="features are what the two-layer projection gets, the network's pooled map; not its hidden layer"),
    OpenClip("openclip-coca", dict(VIT, attentional_pool=True, attn_pooler_queries=8, attn_pooler_heads=2, output_tokens=True),
             dict(context_length=76, embed_cls=True, output_tokens=True),
             dict(custom_text=True, multimodal_cfg=dict(context_length=76, vocab_size=672, width=24, heads=2, layers=1, attn_pooler_heads=2)),
             note="the other tokens of the pool are no patches"),
    OpenClip("openclip-mobileclip", dict(TIMM, timm_model_name="test_efficientnet", timm_pool="avg", timm_proj=None),
             dict(no_causal_mask=True), dict(custom_text=True), projected="visual.trunk.classifier", preprocess=dict(
                 mean=[0.0] * 3, std=[1.0] * 3, interpolation="bilinear"),
             note="without a causal mask the filling (0) is seen"),
    OpenClip("openclip-pe-core", dict(TIMM, timm_model_name="vit_pe_core_small_for_tests", timm_pool="map", timm_proj=None),
             dict(context_length=32), dict(custom_text=True), projected="visual.trunk.head", preprocess=dict(
                 resize_mode="squash", interpolation="bilinear", mean=[0.5] * 3, std=[0.5] * 3)),
    OpenClip("openclip-siglip", dict(TIMM, timm_model_name="vit_siglip_small_for_tests", timm_pool="map", timm_proj="none"),
             dict(context_length=64, no_causal_mask=True, proj_bias=True, pool_type="last"), dict(custom_text=True, init_logit_bias=-10),
             projected="", preprocess=dict(resize_mode="squash", interpolation="bicubic", mean=[0.5] * 3, std=[0.5] * 3),
             note="no projection: features are the embedding before it is made unit; the filling (0) is seen"),
]


def config_of(entry):
    width = 24 if entry.projected == "" else 20
    return dict(embed_dim=width, vision_cfg=entry.vision, text_cfg=dict(TEXT, **entry.text), **entry.others)


def network_of(entry, name, folder):
    config = config_of(entry)
    file = pathlib.Path(folder) / f"{name}.json"
    file.write_text(json.dumps(config))
    open_clip.add_model_config(file)
    torch.manual_seed(1)
    network = open_clip.create_model(name, force_preprocess_cfg=dict(entry.preprocess))
    randomise(network)
    return settle(network, lambda n: n.encode_image(batch())), config


class Images(torch.nn.Module):
    def __init__(self, network, normalised):
        super().__init__()
        self.network, self.normalised = network, normalised

    def forward(self, image):
        return self.network.encode_image(image, normalize=self.normalised)


class Texts(Images):
    def forward(self, text):
        return self.network.encode_text(text, normalize=self.normalised)


def export(network, file, images, rows, normalised, side, length, names):
    """One half: rows 1 and fixed as the photo server has it, or any number."""
    example = torch.randn(rows, 3, side, side) if images else torch.ones(rows, length, dtype=torch.int32 if rows == 1 else torch.int64)
    wrapped = (Images if images else Texts)(network, normalised).eval()
    axes = {} if rows == 1 else {n: {0: "batch"} for n in names}
    torch.onnx.export(wrapped, (example,), str(file), input_names=names[:1], output_names=names[1:], opset_version=17, dynamo=False,
                      dynamic_axes=axes)


def features_of(entry, network, pixels):
    if not entry.projected:
        return network.encode_image(pixels)
    if entry.projected == "visual":
        kept, network.visual.proj = network.visual.proj, None
        try:
            given = network.visual(pixels)
            return given[0] if isinstance(given, tuple) else given
        finally:
            network.visual.proj = kept
    caught = []
    hook = dict(network.named_modules())[entry.projected].register_forward_pre_hook(lambda _, given: caught.append(given[0]))
    network.encode_image(pixels)
    hook.remove()
    return caught[0].flatten(1)


def make(entry, how, root, pictures):
    began = time.time()
    folder = folders.Folder(root, f"{entry.name}-{how}", pictures)
    work = tempfile.mkdtemp()
    network, config = network_of(entry, entry.name.replace("openclip", "small"), work)
    length, side = config["text_cfg"]["context_length"], entry.vision["image_size"]
    tokenizer = open_clip.tokenizer.SimpleTokenizer(tokens.open_clip_merges(f"{work}/merges.gz"), context_length=length)
    cfg = PreprocessCfg(**open_clip.model.get_model_preprocess_cfg(network))
    transform = image_transform_v2(cfg, is_train=False)
    files = write(entry, how, network, config, cfg, folder.model, length, side)
    mean, deviation = (np.array(v).reshape(3, 1, 1) for v in (cfg.mean, cfg.std))
    inputs = [transform(p)[None] for p in pictures.values()]
    with torch.no_grad():
        features = np.stack([features_of(entry, network, x)[0].numpy() for x in inputs])
        embeddings = unit(np.stack([network.encode_image(x)[0].numpy() for x in inputs]))
        ids, repaired = tokenizer(tokens.TEXTS), tokenizer(REPAIRED)
        text, repaired = unit(network.encode_text(ids).numpy()), unit(network.encode_text(repaired).numpy())
    (folder.path / "texts.json").write_text(json.dumps(tokens.TEXTS, ensure_ascii=False))
    folder.say(family=entry.name, **{"class": type(network).__name__}, exporter="torch", processor="open_clip " + cfg.resize_mode,
               tokenizer="open_clip's SimpleTokenizer", length=length, padding="to the length, with 0", files=list(files),
               right="a refusal" if entry.refused else "values", **({"because": entry.refused} if entry.refused else {}),
               features="input of the projection" if entry.projected else "the embedding before it is made unit", note=entry.note,
               **{"text-repaired": "what open_clip's repair of text makes of it (ftfy, HTML); it is done, or said that it is not"},
               versions=folders.versions("open_clip_torch", "timm", "torch", "onnx", "onnxruntime", "pillow"))
    write_levels(folder, [(x[0].double().numpy() * deviation + mean) * 255 for x in inputs])
    folder.expect_pixels(inputs)
    folder.expect("features", features)
    folder.expect("embeddings", embeddings)
    folder.expect("text", text, tokens.TEXTS)
    folder.expect("ids", ids.numpy().astype(np.int64), tokens.TEXTS)
    folder.expect("text-repaired", repaired, REPAIRED)
    names = ("image", "text") if how == "photo-server" else ("pixel_values", "input_ids")
    got = [next(iter(folders.run(folder.model / files[0], {names[0]: x.numpy()}).values())) for x in inputs]
    folders.compare(folder, "embeddings", unit(np.concatenate(got)), embeddings)
    got = [next(iter(folders.run(folder.model / files[1], {names[1]: row[None].numpy().astype(np.int32)}).values())) for row in ids]
    folders.compare(folder, "text", unit(np.concatenate(got)), text)
    if entry.patches:
        patches(folder, network, inputs)
    folder.say(**{folders.MISTAKES: mistakes(folder, entry, network, cfg, pictures, features, ids, text)})
    folder.close(began)
    return folder


def mistakes(folder, entry, network, cfg, pictures, features, ids, text):
    """How far the features move after each mistake, and the texts after another filling where there is no causal mask."""
    found = {}
    other = "bilinear" if cfg.interpolation == "bicubic" else "bicubic"
    for how, altered in (("mean", dict(mean=[m + 0.02 for m in cfg.mean])), ("interpolation", dict(interpolation=other)),
                         ("crop", dict(resize_mode="squash" if cfg.resize_mode == "shortest" else "shortest"))):
        transform = image_transform_v2(dataclasses.replace(cfg, **altered), is_train=False)
        with torch.no_grad():
            others = [features_of(entry, network, transform(p)[None])[0].numpy() for p in pictures.values()]
        found[how] = folders.moved(folder, how, others, features)
    if entry.text.get("no_causal_mask"):
        with torch.no_grad():
            others = unit(network.encode_text(torch.where(ids == 0, 671, ids)).numpy())
        found["filling of texts"] = folders.moved(folder, "filling of texts", others, text)
    return found


def patches(folder, network, inputs):
    network.visual.output_tokens = True
    with torch.no_grad():
        found = np.stack([(network.visual(x)[1][0] @ network.visual.proj).numpy() for x in inputs[:2]])
    network.visual.output_tokens = False
    folder.say(patches={"grid": [4, 4], "first": 1, "from": "the tensor whose token 0 is projected, projected likewise"})
    folder.expect("patches", found, list(folder.pictures)[:2])


def write(entry, how, network, config, cfg, model, length, side):
    if how == "photo-server":
        (model / "visual").mkdir()
        (model / "textual").mkdir()
        (model / "config.json").write_text(json.dumps(config, indent=4))
        (model / "visual" / "preprocess_cfg.json").write_text(json.dumps(dataclasses.asdict(cfg), indent=4))
        tokens.clip(tempfile.mkdtemp(), length).save_pretrained(model / "textual")
        export(network, model / "visual" / "model.onnx", True, 1, True, side, length, ["image", "embedding"])
        export(network, model / "textual" / "model.onnx", False, 1, True, side, length, ["text", "embedding"])
        return "visual/model.onnx", "textual/model.onnx"
    save_config_for_hf(network, model / "open_clip_config.json", config)
    tokens.clip(tempfile.mkdtemp(), length).save_pretrained(model)
    (model / "onnx").mkdir()
    export(network, model / "onnx" / "vision_model.onnx", True, 2, False, side, length, ["pixel_values", "image_embeds"])
    export(network, model / "onnx" / "text_model.onnx", False, 2, False, side, length, ["input_ids", "text_embeds"])
    return "onnx/vision_model.onnx", "onnx/text_model.onnx"
