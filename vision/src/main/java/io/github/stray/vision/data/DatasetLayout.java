// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How the files of a dataset are arranged, as its authors publish them. */
public enum DatasetLayout {
    /** Images below a folder for each split; classes are its first-level folders. */
    FOLDERS {
        @Override
        SplitContent split(Path root, DatasetEntry entry, DatasetSplit split) throws IOException {
            Path folder = root.resolve(split.path());
            if (!Files.isDirectory(folder)) {
                throw missing(folder);
            }
            return new SplitContent.ImageFolder(folder, split.path().isEmpty() ? "" : split.path() + "/");
        }
    },
    /** CIFAR-10's binary files. */
    CIFAR10 {
        @Override
        SplitContent split(Path root, DatasetEntry entry, DatasetSplit split) throws IOException {
            return cifar("cifar10", root.resolve("cifar-10-batches-bin"), split);
        }
    },
    /** CIFAR-100's binary files. */
    CIFAR100 {
        @Override
        SplitContent split(Path root, DatasetEntry entry, DatasetSplit split) throws IOException {
            return cifar("cifar100", root.resolve("cifar-100-binary"), split);
        }
    },
    /** SVHN's cropped digits: a MATLAB file for each split. */
    SVHN {
        @Override
        SplitContent split(Path root, DatasetEntry entry, DatasetSplit split) throws IOException {
            Path file = root.resolve(split.path());
            if (!Files.isRegularFile(file)) {
                throw missing(file);
            }
            return new SplitContent.Digits(file, split.name());
        }
    },
    /** Describable Textures: {@code dtd/images/CLASS/..}, and the first of its ten official splits. */
    DTD {
        @Override
        SplitContent split(Path root, DatasetEntry entry, DatasetSplit split) throws IOException {
            return DtdFiles.of(root, split);
        }
    },
    /** Tiny ImageNet. */
    TINY_IMAGENET {
        @Override
        SplitContent split(Path root, DatasetEntry entry, DatasetSplit split) throws IOException {
            return TinyImageNetFiles.of(root, split);
        }
    },
    /** Oxford's 102 flowers: images, and two MATLAB files. */
    FLOWERS102 {
        @Override
        SplitContent split(Path root, DatasetEntry entry, DatasetSplit split) throws IOException {
            return Flowers102Files.of(root, split, entry.names());
        }
    },
    /** Caltech-UCSD Birds. */
    CUB200 {
        @Override
        SplitContent split(Path root, DatasetEntry entry, DatasetSplit split) throws IOException {
            return Cub200Files.of(root, split);
        }
    },
    /** Stanford Dogs: {@code Images/..}, and lists as MATLAB files. */
    STANFORD_DOGS {
        @Override
        SplitContent split(Path root, DatasetEntry entry, DatasetSplit split) throws IOException {
            return StanfordDogsFiles.of(root, split);
        }
    },
    /** Food-101. */
    FOOD101 {
        @Override
        SplitContent split(Path root, DatasetEntry entry, DatasetSplit split) throws IOException {
            return Food101Files.of(root, split);
        }
    },
    /** Oxford-IIIT Pets. */
    PETS {
        @Override
        SplitContent split(Path root, DatasetEntry entry, DatasetSplit split) throws IOException {
            return PetsFiles.of(root, split);
        }
    },
    /** OpenOOD's lists of images of other datasets. */
    OPENOOD {
        @Override
        SplitContent split(Path root, DatasetEntry entry, DatasetSplit split) throws IOException {
            return OpenOodFiles.of(root, split);
        }
    };

    /** Name in the catalogue. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static DatasetLayout of(String id) {
        return Arrays.stream(values())
                .filter(layout -> layout.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no layout '%s', expected one of %s"
                        .formatted(
                                id,
                                List.of(values()).stream()
                                        .map(DatasetLayout::id)
                                        .toList())));
    }

    /** What a split holds; lists are read, images are not. */
    abstract SplitContent split(Path root, DatasetEntry entry, DatasetSplit split) throws IOException;

    private static SplitContent cifar(String set, Path folder, DatasetSplit split) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw missing(folder);
        }
        return new SplitContent.CifarRecords(set, folder, split.name());
    }

    private static DatasetRefusedException missing(Path file) {
        return new DatasetRefusedException(
                "%s is missing: the dataset is not in the layout of its authors, or not complete".formatted(file));
    }
}
