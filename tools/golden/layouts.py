#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tiny CLIPs with random weights in the folders that exports come in, and what they make of images and texts.

Writes golden/layouts: a folder a layout (JSON files end in .json.txt there, since only oracle results end in .json), images as
BMP, and for each layout the expected features, token ids and text embeddings. Pixels by Pillow and NumPy, token ids by a
byte pair encoder in plain Python that knows nothing of the tokenizer library, networks by PyTorch in float64. Weights come
from NumPy's seeded generator, graphs from torch.onnx. Run with Debian's Python: tools/golden/layouts.py [--out DIR]
"""
import argparse
import json
import pathlib
import string
import unicodedata
import warnings

import numpy as np
import onnx
import torch
from PIL import Image
from torch import nn

from extractors import EMBED, SIDE, WIDTH, Clip, Dino, external, weigh
from preprocess import center, noise

REPOSITORY = pathlib.Path(__file__).parents[2]
TEXT_WIDTH, TEXT_HEADS = 16, 2
MEAN, STD = [0.48, 0.46, 0.41], [0.27, 0.26, 0.28]
HALF = [0.5, 0.5, 0.5]
CORPUS = ("a photo of the cat photo of a dog many photos of the large ship the small ship a blurry photo of a road sign "
          "the road the sign signs ice cream chair chain saw church")
TEXTS = ["a photo of a cat.", "A  Photo of\tthe LARGE ship!", "road_sign's 42 signs", "Ångström café 日本 \U0001f600",
         "a blurry photo of many churches", ""]
START, END = "<|startoftext|>", "<|endoftext|>"


def byte_letters():
    """The letter that stands for each byte: itself where it can be printed, from U+0100 on otherwise."""
    printed = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    letters, more = {}, 256
    for byte in range(256):
        letters[byte] = chr(byte) if byte in printed else chr(more)
        more += byte not in printed
    return letters


LETTERS = byte_letters()


def symbols(word):
    letters = [LETTERS[byte] for byte in word.encode()]
    return letters[:-1] + [letters[-1] + "</w>"]


def joined(parts, pair):
    result, i = [], 0
    while i < len(parts):
        if tuple(parts[i:i + 2]) == pair:
            result.append(parts[i] + parts[i + 1])
            i += 2
        else:
            result.append(parts[i])
            i += 1
    return result


def learn(count):
    """Merges of the most frequent neighbours in the corpus; ties go to the first in the alphabet."""
    words, merges = [symbols(word) for word in CORPUS.split()], []
    while len(merges) < count:
        pairs = {}
        for word in words:
            for pair in zip(word, word[1:]):
                pairs[pair] = pairs.get(pair, 0) + 1
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        words = [joined(word, best) for word in words]
    return merges


MERGES = learn(40)
ALPHABET = [LETTERS[byte] for byte in sorted(LETTERS, key=lambda byte: (LETTERS[byte] != chr(byte), byte))]
NAMES = ALPHABET + [a + "</w>" for a in ALPHABET] + ["".join(pair) for pair in MERGES] + [START, END]
VOCABULARY = {name: i for i, name in enumerate(NAMES)}
CONTRACTIONS = ("'s", "'t", "'re", "'ve", "'m", "'ll", "'d")


def words(text):
    """CLIP's words: contractions, runs of letters, single digits, runs of what is neither."""
    found, i = [], 0

    def kind(char):
        category = unicodedata.category(char)
        return "space" if char.isspace() else {"L": "letter", "N": "digit"}.get(category[0], "mark")

    while i < len(text):
        contraction = next((c for c in CONTRACTIONS if text.startswith(c, i)), None)
        if contraction:
            found.append(contraction)
            i += len(contraction)
            continue
        what, end = kind(text[i]), i + 1
        while what in ("letter", "mark") and end < len(text) and kind(text[end]) == what:
            end += 1
        if what != "space":
            found.append(text[i:end])
        i = end
    return found


def ids(text):
    """Start, the merged symbols of every word, end."""
    result = [VOCABULARY[START]]
    rank = {pair: i for i, pair in enumerate(MERGES)}
    for word in words(unicodedata.normalize("NFC", text).lower()):
        parts = symbols(word)
        while True:
            known = [pair for pair in zip(parts, parts[1:]) if pair in rank]
            if not known:
                break
            parts = joined(parts, min(known, key=rank.get))
        result += [VOCABULARY[part] for part in parts]
    return result + [VOCABULARY[END]]


def canonical(text):
    """open_clip's cleaning: underscores to spaces, no ASCII punctuation, lower case, single spaces."""
    without = text.replace("_", " ").translate(str.maketrans("", "", string.punctuation))
    return " ".join(without.lower().split())


def tokenizer(template):
    special = [{"id": VOCABULARY[name], "content": name, "single_word": False, "lstrip": False, "rstrip": False,
                "normalized": False, "special": True} for name in (START, END)]
    roberta = {"type": "RobertaProcessing", "sep": [END, VOCABULARY[END]], "cls": [START, VOCABULARY[START]],
               "trim_offsets": False, "add_prefix_space": False}
    one = [{"SpecialToken": {"id": START, "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
           {"SpecialToken": {"id": END, "type_id": 0}}]
    templated = {"type": "TemplateProcessing", "single": one, "pair": one + [{"Sequence": {"id": "B", "type_id": 1}}],
                 "special_tokens": {name: {"id": name, "ids": [VOCABULARY[name]], "tokens": [name]} for name in (START, END)}}
    pattern = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+"
    return {
        "version": "1.0", "truncation": {"direction": "Right", "max_length": 5, "strategy": "LongestFirst", "stride": 0},
        "padding": None, "added_tokens": special,
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "NFC"}, {"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": " "}, {"type": "Lowercase"}]},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Removed", "invert": True},
            {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}]},
        "post_processor": templated if template else roberta,
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True},
        "model": {"type": "BPE", "dropout": None, "unk_token": END, "continuing_subword_prefix": "",
                  "end_of_word_suffix": "</w>", "fuse_unk": False, "vocab": VOCABULARY,
                  "merges": [" ".join(pair) for pair in MERGES]}}


class TextBlock(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(TEXT_WIDTH), nn.LayerNorm(TEXT_WIDTH)
        self.qkv, self.out = nn.Linear(TEXT_WIDTH, 3 * TEXT_WIDTH), nn.Linear(TEXT_WIDTH, TEXT_WIDTH)
        self.up, self.down = nn.Linear(TEXT_WIDTH, 2 * TEXT_WIDTH), nn.Linear(2 * TEXT_WIDTH, TEXT_WIDTH)

    def forward(self, x, bias):
        n, t, _ = x.shape
        q, k, v = self.qkv(self.ln1(x)).reshape(n, t, 3, TEXT_HEADS, -1).permute(2, 0, 3, 1, 4)
        scores = (q @ k.transpose(2, 3)) * (TEXT_WIDTH // TEXT_HEADS) ** -0.5 + bias
        x = x + self.out((scores.softmax(-1) @ v).transpose(1, 2).reshape(n, t, TEXT_WIDTH))
        h = self.up(self.ln2(x))
        return x + self.down(h * torch.sigmoid(1.702 * h))


class TextClip(nn.Module):
    """`pool`: eot-largest takes the token of the largest id, eot-first the first end token, last the last place."""

    def __init__(self, context, causal, pool):
        super().__init__()
        self.table = nn.Parameter(torch.zeros(len(NAMES), TEXT_WIDTH))
        self.position = nn.Parameter(torch.zeros(context, TEXT_WIDTH))
        self.one, self.two, self.post = TextBlock(), TextBlock(), nn.LayerNorm(TEXT_WIDTH)
        self.projection = nn.Linear(TEXT_WIDTH, EMBED, bias=False)
        self.causal, self.pool = causal, pool

    def forward(self, tokens, mask=None):
        n, t = tokens.shape
        x = nn.functional.embedding(tokens.long(), self.table) + self.position[:t]
        bias = torch.zeros(1, 1, 1, 1, dtype=x.dtype)
        if self.causal:
            later = torch.arange(t)[None, :] > torch.arange(t)[:, None]
            bias = later.to(x.dtype)[None, None] * -1e4
        if mask is not None:
            bias = bias + (1 - mask[:, None, None, :].to(x.dtype)) * -1e4
        x = self.post(self.two(self.one(x, bias), bias))
        if self.pool == "last":
            row = x[:, -1]
        else:
            at = tokens if self.pool == "eot-largest" else tokens == VOCABULARY[END]
            row = x[torch.arange(n), at.to(torch.int).argmax(-1)]
        return self.projection(row)


class Both(nn.Module):
    """Image and text in one network, as Hugging Face's exporter writes a CLIP by default."""

    def __init__(self, vision, text):
        super().__init__()
        self.vision, self.text = vision, text

    def forward(self, input_ids, pixel_values, attention_mask):
        image = self.vision.parts(pixel_values)["embeddings"]
        text = self.text(input_ids, attention_mask)
        image = image / image.norm(dim=-1, keepdim=True)
        text = text / text.norm(dim=-1, keepdim=True)
        logits = 14.3 * text @ image.t()
        return logits.t(), logits, text, image


class Unit(nn.Module):
    def __init__(self, text):
        super().__init__()
        self.text = text

    def forward(self, *inputs):
        return nn.functional.normalize(self.text(*inputs), dim=-1)


def save(model, path, arguments, inputs, outputs, axes, opset):
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(model, arguments, str(path), opset_version=opset, input_names=inputs, output_names=outputs,
                          dynamic_axes=axes)
    return onnx.load(str(path))


def settings(folder, name, document):
    path = folder / (name + ".txt")
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document, ensure_ascii=False, indent=None if "model" in document else 2, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")


def clip_preprocessor():
    return {"crop_size": {"height": SIDE, "width": SIDE}, "do_center_crop": True, "do_convert_rgb": True,
            "do_normalize": True, "do_rescale": True, "do_resize": True, "image_mean": MEAN, "image_std": STD,
            "image_processor_type": "CLIPImageProcessor", "resample": 3, "rescale_factor": 0.00392156862745098,
            "size": {"shortest_edge": SIDE + 4}}


def shortest(image, side, code):
    w, h = image.size
    size = (side, side * h // w) if w <= h else (side * w // h, side)
    return image.resize(size, code)


def crop_floor(array):
    h, w, _ = array.shape
    top, left = (h - SIDE) // 2, (w - SIDE) // 2
    return array[top:top + SIDE, left:left + SIDE]


def pictures(out):
    """Coloured gradients under noise, so that interpolation, crop and channel order all matter."""
    (out / "images").mkdir(parents=True, exist_ok=True)
    result = []
    for i, (w, h) in enumerate([(53, 41), (40, 44), (47, 47)]):
        x, y = np.meshgrid(np.linspace(0, 1, w), np.linspace(0, 1, h))
        waves = np.stack([np.sin(5 * x + i) * 90 + 150, np.cos(7 * y - i) * 60 + 90, 200 * (x * y) + 20 * i], -1)
        pixels = np.clip(waves + (noise(w, h, 400 + i, False).astype(float) - 128) * 0.6, 0, 255).astype(np.uint8)
        picture = Image.fromarray(pixels)
        picture.save(out / "images" / f"{i}.bmp")
        result.append((f"{i}.bmp", picture))
    return result


def numbers(tensor):
    return [float("%.7g" % v) for v in tensor.flatten()]


def images_of(model, images, prepare, mean, std, unit):
    cases, double = [], model.double()
    with torch.no_grad():
        for name, picture in images:
            pixels = (prepare(picture) / 255 - np.array(mean)) / np.array(std)
            parts = double.parts(torch.from_numpy(pixels.transpose(2, 0, 1)[None].copy()))
            if unit and "embeddings" in parts:
                parts["embeddings"] = nn.functional.normalize(parts["embeddings"], dim=-1)
            cases.append({"file": name, **{k: numbers(parts[k][0]) for k in ("features", "embeddings") if k in parts}})
    model.float()
    for layer in cases[0].keys() - {"file"}:
        rows = [np.array(case[layer]) for case in cases]
        for i in range(len(rows)):
            for j in range(i):
                assert np.linalg.norm(rows[i] - rows[j]) > 0.02 * np.linalg.norm(rows[i]), (layer, i, j)
    return cases


def texts_of(model, context, pad, clean=lambda text: text, mask=False):
    cases, double = [], model.double()
    with torch.no_grad():
        for text in TEXTS:
            own = ids(clean(text))
            tokens = torch.tensor([own + [pad] * (context - len(own))])
            seen = torch.tensor([[1] * len(own) + [0] * (context - len(own))])
            row = double(tokens, seen) if mask else double(tokens)
            cases.append({"text": text, "ids": own, "embedding": numbers(nn.functional.normalize(row[0], dim=-1))})
    model.float()
    return cases


def write(path, oracle, **more):
    path.write_text(json.dumps({"oracle": oracle, "tolerance": {"relative": 1e-6, "absolute": 1e-6}, **more},
                               ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=REPOSITORY / "golden")
    out = parser.parse_args().out / "layouts"
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    images = pictures(out)
    oracle = {"name": "Pillow, PyTorch", "version": f"{Image.__version__}, {torch.__version__}",
              "variant": "float64, the module that was exported; token ids by a byte-pair encoder in plain Python"}
    pixels, batch = torch.zeros(2, 3, SIDE, SIDE), {0: "batch"}
    end = VOCABULARY[END]
    special = {"bos_token": START, "eos_token": END}

    def clip_pixels(picture):
        return crop_floor(np.asarray(shortest(picture, SIDE + 4, Image.BICUBIC)))

    # One image tower, as transformers' exporter writes a ViT.
    folder, model = out / "hf-image", weigh(Dino(), 31)
    save(model, folder / "onnx/model.onnx", pixels, ["pixel_values"], ["last_hidden_state"],
         {"pixel_values": batch, "last_hidden_state": batch}, 14)
    settings(folder, "config.json", {"architectures": ["ViTModel"], "image_size": SIDE, "model_type": "vit"})
    settings(folder, "preprocessor_config.json", {
        "do_normalize": True, "do_rescale": True, "do_resize": True, "image_mean": HALF, "image_std": HALF,
        "image_processor_type": "ViTImageProcessor", "resample": 2, "rescale_factor": 0.00392156862745098,
        "size": {"height": SIDE, "width": SIDE}})
    write(out / "hf-image.json", oracle, images=images_of(
        model, images, lambda p: np.asarray(p.resize((SIDE, SIDE), Image.BILINEAR)), HALF, HALF, False))

    # CLIP in two files: OpenAI's way to pad, with the end token, and to pool, at the largest id.
    folder, model, text = out / "hf-two-files", weigh(Clip("pick-first", False, True), 32), TextClip(77, True, "eot-largest")
    weigh(text, 33)
    save(model, folder / "onnx/vision_model.onnx", pixels, ["pixel_values"], ["image_embeds", "last_hidden_state"],
         {name: batch for name in ("pixel_values", "image_embeds", "last_hidden_state")}, 14)
    save(text, folder / "onnx/text_model.onnx", torch.zeros(2, 9, dtype=torch.long), ["input_ids"], ["text_embeds"],
         {"input_ids": {0: "batch", 1: "tokens"}, "text_embeds": batch}, 14)
    config = {"model_type": "clip", "projection_dim": EMBED, "vision_config": {"image_size": SIDE, "hidden_size": WIDTH},
              "text_config": {"max_position_embeddings": 77, "vocab_size": len(NAMES), "eos_token_id": end}}
    settings(folder, "config.json", config)
    settings(folder, "preprocessor_config.json", clip_preprocessor())
    settings(folder, "tokenizer.json", tokenizer(False))
    settings(folder, "tokenizer_config.json", {**special, "pad_token": END, "tokenizer_class": "CLIPTokenizer"})
    (folder / "README.md").write_text("---\nlicense: mit\ntags:\n- drawn\n---\n# Random weights\n")
    write(out / "hf-two-files.json", oracle, context=77, pad=end, texts=texts_of(text, 77, end),
          images=images_of(model, images, clip_pixels, MEAN, STD, True))

    # CLIP in one file with external data: OpenCLIP's way to pad, with token 0, and newer transformers' way to pool.
    folder, model, text = out / "hf-one-file", weigh(Clip("pick-first", False, False), 34), TextClip(40, True, "eot-first")
    weigh(text, 35)
    path = folder / "model.onnx"
    tokens = torch.zeros(2, 9, dtype=torch.long)
    tokens[:, 5] = end
    graph = save(Both(model, text), path, (tokens, pixels, torch.ones(2, 9, dtype=torch.long)),
                 ["input_ids", "pixel_values", "attention_mask"],
                 ["logits_per_image", "logits_per_text", "text_embeds", "image_embeds"],
                 {"input_ids": {0: "texts", 1: "tokens"}, "attention_mask": {0: "texts", 1: "tokens"},
                  "pixel_values": {0: "images"}, "logits_per_image": {0: "images", 1: "texts"},
                  "logits_per_text": {0: "texts", 1: "images"}, "text_embeds": {0: "texts"}, "image_embeds": {0: "images"}},
                 17)
    graph, data = external(graph, "model.onnx_data")
    path.write_bytes(graph.SerializeToString())
    (folder / "model.onnx_data").write_bytes(data)
    settings(folder, "config.json", {**config, "text_config": {"max_position_embeddings": 40}})
    settings(folder, "preprocessor_config.json", clip_preprocessor())
    settings(folder, "tokenizer.json", tokenizer(False))
    settings(folder, "special_tokens_map.json", {**special, "pad_token": {"content": "!", "lstrip": False}})
    write(out / "hf-one-file.json", oracle, context=40, pad=0, texts=texts_of(text, 40, 0, mask=True),
          images=images_of(model, images, clip_pixels, MEAN, STD, True))

    # A photo server's pair: int32 tokens of one text, no causal mask, so that padding matters; canonical texts.
    folder, model, text = out / "pair", weigh(Clip("norm-first", True, False), 36), TextClip(36, False, "last")
    weigh(text, 37)
    save(model, folder / "visual/model.onnx", pixels, ["image"], ["embedding"], {"image": batch, "embedding": batch}, 14)
    save(Unit(text), folder / "textual/model.onnx", torch.zeros(1, 36, dtype=torch.int), ["text"], ["embedding"], {}, 14)
    settings(folder, "config.json", {
        "embed_dim": EMBED, "vision_cfg": {"image_size": SIDE, "layers": 2, "width": WIDTH, "patch_size": 8},
        "text_cfg": {"context_length": 36, "vocab_size": len(NAMES), "no_causal_mask": True, "pool_type": "last",
                     "tokenizer_kwargs": {"clean": "canonicalize"}}})
    settings(folder, "visual/preprocess_cfg.json", {
        "size": [SIDE, SIDE], "mode": "RGB", "mean": MEAN, "std": STD, "interpolation": "bicubic",
        "resize_mode": "shortest", "fill_color": 0})
    settings(folder, "textual/tokenizer.json", tokenizer(True))
    settings(folder, "textual/tokenizer_config.json", {**special, "pad_token": "!", "model_max_length": 36})
    write(out / "pair.json", oracle, context=36, pad=0, another_pad=5, texts=texts_of(text, 36, 0, canonical),
          padded_by_another=texts_of(text, 36, 5, canonical),
          images=images_of(model, images, lambda p: center(np.asarray(shortest(p, SIDE, Image.BICUBIC)), SIDE, SIDE),
                           MEAN, STD, True))


if __name__ == "__main__":
    main()
