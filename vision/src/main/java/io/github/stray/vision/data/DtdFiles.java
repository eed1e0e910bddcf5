// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.vision.data.SplitContent.LabelledFile;
import io.github.stray.vision.data.SplitContent.ListedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** {@code dtd/images/CLASS/CLASS_0001.jpg}; lines {@code CLASS/CLASS_0001.jpg} in {@code dtd/labels/train1.txt} and others, the first of the ten official divisions. */
final class DtdFiles {
    private DtdFiles() {}

    static ListedFiles of(Path root, DatasetSplit split) throws IOException {
        Path images = root.resolve("dtd").resolve("images");
        List<String> classes = FolderNames.folders(images);
        var files = new ArrayList<LabelledFile>();
        if (split.name().equals("all")) {
            for (int k = 0; k < classes.size(); k++) {
                for (String file : FolderNames.files(images.resolve(classes.get(k)), ".jpg")) {
                    files.add(new LabelledFile("dtd/images/" + classes.get(k) + "/" + file, OptionalInt.of(k)));
                }
            }
            return new ListedFiles(root, files, classes);
        }
        Path list = root.resolve("dtd").resolve("labels").resolve(split.name() + "1.txt");
        for (String line : TextLines.of(list)) {
            int label = classes.indexOf(line.split("/", 2)[0]);
            if (label < 0) {
                throw TextLines.wrong(list, "'%s' is in no class of %s".formatted(line, images));
            }
            files.add(new LabelledFile("dtd/images/" + line, OptionalInt.of(label)));
        }
        return new ListedFiles(root, files, classes);
    }
}
