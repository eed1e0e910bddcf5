// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.vision.data.SplitContent.LabelledFile;
import io.github.stray.vision.data.SplitContent.ListedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code train/WNID/images/..}, and {@code val/images/..} with {@code val/val_annotations.txt}. Labels follow the sorted WordNet
 * ids; a class is named by the first synonym of {@code words.txt}, or by its id where two would have the same name.
 */
final class TinyImageNetFiles {
    private static final String FOLDER = "tiny-imagenet-200";

    private TinyImageNetFiles() {}

    static ListedFiles of(Path root, DatasetEntry entry, DatasetSplit split) throws IOException {
        Path folder = root.resolve(FOLDER);
        List<String> ids =
                LayoutFiles.lines(folder.resolve("wnids.txt")).stream().sorted().toList();
        List<LabelledFile> files = split.name().equals("train") ? train(folder, ids) : validation(folder, ids);
        return new ListedFiles(root, files, names(folder.resolve("words.txt"), ids));
    }

    private static List<LabelledFile> train(Path folder, List<String> ids) throws IOException {
        var files = new ArrayList<LabelledFile>();
        for (int k = 0; k < ids.size(); k++) {
            String place = "train/" + ids.get(k) + "/images";
            for (String file : LayoutFiles.files(folder.resolve(place), ".jpeg")) {
                files.add(new LabelledFile(FOLDER + "/" + place + "/" + file, k));
            }
        }
        return files;
    }

    private static List<LabelledFile> validation(Path folder, List<String> ids) throws IOException {
        Path list = folder.resolve("val").resolve("val_annotations.txt");
        var files = new ArrayList<LabelledFile>();
        for (String[] words : LayoutFiles.words(list, 2)) {
            files.add(new LabelledFile(FOLDER + "/val/images/" + words[0], LayoutFiles.classOf(list, words[1], ids)));
        }
        return files;
    }

    private static List<String> names(Path file, List<String> ids) throws IOException {
        var byId = new HashMap<String, String>();
        for (String line : LayoutFiles.lines(file)) {
            int tab = line.indexOf('\t');
            if (tab > 0) {
                byId.put(
                        line.substring(0, tab),
                        line.substring(tab + 1).split(",", 2)[0].strip());
            }
        }
        Set<String> taken = new HashSet<>();
        return ids.stream()
                .map(id -> {
                    String name = byId.getOrDefault(id, id);
                    return taken.add(name) ? name : id;
                })
                .toList();
    }
}
