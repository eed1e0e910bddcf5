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
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * {@code train/WNID/images/..}, and {@code val/images/..} with {@code val/val_annotations.txt}. Labels follow the sorted WordNet
 * ids; a class is named by the first synonym of {@code words.txt}, or by its id where two would have the same name.
 */
final class TinyImageNetFiles {
    private static final String FOLDER = "tiny-imagenet-200";

    private TinyImageNetFiles() {}

    static ListedFiles of(Path root, DatasetSplit split) throws IOException {
        Path folder = root.resolve(FOLDER);
        List<String> ids =
                TextLines.of(folder.resolve("wnids.txt")).stream().sorted().toList();
        var labels = new HashMap<String, Integer>();
        for (String id : ids) {
            labels.put(id, labels.size());
        }
        List<LabelledFile> files = split.name().equals("train") ? train(folder, ids) : validation(folder, labels);
        return new ListedFiles(root, files, names(folder.resolve("words.txt"), ids));
    }

    private static List<LabelledFile> train(Path folder, List<String> ids) throws IOException {
        var files = new ArrayList<LabelledFile>();
        for (int k = 0; k < ids.size(); k++) {
            String place = "train/" + ids.get(k) + "/images";
            for (String file : FolderNames.files(folder.resolve(place), ".jpeg")) {
                files.add(new LabelledFile(FOLDER + "/" + place + "/" + file, OptionalInt.of(k)));
            }
        }
        return files;
    }

    private static List<LabelledFile> validation(Path folder, Map<String, Integer> labels) throws IOException {
        Path list = folder.resolve("val").resolve("val_annotations.txt");
        var files = new ArrayList<LabelledFile>();
        for (String[] words : TextLines.words(list, 2)) {
            Integer label = labels.get(words[1]);
            if (label == null) {
                throw TextLines.wrong(list, "'%s' is no class of wnids.txt".formatted(words[1]));
            }
            files.add(new LabelledFile(FOLDER + "/val/images/" + words[0], OptionalInt.of(label)));
        }
        return files;
    }

    private static List<String> names(Path file, List<String> ids) throws IOException {
        var byId = new HashMap<String, String>();
        for (String line : TextLines.of(file)) {
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
