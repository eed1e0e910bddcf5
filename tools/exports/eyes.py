# SPDX-License-Identifier: Apache-2.0
"""A network of one convolution, by which pixels are compared."""

import torch

from randomise import randomise
from table import NAMES


class Eyes(torch.nn.Module):
    """A convolution of 8 x 8, the mean over positions and a linear layer: any size of image."""

    def __init__(self):
        super().__init__()
        self.look = torch.nn.Conv2d(3, 12, 8, 4)
        self.classifier = torch.nn.Linear(12, len(NAMES))

    def forward(self, pixel_values):
        return self.classifier(self.features(pixel_values))

    def features(self, pixel_values):
        return torch.tanh(self.look(pixel_values)).mean((2, 3))


def export(file, seed):
    """Writes it with random weights, for any size of image, and gives it back."""
    network = randomise(Eyes(), seed)
    torch.onnx.export(
        network,
        (torch.randn(2, 3, 64, 64),),
        str(file),
        input_names=["pixel_values"],
        output_names=["logits"],
        opset_version=17,
        dynamo=False,
        dynamic_axes={"pixel_values": {0: "batch", 2: "height", 3: "width"}, "logits": {0: "batch"}},
    )
    return network
