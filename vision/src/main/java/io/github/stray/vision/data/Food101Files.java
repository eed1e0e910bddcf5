// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.vision.data.SplitContent.LabelledFile;
import io.github.stray.vision.data.SplitContent.ListedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code food-101/images/apple_pie/1005649.jpg}; lines {@code apple_pie/1005649} in {@code meta/train.txt} and {@code
 * meta/test.txt}. Classes are those of {@code meta/classes.txt}, named as in {@code meta/labels.txt}.
 */
final class Food101Files {
    private Food101Files() {}

    static ListedFiles of(Path root, DatasetEntry entry, DatasetSplit split) throws IOException {
        Path meta = root.resolve("food-101").resolve("meta");
        List<String> classes = LayoutFiles.lines(meta.resolve("classes.txt"));
        List<String> names = LayoutFiles.lines(meta.resolve("labels.txt"));
        if (names.size() != classes.size()) {
            throw LayoutFiles.wrong(
                    meta.resolve("labels.txt"), "it names %d of %d classes".formatted(names.size(), classes.size()));
        }
        var files = new ArrayList<LabelledFile>();
        for (String part : split.name().equals("all") ? List.of("train", "test") : List.of(split.name())) {
            Path list = meta.resolve(part + ".txt");
            for (String line : LayoutFiles.lines(list)) {
                files.add(
                        new LabelledFile("food-101/images/" + line + ".jpg", LayoutFiles.classOf(list, line, classes)));
            }
        }
        return new ListedFiles(root, files, names);
    }
}
