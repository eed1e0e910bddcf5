# SPDX-License-Identifier: Apache-2.0
"""Image networks of transformers: makes one, exports it as people do, and asks the library for its values."""

import pathlib
import shutil
import tempfile
import time

import numpy as np
import torch
import transformers
from optimum.exporters.onnx import main_export

import folder as folders
import variants
from levels import levels_of, write_levels
from randomise import batch, randomise, settle
from table import NAMES

CLASSIFIER = "input of the last linear layer"


def processor_of(family, fast):
    return getattr(transformers, family.processor.name + ("Fast" if fast else ""))(**family.processor.settings)


def network_of(family, kind):
    classes = kind.endswith("ForImageClassification") or kind.endswith("WithTeacher")
    config = getattr(transformers, family.prefix + "Config")(**family.config, **({"num_labels": len(NAMES)} if classes else {}))
    if classes:
        config.id2label = dict(enumerate(NAMES))
        config.label2id = {name: number for number, name in enumerate(NAMES)}
    torch.manual_seed(1)
    network = randomise(getattr(transformers, kind)(config))
    return settle(network, lambda n: n(pixel_values=batch())) if family.settled else network


def export(exporter, network, processor, task, target):
    """Writes model.onnx and the settings into the folder as the exporter's users have them."""
    with tempfile.TemporaryDirectory() as saved:
        network.save_pretrained(saved)
        processor.save_pretrained(saved)
        if exporter == "optimum":
            main_export(saved, output=target, task=task, do_validation=False, no_post_process=True)
            for name in ("model.safetensors",):
                (pathlib.Path(target) / name).unlink(missing_ok=True)
        else:
            for name in ("config.json", "preprocessor_config.json"):
                shutil.copy(pathlib.Path(saved) / name, target)
            plain(exporter, network, target, task)


class Tensors(torch.nn.Module):
    """A network that gives the named outputs as a tuple, which both of torch's exporters understand."""

    def __init__(self, network, names):
        super().__init__()
        self.network, self.names = network, names

    def forward(self, pixel_values):
        given = self.network(pixel_values=pixel_values, return_dict=True)
        return tuple(given[name] for name in self.names)


def plain(exporter, network, target, task):
    """torch.onnx.export, by tracing or by dynamo."""
    example = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        given = network(pixel_values=example)
    names = (
        ["logits"]
        if task == "image-classification"
        else [n for n in ("last_hidden_state", "pooler_output") if given.get(n) is not None]
    )
    wrapped, file = Tensors(network, names).eval(), str(pathlib.Path(target) / "model.onnx")
    if exporter == "dynamo":
        torch.onnx.export(
            wrapped,
            (example,),
            file,
            input_names=["pixel_values"],
            output_names=names,
            dynamo=True,
            dynamic_shapes=({0: "batch"},),
            external_data=False,
            verbose=False,
        )
    else:
        torch.onnx.export(
            wrapped,
            (example,),
            file,
            input_names=["pixel_values"],
            output_names=names,
            opset_version=18,
            dynamo=False,
            dynamic_axes={n: {0: "batch"} for n in ["pixel_values", *names]},
        )


def pixels_of(processor, picture):
    return processor(picture, return_tensors="pt")["pixel_values"]


def heads(network, names):
    found = dict(network.named_modules())
    return [found[name] for name in names.split()]


def values_of(network, head, pixels):
    """The library's outputs by name; of a classifier also what its last linear layers get."""
    caught = []
    hooks = [
        module.register_forward_pre_hook(lambda _, given: caught.append(given[0].detach()))
        for module in (heads(network, head) if head else [])
    ]
    with torch.no_grad():
        given = network(pixel_values=pixels)
    for hook in hooks:
        hook.remove()
    values = {name: value for name, value in given.items() if torch.is_tensor(value)}
    if caught:
        values["head"] = caught
    return values


def pool(rule, hidden, first):
    return {
        "class token": lambda: hidden[:, 0],
        "mean of patches": lambda: hidden[:, first:].mean(1),
        "mean over positions": lambda: hidden.mean((2, 3)),
    }[rule]()


def patches_of(hidden, first):
    return hidden.flatten(2).transpose(1, 2) if hidden.dim() == 4 else hidden[:, first:]


def expected(family, head, network, pixels, has_pooler):
    """(rule, features, logits or None, patches or None) of one image by the library."""
    values = values_of(network, head, pixels)
    if head:
        inputs = [h.flatten(1) for h in values["head"]]
        same = all(torch.equal(inputs[0], other) for other in inputs)
        rule = CLASSIFIER if same else "inputs of the averaged last linear layers, side by side"
        return rule, inputs[0] if same else torch.cat(inputs, 1), values["logits"], None
    hidden = values["last_hidden_state"]
    if has_pooler:
        rule, features = "pooler_output", values["pooler_output"].flatten(1)
    else:
        rule, features = family.features, pool(family.features, hidden, family.first)
    return rule, features, None, patches_of(hidden, family.first)


def spoil(processor, how):
    """A copy of the processor with one setting altered."""
    settings = processor.to_dict()
    if how == "mean" and getattr(processor, "do_normalize", False):
        settings["image_mean"] = [m + 0.02 for m in processor.image_mean]
    elif how == "interpolation":
        settings["resample"] = 2 if int(processor.resample) == 3 else 3
    elif how == "crop" and getattr(processor, "do_center_crop", False):
        settings["do_resize"], settings["size"] = True, {k: v + 4 for k, v in dict(processor.size).items() if v}
    else:
        return None
    return type(processor)(**{k: v for k, v in settings.items() if k != "image_processor_type"})


def make(family, kind, ending, exporter, head, root, pictures, variant=""):
    """Makes one folder; a variant is another precision, beside which float32's values are kept."""
    began = time.time()
    fast = family.fast
    folder = folders.Folder(root, f"{family.name}-{ending}{'-' + variant if variant else ''}", pictures)
    task = "image-classification" if head else "feature-extraction"
    processor, network = processor_of(family, fast), network_of(family, kind)
    export(exporter, network, processor, task, folder.model)
    file = folder.model / "model.onnx"
    if variant:
        (folder.model / "onnx").mkdir()
        shutil.move(file, folder.model / "onnx")
        file = folder.model / "onnx" / variants.alter(variant, folder.model / "onnx", ("model",))[0]
    inputs, outputs = folders.outputs_of(file)
    has_pooler = "pooler_output" in outputs
    rule, fed, levels, features, logits, patches, got = None, [], [], [], [], [], {}
    for name, picture in pictures.items():
        pixels = pixels_of(processor, picture)
        rule, f, l, p = expected(family, head, network, pixels, has_pooler)
        fed.append(pixels)
        levels.append(levels_of(processor, pixels)[0])
        features.append(f[0].numpy())
        logits.append(None if l is None else l[0].numpy())
        patches.append(None if p is None else p[0].numpy())
        for key, value in folders.run(file, {"pixel_values": pixels.numpy()}).items():
            got.setdefault(key, []).append(value[0])
    folder.say(
        family=family.name,
        **{"class": kind},
        exporter=exporter,
        processor=type(processor).__name__,
        inputs=inputs,
        outputs=outputs,
        versions=folders.versions(
            "transformers", "optimum-onnx", "torch", "onnx", "onnxscript", "onnxruntime", "pillow", "torchvision"
        ),
    )
    if variant:
        folder.say(variant=variant, file=str(file.relative_to(folder.model)))
    if family.refused and not head:
        folder.say(right="a refusal", because=family.refused)
        folder.close(began)
        return folder
    folder.say(right="values", features=rule, note=family.note)
    tolerance = 1.5 if variant else folders.TOLERANCE
    write_levels(folder, levels)
    folder.expect_pixels(fed)
    folder.expect("features", np.stack(features))
    if variant:
        what = "logits" if head else "features"
        given = np.stack(got["logits" if head else "last_hidden_state"]).astype(np.float32)
        given = given if head else pool(family.features, torch.tensor(given), family.first).numpy()
        folder.expect(f"{what}-of-the-file", given)
        folders.distance(folder, what, given, np.stack(logits if head else features))
    if head:
        folder.say(names=NAMES)
        if " " in head:
            folder.say(**{"heads averaged": len(head.split())})
        if rule != CLASSIFIER:
            folder.say(**{"also right": "logits alone, without features"})
        folder.expect("logits", np.stack(logits))
        folders.compare(folder, "logits", got["logits"], logits, tolerance)
    else:
        mine = (
            np.stack(got["pooler_output"]).reshape(len(features), -1)
            if has_pooler
            else pool(rule, torch.tensor(np.stack(got["last_hidden_state"]).astype(np.float32)), family.first).numpy()
        )
        folders.compare(folder, "features", mine, features, tolerance)
        if "MAE" not in kind:
            patch(folder, family, patches)
    if fast and hasattr(transformers, family.processor.name):
        slow = processor_of(family, False)
        others = [expected(family, head, network, pixels_of(slow, p), has_pooler)[1][0].numpy() for p in pictures.values()]
        folder.say(
            **{"difference in features from the slow class": float(f"{np.abs(np.stack(others) - np.stack(features)).max():.2g}")}
        )
    folder.say(**{folders.MISTAKES: mistakes(folder, family, head, network, processor, pictures, features, has_pooler)})
    folder.close(began)
    return folder


def patch(folder, family, patches):
    count = patches[0].shape[0]
    side = int(round(count**0.5))
    folder.say(patches={"grid": [side, side], "first": family.first, "from": "last_hidden_state"})
    folder.expect("patches", np.stack(patches[:2]), list(folder.pictures)[:2])


def mistakes(folder, family, head, network, processor, pictures, features, has_pooler):
    """How far the features move after each mistake, at least, over the images: every test must see these."""
    moved = {}
    for how in ("mean", "interpolation", "crop"):
        spoilt = spoil(processor, how)
        if spoilt is None:
            continue
        try:
            others = [expected(family, head, network, pixels_of(spoilt, p), has_pooler)[1][0].numpy() for p in pictures.values()]
        except (RuntimeError, ValueError):  # a size that the network does not take
            continue
        moved[how] = folders.moved(folder, how, others, features)
    if not head:
        hidden = [values_of(network, None, pixels_of(processor, p))["last_hidden_state"] for p in pictures.values()]
        for rule in ("class token", "mean of patches", "mean over positions"):
            if (hidden[0].dim() == 4) == (rule == "mean over positions"):
                others = [pool(rule, h, family.first or 0)[0].numpy() for h in hidden]
                if others[0].shape == features[0].shape:
                    far = max(np.abs(a - b).max() for a, b in zip(others, features))
                    if far > 1e-4:
                        moved[f"pooling by {rule}"] = float(f"{far:.2g}")
    return moved


def entries(family):
    """(ending, class, exporter, head) of the folders of a family."""
    if family.base:
        yield "base", family.prefix + "Model", family.base, None
    if family.classifier:
        yield "classifier", family.prefix + "ForImageClassification", family.classifier, family.head
    for ending, kind, exporter, head in family.classes:
        yield ending, kind, exporter, head
