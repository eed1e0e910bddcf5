// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.vision.data.SplitContent.LabelledFile;
import io.github.stray.vision.data.SplitContent.ListedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code dtd/images/CLASS/CLASS_0001.jpg}; lines {@code CLASS/CLASS_0001.jpg} in {@code dtd/labels/train1.txt} and others, the first of the ten official divisions. */
final class DtdFiles {
    private DtdFiles() {}

    static ListedFiles of(Path root, DatasetEntry entry, DatasetSplit split) throws IOException {
        Path images = root.resolve("dtd").resolve("images");
        List<String> classes = LayoutFiles.folders(images);
        var files = new ArrayList<LabelledFile>();
        if (split.name().equals("all")) {
            for (int k = 0; k < classes.size(); k++) {
                for (String file : LayoutFiles.files(images.resolve(classes.get(k)), ".jpg")) {
                    files.add(new LabelledFile("dtd/images/" + classes.get(k) + "/" + file, k));
                }
            }
            return new ListedFiles(root, files, classes);
        }
        Path list = root.resolve("dtd").resolve("labels").resolve(split.name() + "1.txt");
        for (String line : LayoutFiles.lines(list)) {
            files.add(new LabelledFile("dtd/images/" + line, LayoutFiles.classOf(list, line, classes)));
        }
        return new ListedFiles(root, files, classes);
    }
}
