// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.vision.data.SplitContent.LabelledFile;
import io.github.stray.vision.data.SplitContent.ListedFiles;
import io.github.stray.vision.mat.MatFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code Images/n02085620-Chihuahua/..}; {@code file_list} (paths below {@code Images}) and {@code labels} (from 1) in {@code
 * train_list.mat}, {@code test_list.mat} and, for all, {@code file_list.mat}. A class is named by its folder after the WordNet
 * id, spaces for underscores.
 */
final class StanfordDogsFiles {
    private StanfordDogsFiles() {}

    static ListedFiles of(Path root, DatasetEntry entry, DatasetSplit split) throws IOException {
        List<String> names = LayoutFiles.folders(root.resolve("Images")).stream()
                .map(folder -> folder.substring(folder.indexOf('-') + 1).replace('_', ' '))
                .toList();
        Path list = root.resolve((split.name().equals("all") ? "file" : split.name()) + "_list.mat");
        List<String> paths = MatFile.of(list).texts("file_list");
        double[] labels = MatFile.of(list).numbers("labels");
        if (labels.length != paths.size()) {
            throw LayoutFiles.wrong(list, "it has %d files and %d labels".formatted(paths.size(), labels.length));
        }
        var files = new ArrayList<LabelledFile>(labels.length);
        for (int i = 0; i < labels.length; i++) {
            int label = LayoutFiles.index(list, labels[i], names.size(), "a class");
            files.add(new LabelledFile("Images/" + paths.get(i), label));
        }
        return new ListedFiles(root, files, names);
    }
}
