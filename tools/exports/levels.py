# SPDX-License-Identifier: Apache-2.0
"""Grey levels of what a processor gives to a network."""

import numpy as np

import pictures

KEPT = ["odd.png", "small.png", "tall.png"]  # of which the grey levels are kept


def levels_of(processor, pixels):
    """Back from the network's input to grey levels."""
    values = pixels.double().numpy()
    if getattr(processor, "include_top", False):
        values = values * np.array(processor.image_std).reshape(1, 3, 1, 1)
    if getattr(processor, "do_normalize", False):
        mean, deviation = (np.array(v).reshape(1, 3, 1, 1) for v in (processor.image_mean, processor.image_std))
        values = values * deviation + mean
    return (values + getattr(processor, "rescale_offset", False)) / processor.rescale_factor


def write_levels(folder, levels):
    if not pictures.are_drawn(folder.pictures):
        return  # whole pixels are kept
    levels = np.stack(levels)
    rounded = np.round(levels)
    exact = np.abs(levels - rounded).max() < 0.02 and rounded.min() >= 0 and rounded.max() <= 255
    if exact:
        kept = [list(folder.pictures).index(name) for name in KEPT]
        folder.expect("levels", rounded[kept].astype(np.uint8), KEPT)
    else:
        folder.expect("levels", levels[:2].astype(np.float32), list(folder.pictures)[:2])
    folder.say(
        levels=("whole grey levels" if exact else "not whole: floating-point images are resized")
        + " in the network's order of channels, before rescaling"
    )
