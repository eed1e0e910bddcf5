# SPDX-License-Identifier: Apache-2.0
"""Pairs of an image network and a text network of transformers, in one file and in two."""

import json
import pathlib
import shutil
import tempfile
import time

import numpy as np
import torch
import transformers
from optimum.exporters.onnx import main_export

import folder as folders
import tokens
import variants
from hub import spoil
from levels import levels_of, write_levels
from randomise import randomise
from table import CLIP, HALF, Pair, VIT, processor, shortest, square

VISION = dict(VIT, num_hidden_layers=1)
TEXT = dict(hidden_size=24, num_hidden_layers=1, num_attention_heads=2, intermediate_size=48)


def build(pair):
    """(network, tokenizer, image processor)."""
    files = tempfile.mkdtemp()
    tokenizer = getattr(tokens, pair.tokenizer[0])(files, *pair.tokenizer[1:])
    config = getattr(transformers, pair.prefix + "Config")(
        text_config=dict(pair.text, vocab_size=len(tokenizer), **{k: getattr(tokenizer, k) for k in pair.ids}),
        vision_config=dict(pair.vision),
        **pair.others,
    )
    torch.manual_seed(1)
    network = randomise(getattr(transformers, pair.prefix + "Model")(config))
    images = getattr(transformers, pair.processor.name + ("Fast" if pair.fast else ""))(**pair.processor.settings)
    return network, tokenizer, images


def save(pair, network, tokenizer, images, target):
    both = getattr(transformers, pair.both)(images, tokenizer)
    network.save_pretrained(target)
    both.save_pretrained(target)


def texts_of(network, ids, mask=None):
    """The text embeddings before they are made unit; Chinese-CLIP's own get_text_features fails in 4.57.1, its forward does this."""
    if isinstance(network, transformers.ChineseCLIPModel):
        return network.text_projection(network.text_model(input_ids=ids, attention_mask=mask)[0][:, 0])
    return network.get_text_features(input_ids=ids, **({} if mask is None else {"attention_mask": mask}))


class Images(torch.nn.Module):
    def __init__(self, network, pair):
        super().__init__()
        self.network, self.pair = network, pair

    def forward(self, pixel_values):
        if self.pair.pooled:
            given = self.network.vision_model(pixel_values=pixel_values)
            return given.last_hidden_state, given.pooler_output
        return self.network.get_image_features(pixel_values=pixel_values)


class Texts(torch.nn.Module):
    def __init__(self, network, pair):
        super().__init__()
        self.network, self.pair = network, pair

    def forward(self, input_ids, attention_mask=None):
        if self.pair.pooled:
            given = self.network.text_model(input_ids=input_ids)
            return given.last_hidden_state, given.pooler_output
        return texts_of(self.network, input_ids, attention_mask)


def two_files(pair, network, tokenizer, target, images="image_embeds", texts="text_embeds"):
    """vision_model.onnx and text_model.onnx, as transformers.js has them."""
    target.mkdir(parents=True, exist_ok=True)
    side = network.config.vision_config.image_size
    names = ["last_hidden_state", "pooler_output"] if pair.pooled else None
    torch.onnx.export(
        Images(network, pair).eval(),
        (torch.randn(2, 3, side, side),),
        str(target / "vision_model.onnx"),
        dynamo=False,
        input_names=["pixel_values"],
        output_names=names or [images],
        opset_version=17,
        dynamic_axes={n: {0: "batch_size"} for n in ["pixel_values", *(names or [images])]},
    )
    encoded = tokenize(pair, tokenizer, tokens.TEXTS[:2])
    inputs = ["input_ids", "attention_mask"] if pair.mask else ["input_ids"]
    torch.onnx.export(
        Texts(network, pair).eval(),
        tuple(encoded[n] for n in inputs),
        str(target / "text_model.onnx"),
        dynamo=False,
        input_names=inputs,
        output_names=names or [texts],
        opset_version=17,
        dynamic_axes={
            **{n: {0: "batch_size", 1: "sequence_length"} for n in inputs},
            **{n: {0: "batch_size"} for n in names or [texts]},
        },
    )


def tokenize(pair, tokenizer, texts):
    """As the family's own processor tokenizes."""
    return tokenizer(texts, padding=pair.padding, truncation=True, max_length=pair.length, return_tensors="pt")


def unit(rows):
    rows = np.asarray(rows, np.float64)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def values(pair, network, inputs):
    """(what the projection gets, what it gives) for each input."""
    caught, hooks = [], []
    projection = getattr(network, "visual_projection", None)
    if projection is not None:
        hooks.append(projection.register_forward_pre_hook(lambda _, given: caught.append(given[0][0].numpy())))
    with torch.no_grad():
        given = [network.get_image_features(pixel_values=x)[0].numpy() for x in inputs]
    for hook in hooks:
        hook.remove()
    return np.stack(caught or given), np.stack(given)


def layout(pair, how, network, tokenizer, images, folder):
    """Writes model/ in one of the layouts that people have; the names of its ONNX files for images and texts."""
    with tempfile.TemporaryDirectory() as saved:
        saved = pathlib.Path(saved)
        save(pair, network, tokenizer, images, saved)
        if how in ("one-file", "one-file-features"):
            main_export(
                str(saved),
                output=folder.model,
                task="feature-extraction" if how.endswith("features") else "zero-shot-image-classification",
                do_validation=False,
                no_post_process=True,
            )
            return "model.onnx", "model.onnx"
        if how == "split":
            main_export(
                str(saved),
                output=folder.model,
                task="feature-extraction",
                do_validation=False,
                no_post_process=True,
                _variant="split",
            )
            return "vision_model.onnx", "text_model.onnx"
        for file in saved.iterdir():
            if file.suffix != ".safetensors":
                shutil.copy(file, folder.model)
    (folder.model / "vocab.json").exists() and how == "no-tokenizer-json" and (folder.model / "tokenizer.json").unlink()
    place = folder.model / "onnx" if how != "two-files-flat" else folder.model
    two_files(pair, network, tokenizer, place)
    names = variants.alter(how, place, ("vision_model", "text_model"))
    prefix = "onnx/" if how != "two-files-flat" else ""
    return prefix + names[0], prefix + names[1]


def make(pair, how, root, pictures):
    """Makes the folder of a pair in a layout."""
    began = time.time()
    folder = folders.Folder(root, f"{pair.name}-{how}", pictures)
    network, tokenizer, images = build(pair)
    texts = tokens.CHINESE if "chinese" in pair.name else tokens.TEXTS
    file, text_file = layout(pair, how, network, tokenizer, images, folder)
    if how == "nested-5":  # what transformers 5 means by the name is the Fast class of 4.57
        images = getattr(transformers, type(images).__name__ + "Fast")(**pair.processor.settings)
    inputs = [images(p, return_tensors="pt")["pixel_values"] for p in pictures.values()]
    features, embeddings = values(pair, network, inputs)
    encoded = tokenize(pair, tokenizer, texts)
    with torch.no_grad():
        text = texts_of(network, encoded["input_ids"], encoded["attention_mask"] if pair.mask else None).numpy()
    (folder.path / "texts.json").write_text(json.dumps(texts, ensure_ascii=False))
    folder.say(
        family=pair.name,
        **{"class": pair.prefix + "Model"},
        exporter="optimum" if file == "model.onnx" or how == "split" else "torch",
        processor=type(images).__name__,
        tokenizer=type(tokenizer).__name__,
        length=pair.length,
        padding=pair.padding,
        files=sorted({file, text_file}),
        right="values",
        note=pair.note,
        features="input of the projection" if hasattr(network, "visual_projection") else "the embedding before it is made unit",
        versions=folders.versions("transformers", "optimum-onnx", "torch", "onnx", "onnxruntime", "pillow", "tokenizers"),
    )
    write_levels(folder, [levels_of(images, x)[0] for x in inputs])
    folder.expect_pixels(inputs)
    folder.expect("features", features)
    folder.expect("embeddings", unit(embeddings))
    folder.expect("text", unit(text), texts)
    folder.expect("ids", encoded["input_ids"].numpy().astype(np.int64), texts)
    exact = variants.exact(how)
    if folders.has_fixed_outputs(folder.model / text_file):
        folder.say(
            needs="further outputs are said to have the traced example's fixed shapes, which ONNX Runtime folds, and fails: "
            "they are to be dropped, or their shapes"
        )
    feed = {k: v.numpy() for k, v in encoded.items()}
    got = [
        one(
            folders.run(folder.model / file, {"pixel_values": x.numpy(), **(feed if file == text_file else {})}),
            ("image_embeds", "pooler_output"),
        )
        for x in inputs
    ]
    got = unit(np.concatenate(got))
    folders.compare(folder, "embeddings", got, unit(embeddings), 1e-4 if exact else 0.5)
    other = {"pixel_values": inputs[0].numpy()} if file == text_file else {}
    got_text = unit(one(folders.run(folder.model / text_file, {**feed, **other}), ("text_embeds", "pooler_output")))
    folders.compare(folder, "text", got_text, unit(text), 1e-4 if exact else 0.5)
    if not exact:
        for what, given, right, rows in (("embeddings", got, embeddings, None), ("text", got_text, text, texts)):
            folder.expect(f"{what}-of-the-file", given, rows)
            folders.distance(folder, what, given, unit(right))
    if pair.fast:
        slow = getattr(transformers, pair.processor.name)(**pair.processor.settings)
        others = values(pair, network, [slow(p, return_tensors="pt")["pixel_values"] for p in pictures.values()])[0]
        folder.say(**{"difference in features from the slow class": float(f"{np.abs(others - features).max():.2g}")})
    folder.say(**{folders.MISTAKES: mistakes(pair, network, tokenizer, images, pictures, features, texts, text)})
    folder.close(began)
    return folder


def one(outputs, names):
    return next(outputs[n] for n in names if n in outputs)


def mistakes(pair, network, tokenizer, images, pictures, features, texts, text):
    moved = {}
    for how in ("mean", "interpolation", "crop"):
        spoilt = spoil(images, how)
        if spoilt is not None:
            others = values(pair, network, [spoilt(p, return_tensors="pt")["pixel_values"] for p in pictures.values()])[0]
            moved[how] = float(f"{np.abs(others - features).max():.2g}")
    if not pair.mask:
        encoded = tokenize(pair, tokenizer, texts)["input_ids"]
        filled = encoded.clone()
        for row in filled:
            end = (row == tokenizer.eos_token_id).nonzero()[0, 0]
            row[end + 1 :] = 5
        with torch.no_grad():
            moved["padding"] = float(f"{np.abs(network.get_text_features(input_ids=filled).numpy() - text).max():.2g}")
    return moved


PAIRS = [
    Pair(
        "clip",
        "CLIP",
        VISION,
        dict(TEXT, max_position_embeddings=77),
        dict(projection_dim=20),
        ("clip",),
        processor("CLIP", shortest(64), 64, CLIP, resample=3),
        "CLIPProcessor",
        77,
        (
            "one-file",
            "one-file-features",
            "two-files",
            "two-files-flat",
            "no-tokenizer-json",
            "fp16",
            "fp16-float-io",
            "quantized",
            "int8-named",
            "q4-names",
            "nested-5",
        ),
        ids=("eos_token_id", "bos_token_id", "pad_token_id"),
    ),
    Pair(
        "metaclip2",
        "MetaClip2",
        VISION,
        dict(TEXT, max_position_embeddings=77),
        dict(projection_dim=20),
        ("xlm_roberta", 77),
        processor("CLIP", square(64), 64, CLIP, resample=3),
        "CLIPProcessor",
        77,
        ("one-file", "split", "two-files"),
        ids=("eos_token_id", "bos_token_id", "pad_token_id"),
    ),
    Pair(
        "chinese-clip",
        "ChineseCLIP",
        VISION,
        dict(TEXT, max_position_embeddings=96),
        dict(projection_dim=20),
        ("chinese_bert", 96),
        processor("ChineseCLIP", square(64), mean=CLIP, resample=3, do_center_crop=False),
        "ChineseCLIPProcessor",
        96,
        ("one-file", "two-files"),
        ids=("pad_token_id",),
        mask=True,
        padding=True,
    ),
    Pair(
        "altclip",
        "AltCLIP",
        VISION,
        dict(TEXT, max_position_embeddings=40, project_dim=16, initializer_factor=1.0),
        dict(projection_dim=20),
        ("xlm_roberta", 512, "nmt_nfkc"),
        processor("CLIP", shortest(64), 64, CLIP, resample=3),
        "AltCLIPProcessor",
        38,
        ("two-files",),
        ids=("eos_token_id", "bos_token_id", "pad_token_id"),
        mask=True,
        padding=True,
        note="40 positions begin behind the pad token's number 1, so 38 tokens can be used; the tokenizer says 512",
    ),
    Pair(
        "siglip",
        "Siglip",
        VISION,
        dict(TEXT, max_position_embeddings=64, projection_size=24),
        {},
        ("siglip", 64),
        processor("Siglip", square(64), mean=HALF, resample=3),
        "SiglipProcessor",
        64,
        ("one-file",),
        padding="max_length",
        note="the slow tokenizer only (spiece.model): the texts' half may be left out, which is said",
    ),
    Pair(
        "siglip-pooled",
        "Siglip",
        VISION,
        dict(TEXT, max_position_embeddings=64, projection_size=24),
        {},
        ("siglip", 64),
        processor("Siglip", square(64), mean=HALF, resample=3),
        "SiglipProcessor",
        64,
        ("two-files",),
        padding="max_length",
        pooled=True,
        note="the slow tokenizer only (spiece.model): the texts' half may be left out, which is said",
    ),
    Pair(
        "siglip2",
        "Siglip",
        VISION,
        dict(TEXT, max_position_embeddings=64, projection_size=24),
        {},
        ("gemma", 64),
        processor("Siglip", square(64), mean=HALF, resample=2),
        "SiglipProcessor",
        64,
        ("one-file",),
        padding="max_length",
        fast=True,
        ids=("eos_token_id", "bos_token_id", "pad_token_id"),
    ),
    Pair(
        "siglip2-pooled",
        "Siglip",
        VISION,
        dict(TEXT, max_position_embeddings=64, projection_size=24),
        {},
        ("gemma", 64),
        processor("Siglip", square(64), mean=HALF, resample=2),
        "SiglipProcessor",
        64,
        ("two-files", "quantized"),
        padding="max_length",
        pooled=True,
        ids=("eos_token_id", "bos_token_id", "pad_token_id"),
    ),
]
