# SPDX-License-Identifier: Apache-2.0
"""Gives a network random weights of a size at which every step shows in its outputs."""

import math
import re

import torch

SEED = 20260
TOKENS = re.compile(r"token|position|pos_emb|probe|latent|\.query$|class_embedding|word_embed")


def randomise(network, seed=SEED):
    """Draws all weights anew: matrices of variance 1 / inputs, norms and layer scales around 1, tokens and positions large."""
    random = torch.Generator().manual_seed(seed)

    def normal(tensor, deviation):
        tensor.copy_(torch.randn(tensor.shape, generator=random) * deviation)

    def uniform(tensor, low, high):
        tensor.copy_(torch.rand(tensor.shape, generator=random) * (high - low) + low)

    with torch.no_grad():
        for name, weight in network.named_parameters():
            last = name.rsplit(".", 1)[-1]
            if "logit_scale" in name or "logit_bias" in name:
                continue
            if TOKENS.search(name):
                normal(weight, 0.15)
            elif weight.dim() >= 2 and max(weight.shape) > 1 and weight.shape[0] > 1 and weight.numel() > max(weight.shape):
                normal(weight, 1.2 / math.sqrt(math.prod(weight.shape[1:])))
            elif last == "bias":
                normal(weight, 0.2)
            else:
                uniform(weight, 0.5, 1.3)
        for name, value in network.named_buffers():
            if name.endswith("running_mean"):
                normal(value, 0.3)
            elif name.endswith("running_var"):
                uniform(value, 0.5, 1.5)
    return network.eval()


def settle(network, run):
    """Sets the running statistics of all batch norms to those of one batch, then alters them by a fifth: signals stay alive."""
    norms = [m for m in network.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]
    momenta = [norm.momentum for norm in norms]
    random = torch.Generator().manual_seed(7)
    for norm in norms:
        norm.train()
        norm.reset_running_stats()
        norm.momentum = None
    with torch.no_grad():
        if norms:
            run(network)
        for norm, momentum in zip(norms, momenta):
            norm.momentum = momentum
            norm.running_mean += torch.randn(norm.running_mean.shape, generator=random) * 0.2 * norm.running_var.sqrt()
            norm.running_var *= torch.rand(norm.running_var.shape, generator=random) * 0.4 + 0.8
    return network.eval()


def batch(side=64, seed=3):
    """Thirty-two random images, from smooth to rough, about as large as normalised pixels."""
    random = torch.Generator().manual_seed(seed)
    grown = [
        torch.nn.functional.interpolate(torch.randn(8, 3, grain, grain, generator=random), (side, side), mode="bilinear")
        for grain in (3, 9, 20, side)
    ]
    return torch.cat(grown) * torch.linspace(0.5, 2, 32)[:, None, None, None]
