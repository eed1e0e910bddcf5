# SPDX-License-Identifier: Apache-2.0
"""Networks of torchvision, and files as the ONNX Model Zoo and old tutorials have them: no settings beside them, other names, Softmax."""
import dataclasses
import json
import time

import numpy as np
import torch
import torchvision
from torchvision.transforms._presets import ImageClassification

import folder as folders
import pictures as drawing
from hub import CLASSIFIER
from randomise import batch, randomise, settle
from table import IMAGENET, NAMES

CLASSES = len(NAMES)


@dataclasses.dataclass(frozen=True)
class Plain:
    """A network whose file says nothing of pixels: options are what a user adds."""
    name: str
    network: object
    head: str  # its last linear layer
    side: int
    options: tuple
    names: tuple = ("input", "output")
    activation: object = None
    rows: int = 0  # 0: any number
    opset: int = 13
    note: str = ""


def shuffle():
    return torchvision.models.ShuffleNetV2([1, 1, 1], [8, 16, 24, 32, 64], num_classes=CLASSES)


def vit():
    return torchvision.models.VisionTransformer(image_size=64, patch_size=16, num_layers=2, num_heads=2, hidden_dim=24, mlp_dim=48,
                                                num_classes=CLASSES)


def residual():
    """A ResNet of one narrow block a stage, with the names and the order of the Model Zoo's."""
    network = torchvision.models.ResNet(torchvision.models.resnet.Bottleneck, [1, 1, 1, 1], num_classes=CLASSES, width_per_group=4)
    network.layer3, network.layer4 = torch.nn.Identity(), torch.nn.Identity()
    network.fc = torch.nn.Linear(512, CLASSES)
    return network


class Adaptive(torch.nn.Module):
    """A fastai learner's head on a small body: maximum and mean side by side, batch norms, dropouts, two linear layers."""

    def __init__(self):
        super().__init__()
        nn = torch.nn
        self.body = nn.Sequential(nn.Conv2d(3, 16, 3, 2, 1), nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.BatchNorm2d(32),
                                  nn.ReLU())
        self.maximum, self.mean = nn.AdaptiveMaxPool2d(1), nn.AdaptiveAvgPool2d(1)
        self.head = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(64), nn.Dropout(0.25), nn.Linear(64, 40, bias=False), nn.ReLU(),
                                  nn.BatchNorm1d(40), nn.Dropout(0.5), nn.Linear(40, CLASSES, bias=False))

    def forward(self, x):
        x = self.body(x)
        return self.head(torch.cat([self.maximum(x), self.mean(x)], 1))


EXACT = ("--input-size", "64", "--resize", "exact:64x64", "--crop", "none", "--interpolation", "bilinear",
         "--mean", "0.485,0.456,0.406", "--std", "0.229,0.224,0.225")
NETWORKS = [
    Plain("torchvision-shufflenet", shuffle, "fc", 224, ("--preset", "torchvision:IMAGENET1K_V1")),
    Plain("torchvision-vit", vit, "heads.head", 64, (*EXACT, "--output", "features=before(output),logits=output"), opset=17),
    Plain("zoo-softmax", residual, "fc", 64, EXACT, ("gpu_0/data_0", "gpu_0/softmax_1"), torch.nn.Softmax(1), 1,
          note="the count of rows is fixed to one"),
    Plain("zoo-logsoftmax", shuffle, "fc", 64, EXACT, ("data", "prob"), torch.nn.LogSoftmax(1)),
    Plain("zoo-sigmoid", shuffle, "fc", 64, EXACT, ("data", "scores"), torch.nn.Sigmoid()),
    Plain("fastai-head", Adaptive, "head.7", 64, EXACT, ("input", "output"), torch.nn.Softmax(1),
          note="fastai's head, written with PyTorch's layers: fastai itself was not used"),
]


def make(entry, root):
    began = time.time()
    folder = folders.Folder(root, entry.name, [])
    torch.manual_seed(1)
    network = settle(randomise(entry.network()), lambda n: n(batch(entry.side)))
    whole = torch.nn.Sequential(network, entry.activation or torch.nn.Identity()).eval()
    file = folder.model / "model.onnx"
    rows = entry.rows or 2
    torch.onnx.export(whole, (torch.randn(rows, 3, entry.side, entry.side),), str(file), input_names=entry.names[:1],
                      output_names=entry.names[1:], opset_version=entry.opset, dynamo=False,
                      dynamic_axes={} if entry.rows else {n: {0: "batch"} for n in entry.names})
    if entry.side == 64:
        drawn = drawing.exact(folder.path / "images", 64, 64)
        mean, deviation = (np.array(v).reshape(3, 1, 1) for v in IMAGENET)
        inputs = [torch.tensor(((np.array(p).transpose(2, 0, 1) / 255 - mean) / deviation).astype(np.float32))[None] for p in drawn.values()]
    else:
        drawn = drawing.read(root / "images")
        inputs = [ImageClassification(crop_size=224)(p)[None] for p in drawn.values()]
    folder.pictures = drawn
    caught = []
    hook = dict(network.named_modules())[entry.head].register_forward_hook(
        lambda _, given, result: caught.append((given[0][0].detach().numpy(), result[0].detach().numpy())))
    with torch.no_grad():
        outputs = np.stack([whole(x)[0].numpy() for x in inputs])
    hook.remove()
    got = [folders.run(file, {entry.names[0]: x.numpy()})[entry.names[1]][0] for x in inputs]
    (folder.path / "options.json").write_text(json.dumps(["model.onnx", *entry.options]))
    given = folders.outputs_of(file)
    folder.say(family=entry.name, **{"class": type(network).__name__}, exporter="torch", inputs=given[0], outputs=given[1], right="values",
               activation=type(entry.activation).__name__ if entry.activation else None, features=CLASSIFIER, note=entry.note,
               versions=folders.versions("torchvision", "torch", "onnx", "onnxruntime", "pillow"))
    folders.compare(folder, "output", got, outputs)
    folder.expect_pixels(inputs)
    folder.expect("features", np.stack([c[0] for c in caught]))
    folder.expect("logits", np.stack([c[1] for c in caught]))
    folder.expect("outputs", outputs)
    folder.close(began)
    return folder
