// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.vision.data.SplitContent.LabelledFile;
import io.github.stray.vision.data.SplitContent.ListedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * {@code images/Abyssinian_1.jpg}; lines {@code Abyssinian_1 CLASS SPECIES BREED}, the class from 1, in {@code
 * annotations/trainval.txt} and {@code annotations/test.txt}. All means every image of the folder, also the few that neither
 * list has; the class is part of the name. Classes are named so, spaces for underscores.
 */
final class PetsFiles {
    private PetsFiles() {}

    static ListedFiles of(Path root, DatasetEntry entry, DatasetSplit split) throws IOException {
        Path annotations = root.resolve("annotations");
        Path trainList = annotations.resolve("trainval.txt");
        Path testList = annotations.resolve("test.txt");
        var numbers = new TreeMap<Integer, String>();
        for (Path list : List.of(trainList, testList)) {
            for (String[] words : LayoutFiles.words(list, 2)) {
                numbers.put(LayoutFiles.number(list, words[1], 1, 1000), breed(words[0]));
            }
        }
        List<String> breeds = List.copyOf(numbers.values());
        List<String> images = split.name().equals("all")
                ? LayoutFiles.files(root.resolve("images"), ".jpg").stream()
                        .map(name -> name.substring(0, name.length() - ".jpg".length()))
                        .toList()
                : LayoutFiles.words(split.name().equals("trainval") ? trainList : testList, 2).stream()
                        .map(words -> words[0])
                        .toList();
        var files = new ArrayList<LabelledFile>(images.size());
        for (String image : images) {
            files.add(new LabelledFile("images/" + image + ".jpg", breeds.indexOf(breed(image))));
        }
        return new ListedFiles(
                root, files, breeds.stream().map(name -> name.replace('_', ' ')).toList());
    }

    private static String breed(String image) {
        int underscore = image.lastIndexOf('_');
        return underscore < 0 ? image : image.substring(0, underscore);
    }
}
