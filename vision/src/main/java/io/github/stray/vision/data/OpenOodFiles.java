// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.remedy.Remedy;
import io.github.stray.vision.data.SplitContent.LabelledFile;
import io.github.stray.vision.data.SplitContent.ListedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Lines {@code tin/val/images/val_0.JPEG -1} of a list in {@code benchmark_imglist/}: the path of an image, whose first folder
 * names its dataset, and its class, -1 for none. The dataset is looked for in {@code openood-images}, then where it was pulled
 * under a name of its own. Ids are the paths as listed; classes are named by their numbers.
 */
final class OpenOodFiles {
    private static final String IMAGES = "openood-images";
    private static final int MOST_CLASSES = 1_000_000;

    /** Datasets whose own files OpenOOD has in their own folders, and the folder that it leaves out. */
    private static final Map<String, Pulled> PULLED = Map.of(
            "tin", new Pulled("tiny-imagenet", "tiny-imagenet-200"),
            "texture", new Pulled("dtd", "dtd/images"));

    private record Pulled(String name, String folder) {}

    private OpenOodFiles() {}

    static ListedFiles of(Path root, DatasetEntry entry, DatasetSplit split) throws IOException {
        Path list = root.resolve(split.path());
        var files = new ArrayList<LabelledFile>();
        String dataset = "";
        int classes = 0;
        for (String line : LayoutFiles.lines(list)) {
            int space = line.lastIndexOf(' ');
            int slash = line.indexOf('/');
            if (space < 0 || slash < 1 || slash > space) {
                throw LayoutFiles.wrong(list, "'%s' is no path and class".formatted(line));
            }
            String first = line.substring(0, slash);
            if (!dataset.isEmpty() && !first.equals(dataset)) {
                throw LayoutFiles.wrong(list, "it names images of '%s' and of '%s'".formatted(dataset, first));
            }
            dataset = first;
            int label = LayoutFiles.number(list, line.substring(space + 1), -1, MOST_CLASSES);
            classes = Math.max(classes, label + 1);
            files.add(new LabelledFile(line.substring(slash + 1, space).strip(), label));
        }
        List<String> names =
                IntStream.range(0, classes).mapToObj(Integer::toString).toList();
        return new ListedFiles(images(root, dataset, split), dataset + "/", files, names);
    }

    private static Path images(Path root, String dataset, DatasetSplit split) throws IOException {
        Path own = root.resolveSibling(IMAGES);
        if (Files.exists(own.resolve(DatasetRecord.FILE))) {
            Path given = DatasetRecord.read(own).folder();
            for (String kind : List.of("images_classic", "images_largescale")) {
                if (Files.isDirectory(given.resolve(kind).resolve(dataset))) {
                    return given.resolve(kind).resolve(dataset);
                }
            }
        }
        Optional<Pulled> pulled = Optional.ofNullable(PULLED.get(dataset));
        if (pulled.isPresent()
                && Files.isDirectory(root.resolveSibling(pulled.get().name()))) {
            return root.resolveSibling(pulled.get().name()).resolve(pulled.get().folder());
        }
        throw new DatasetRefusedException(
                "the list %s names images of '%s', which are not here: %s'stray data pull %s' from a folder with OpenOOD's copy in images_classic/%s or images_largescale/%s"
                        .formatted(
                                split.name(),
                                dataset,
                                pulled.map(other -> "'stray data pull %s', or ".formatted(other.name()))
                                        .orElse(""),
                                IMAGES,
                                dataset,
                                dataset),
                Remedy.MIRROR);
    }
}
