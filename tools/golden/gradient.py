#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Gradients of cosines with respect to images, by PyTorch's autograd in float64.

Writes golden/gradient: for the networks of golden/graph, made again from the same seeds, and for a small ConvNeXt, ResNet
and MobileNet, whose graphs are written too. The cosine is that of a layer of one image with the same layer of the next;
gradients are those of the normalised pixels. Run with Debian's Python: tools/golden/gradient.py [--out DIR]
"""
import argparse
import io
import json
import pathlib
import warnings

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import extractors
from extractors import IMAGES, MEAN, SIDE, STD, WIDTH, Classifier, Clip, ClipResNet, Dino, weigh
from preprocess import noise


class ChannelNorm(nn.Module):
    """Layer normalisation over the channels of [n, c, h, w]."""

    def __init__(self, channels):
        super().__init__()
        self.norm = nn.LayerNorm(channels)

    def forward(self, x):
        return self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ConvNextBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.depth = nn.Conv2d(channels, channels, 7, 1, 3, groups=channels)
        self.norm = nn.LayerNorm(channels)
        self.up, self.down = nn.Linear(channels, 4 * channels), nn.Linear(4 * channels, channels)
        self.scale = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        h = self.norm(self.depth(x).permute(0, 2, 3, 1))
        return x + (self.scale * self.down(F.gelu(self.up(h)))).permute(0, 3, 1, 2)


class ConvNext(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.first = nn.Conv2d(3, 12, 4, 4), ChannelNorm(12)
        self.one, self.between = ConvNextBlock(12), ChannelNorm(12)
        self.down, self.two, self.norm = nn.Conv2d(12, WIDTH, 2, 2), ConvNextBlock(WIDTH), nn.LayerNorm(WIDTH)

    def forward(self, pixels):
        x = self.two(self.down(self.between(self.one(self.first(self.stem(pixels))))))
        return self.norm(x.mean((2, 3)))


class Bottleneck(nn.Module):
    def __init__(self, inputs, middle, stride):
        super().__init__()
        outputs = 2 * middle
        self.a, self.b = nn.Conv2d(inputs, middle, 1, bias=False), nn.Conv2d(middle, middle, 3, stride, 1, bias=False)
        self.c, self.short = nn.Conv2d(middle, outputs, 1, bias=False), nn.Conv2d(inputs, outputs, 1, stride, bias=False)
        self.norm_a, self.norm_b, self.norm_c = nn.BatchNorm2d(middle), nn.BatchNorm2d(middle), nn.BatchNorm2d(outputs)
        self.norm_s = nn.BatchNorm2d(outputs)

    def forward(self, x):
        h = self.norm_a(self.a(x)).relu()
        h = self.norm_c(self.c(self.norm_b(self.b(h)).relu()))
        return (h + self.norm_s(self.short(x))).relu()


class ResNet(nn.Module):
    """Stem with overlapping max pooling, batch normalisation that is not folded away."""

    def __init__(self):
        super().__init__()
        self.stem, self.norm = nn.Conv2d(3, 12, 7, 2, 3, bias=False), nn.BatchNorm2d(12)
        self.one, self.two = Bottleneck(12, 8, 1), Bottleneck(16, 12, 2)

    def forward(self, pixels):
        x = F.max_pool2d(self.norm(self.stem(pixels)).relu(), 3, 2, 1)
        return F.adaptive_avg_pool2d(self.two(self.one(x)), 1).flatten(1)


class Inverted(nn.Module):
    def __init__(self, inputs, outputs, stride, swish):
        super().__init__()
        middle = 3 * inputs
        self.up, self.depth = nn.Conv2d(inputs, middle, 1), nn.Conv2d(middle, middle, 3, stride, 1, groups=middle)
        self.down = nn.Conv2d(middle, outputs, 1)
        self.squeeze, self.excite = nn.Conv2d(middle, 4, 1), nn.Conv2d(4, middle, 1)
        self.act = nn.Hardswish() if swish else nn.ReLU6()
        self.add = stride == 1 and inputs == outputs

    def forward(self, x):
        h = self.act(self.depth(self.act(self.up(x))))
        h = h * F.hardsigmoid(self.excite(self.squeeze(h.mean((2, 3), keepdim=True)).relu()))
        h = self.down(h)
        return x + h if self.add else h


class MobileNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.blocks = nn.Sequential(Inverted(8, 8, 1, False), Inverted(8, 12, 2, True), Inverted(12, WIDTH, 1, True))

    def forward(self, pixels):
        x = self.blocks(F.hardswish(self.stem(pixels)))
        return F.avg_pool2d(x, 3, 2, 1, count_include_pad=False).mean((2, 3))


def weigh_all(model, seed):
    weigh(model, seed)
    rng = np.random.default_rng(seed + 1000)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            count = module.num_features
            module.running_mean.data = torch.from_numpy((rng.standard_normal(count) * 0.1).astype(np.float32))
            module.running_var.data = torch.from_numpy(rng.uniform(0.5, 1.5, count).astype(np.float32))
    return model


def export(model, opset):
    target = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(model, torch.zeros(2, 3, SIDE, SIDE), target, opset_version=opset,
                          training=torch.onnx.TrainingMode.PRESERVE, input_names=["pixel_values"],
                          output_names=["features"],
                          dynamic_axes={"pixel_values": {0: "batch"}, "features": {0: "batch"}})
    return target.getvalue()


def images():
    stack = [(noise(width, height, seed, binary) / 255 - np.array(MEAN)) / np.array(STD)
             for width, height, seed, binary in IMAGES]
    return torch.from_numpy(np.stack(stack).transpose(0, 3, 1, 2).copy())


def case(name, graph, tensor, layer):
    """The gradient of the first image's cosine with the second image's layer."""
    pixels = images()
    with torch.no_grad():
        target = layer(pixels[1:2])[0]
    image = pixels[:1].clone().requires_grad_(True)
    cosine = F.cosine_similarity(layer(image).flatten(1), target.flatten()[None])
    gradient, = torch.autograd.grad(cosine.sum(), image)
    return {"name": name, "graph": graph, "tensor": tensor, "cosine": float(cosine),
            "target": [float("%.9g" % v) for v in target.flatten().numpy()],
            "gradient": [float("%.7g" % v) for v in gradient.flatten().numpy()]}


def attack(network, pixels, targets, starts, steps, rate, weight):
    """The attack of arXiv 2303.05828 by torch.optim.Adam: the cosines after each 50 steps, and the perturbations."""
    mean, std = (torch.tensor(v, dtype=torch.float64).view(1, 3, 1, 1) for v in (MEAN, STD))
    p = starts.clone()
    p = ((pixels + p).clamp(0, 1) - pixels).requires_grad_(True)
    optimiser = torch.optim.Adam([p], lr=rate)
    for _ in range(steps):
        cosine = F.cosine_similarity(network((pixels + p - mean) / std), targets)
        down, across = p[:, :, 1:] - p[:, :, :-1], p[:, :, :, 1:] - p[:, :, :, :-1]
        rough = (down.pow(2).sum((1, 2, 3)) + across.pow(2).sum((1, 2, 3))) / p[0].numel()
        optimiser.zero_grad()
        (-cosine + weight * rough).mean().backward()
        optimiser.step()
        with torch.no_grad():
            p.copy_((pixels + p).clamp(0, 1) - pixels)
    with torch.no_grad():
        return F.cosine_similarity(network((pixels + p - mean) / std), targets), p.detach()


def attacks():
    """Two images pushed towards a third; starts are ((c + 3 r + 7 i) mod 11 - 5) / 4000 for row r, column c, image i."""
    double = weigh(Clip("pick-first", False, False), 11).double()
    raw = torch.from_numpy(np.stack([noise(*IMAGES[i]) / 255 for i in range(3)]).transpose(0, 3, 1, 2).copy())
    mean, std = (torch.tensor(v, dtype=torch.float64).view(1, 3, 1, 1) for v in (MEAN, STD))

    def network(x):
        return double.parts(x)["features"]

    with torch.no_grad():
        targets = network((raw[2:] - mean) / std).expand(2, -1)
    r, c, i = (torch.arange(n, dtype=torch.float64) for n in (SIDE, SIDE, 2))
    starts = ((c.view(1, 1, 1, -1) + 3 * r.view(1, 1, -1, 1) + 7 * i.view(-1, 1, 1, 1)) % 11 - 5) / 4000
    starts = starts.expand(2, 3, SIDE, SIDE)
    for steps, weight in ((1, 5000.0), (20, 0.0), (20, 5000.0), (250, 0.0), (250, 5000.0)):
        cosines, p = attack(network, raw[:2], targets, starts, steps, 1e-3, weight)
        yield {"steps": steps, "lambda": weight, "target": targets[0].tolist(), "cosines": cosines.tolist(),
               "mean": p.abs().mean((1, 2, 3)).tolist(), "max": p.abs().amax((1, 2, 3)).tolist(),
               "norm": p.pow(2).sum((1, 2, 3)).sqrt().tolist()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=extractors.REPOSITORY / "golden")
    out = parser.parse_args().out / "gradient"
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    cases = []
    for name, model, seed, layers in [
        ("clip-projected", Clip("pick-first", False, False), 11, {"before(image_embeds)": "features"}),
        ("clip-hidden", Clip("pick-first", False, True), 12, {"image_embeds": "embeddings"}),
        ("clip-unit", Clip("norm-first", True, False), 13, {"image_embeds": "embeddings"}),
        ("clip-resnet", ClipResNet(), 14, {"image_embeds": "embeddings"}),
        ("dino", Dino(), 15, {"class_token(last_hidden_state)": "features"}),
        ("classifier-gemm", Classifier(True), 16, {"before(logits)": "features", "logits": "logits"}),
    ]:
        double = weigh(model, seed).double()
        for tensor, part in layers.items():
            cases.append(case(name, "graph/%s.onnx" % name, tensor, lambda x: double.parts(x)[part]))
    for name, model, seed, opset in [
        ("convnext", ConvNext(), 31, 17), ("resnet", ResNet(), 32, 13), ("mobilenet", MobileNet(), 33, 14),
    ]:
        weigh_all(model, seed)
        (out / (name + ".onnx")).write_bytes(export(model, opset))
        cases.append(case(name, "gradient/%s.onnx" % name, "features", model.double()))
    oracle = {"name": "PyTorch", "version": torch.__version__, "variant": "autograd in float64"}
    lines = ",\n".join(json.dumps(entry) for entry in cases)
    text = json.dumps({"oracle": oracle, "mean": MEAN, "std": STD})[:-1] + ', "cases": [\n' + lines + "\n]}\n"
    (out / "networks.json").write_text(text)
    oracle["variant"] = "torch.optim.Adam in float64"
    # 250 steps of Adam amplify how processors round.
    extractors.write(out / "attack.json", oracle, attacks(), mean=MEAN, std=STD, tolerance=1e-3)


if __name__ == "__main__":
    main()
