// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.vision.data.SplitContent.LabelledFile;
import io.github.stray.vision.data.SplitContent.ListedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * {@code food-101/images/apple_pie/1005649.jpg}; lines {@code apple_pie/1005649} in {@code meta/train.txt} and {@code
 * meta/test.txt}. Classes are those of {@code meta/classes.txt}, named as in {@code meta/labels.txt}.
 */
final class Food101Files {
    private Food101Files() {}

    static ListedFiles of(Path root, DatasetSplit split) throws IOException {
        Path meta = root.resolve("food-101").resolve("meta");
        List<String> classes = TextLines.of(meta.resolve("classes.txt"));
        List<String> names = TextLines.of(meta.resolve("labels.txt"));
        if (names.size() != classes.size()) {
            throw TextLines.wrong(
                    meta.resolve("labels.txt"), "it names %d of %d classes".formatted(names.size(), classes.size()));
        }
        var files = new ArrayList<LabelledFile>();
        for (String part : split.name().equals("all") ? List.of("train", "test") : List.of(split.name())) {
            Path list = meta.resolve(part + ".txt");
            for (String line : TextLines.of(list)) {
                int label = classes.indexOf(line.split("/", 2)[0]);
                if (label < 0) {
                    throw TextLines.wrong(list, "'%s' is in no class of classes.txt".formatted(line));
                }
                files.add(new LabelledFile("food-101/images/" + line + ".jpg", OptionalInt.of(label)));
            }
        }
        return new ListedFiles(root, files, names);
    }
}
