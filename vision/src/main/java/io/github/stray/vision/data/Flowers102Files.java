// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.vision.data.SplitContent.LabelledFile;
import io.github.stray.vision.data.SplitContent.ListedFiles;
import io.github.stray.vision.mat.MatFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * {@code jpg/image_00001.jpg}; the class of each, from 1, in {@code labels} of {@code imagelabels.mat}; the numbers of each
 * split's images in {@code trnid}, {@code valid} and {@code tstid} of {@code setid.mat}.
 */
final class Flowers102Files {
    private Flowers102Files() {}

    static ListedFiles of(Path root, DatasetEntry entry, DatasetSplit split) throws IOException {
        Path labelFile = root.resolve("imagelabels.mat");
        double[] labels = MatFile.of(labelFile).numbers("labels");
        Path setFile = root.resolve("setid.mat");
        double[] numbers = switch (split.name()) {
            case "train" -> MatFile.of(setFile).numbers("trnid");
            case "val" -> MatFile.of(setFile).numbers("valid");
            case "test" -> MatFile.of(setFile).numbers("tstid");
            default -> IntStream.rangeClosed(1, labels.length).asDoubleStream().toArray();
        };
        var files = new ArrayList<LabelledFile>(numbers.length);
        for (double number : numbers) {
            int image = LayoutFiles.index(setFile, number, labels.length, "an image");
            int label =
                    LayoutFiles.index(labelFile, labels[image], entry.names().size(), "a class");
            files.add(new LabelledFile(String.format(Locale.ROOT, "jpg/image_%05d.jpg", image + 1), label));
        }
        return new ListedFiles(root, files, entry.names());
    }
}
