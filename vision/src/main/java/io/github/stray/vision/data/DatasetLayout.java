// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** How the files of a dataset are arranged, as its authors publish them. */
public enum DatasetLayout {
    /** Images below a folder for each split; classes are its first-level folders. */
    FOLDERS((root, entry, split) -> new SplitContent.ImageFolder(
            LayoutFiles.requireFolder(root.resolve(split.path())), split.path().isEmpty() ? "" : split.path() + "/")),
    /** CIFAR-10's binary files. */
    CIFAR10((root, entry, split) -> cifar("cifar10", root.resolve("cifar-10-batches-bin"), split)),
    /** CIFAR-100's binary files. */
    CIFAR100((root, entry, split) -> cifar("cifar100", root.resolve("cifar-100-binary"), split)),
    /** SVHN's cropped digits: a MATLAB file for each split. */
    SVHN((root, entry, split) ->
            new SplitContent.Digits(LayoutFiles.requireFile(root.resolve(split.path())), split.name())),
    /** Describable Textures: {@code dtd/images/CLASS/..}, and the first of its ten official splits. */
    DTD(DtdFiles::of),
    /** Tiny ImageNet. */
    TINY_IMAGENET(TinyImageNetFiles::of),
    /** Oxford's 102 flowers: images, and two MATLAB files. */
    FLOWERS102(Flowers102Files::of),
    /** Caltech-UCSD Birds. */
    CUB200(Cub200Files::of),
    /** Stanford Dogs: {@code Images/..}, and lists as MATLAB files. */
    STANFORD_DOGS(StanfordDogsFiles::of),
    /** Food-101. */
    FOOD101(Food101Files::of),
    /** Oxford-IIIT Pets. */
    PETS(PetsFiles::of),
    /** OpenOOD's lists of images of other datasets. */
    OPENOOD(OpenOodFiles::of);

    @SuppressWarnings("ImmutableEnumChecker") // readers are functions without state
    private final Reader reader;

    DatasetLayout(Reader reader) {
        this.reader = reader;
    }

    private interface Reader {
        SplitContent read(Path root, DatasetEntry entry, DatasetSplit split) throws IOException;
    }

    /** Name in the catalogue. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What a split holds; lists are read, images are not. */
    SplitContent split(Path root, DatasetEntry entry, DatasetSplit split) throws IOException {
        return reader.read(root, entry, split);
    }

    private static SplitContent cifar(String set, Path folder, DatasetSplit split) throws IOException {
        return new SplitContent.CifarRecords(set, LayoutFiles.requireFolder(folder), split.name());
    }
}
