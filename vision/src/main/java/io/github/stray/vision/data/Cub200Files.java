// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.vision.data.SplitContent.LabelledFile;
import io.github.stray.vision.data.SplitContent.ListedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code CUB_200_2011/images/001.Black_footed_Albatross/..}; {@code images.txt}, {@code image_class_labels.txt} and {@code
 * train_test_split.txt} (1 = train) name an image, its class and its split by the image's number. Class names are those of
 * {@code classes.txt} without number, spaces for underscores.
 */
final class Cub200Files {
    private static final String FOLDER = "CUB_200_2011";

    private Cub200Files() {}

    static ListedFiles of(Path root, DatasetEntry entry, DatasetSplit split) throws IOException {
        Path folder = root.resolve(FOLDER);
        List<String> names = LayoutFiles.words(folder.resolve("classes.txt"), 2).stream()
                .map(words -> words[1].replaceFirst("^[0-9]+\\.", "").replace('_', ' '))
                .toList();
        Path classFile = folder.resolve("image_class_labels.txt");
        Path splitFile = folder.resolve("train_test_split.txt");
        Map<String, String> classes = byImage(classFile);
        Map<String, String> isTrain = byImage(splitFile);
        String wanted = split.name().equals("train") ? "1" : "0";
        var files = new ArrayList<LabelledFile>();
        for (String[] words : LayoutFiles.words(folder.resolve("images.txt"), 2)) {
            if (split.name().equals("all") || of(isTrain, words[0], splitFile).equals(wanted)) {
                int label = LayoutFiles.number(classFile, of(classes, words[0], classFile), 1, names.size());
                files.add(new LabelledFile(FOLDER + "/images/" + words[1], label - 1));
            }
        }
        return new ListedFiles(root, files, names);
    }

    private static Map<String, String> byImage(Path file) throws IOException {
        var map = new HashMap<String, String>();
        for (String[] words : LayoutFiles.words(file, 2)) {
            map.put(words[0], words[1]);
        }
        return map;
    }

    private static String of(Map<String, String> map, String image, Path file) throws IOException {
        String value = map.get(image);
        if (value == null) {
            throw LayoutFiles.wrong(file, "it has no image %s".formatted(image));
        }
        return value;
    }
}
