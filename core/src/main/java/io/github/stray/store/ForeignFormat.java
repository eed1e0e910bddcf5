// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import java.nio.file.Path;
import java.util.Locale;

/** Formats that people keep features in and Stray does not read: named, with the way out. */
final class ForeignFormat {
    private ForeignFormat() {}

    static void refuse(Path path) throws UnsupportedFileException {
        String file = path.getFileName() == null ? "" : path.getFileName().toString();
        String name = file.toLowerCase(Locale.ROOT);
        int dot = name.lastIndexOf('.');
        String target = dot > 0 ? file.substring(0, dot) + ".npy" : file + ".npy";
        switch (dot < 0 ? "" : name.substring(dot)) {
            case ".npz" -> throw new UnsupportedFileException(path, """
                        is a NumPy archive of several arrays; Stray reads .npy and .safetensors. Convert it with
                          import numpy as np
                          a = np.load("%s"); np.save("%s", a[a.files[0]])""".formatted(file, target));
            case ".pt", ".pth" -> throw new UnsupportedFileException(path, """
                        is a PyTorch pickle, which can run code when read; Stray reads .npy and .safetensors. Convert it with
                          import numpy as np, torch
                          np.save("%s", torch.load("%s", weights_only=True, map_location="cpu").float().numpy())""".formatted(target, file));
            case ".pkl", ".pickle" -> throw new UnsupportedFileException(path, """
                        is a Python pickle, which can run code when read; Stray reads .npy and .safetensors. Convert it with
                          import numpy as np, pickle
                          np.save("%s", np.asarray(pickle.load(open("%s", "rb")), dtype="<f4"))""".formatted(target, file));
            default -> {}
        }
    }
}
