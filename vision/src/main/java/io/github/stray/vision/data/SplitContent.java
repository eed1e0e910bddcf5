// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.vision.download.SafePath;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** Where the images of a split are. */
public sealed interface SplitContent {
    /**
     * An image file.
     *
     * @param path place below the root of its list
     * @param label number of its class, if it has one
     */
    record LabelledFile(String path, OptionalInt label) {
        /** A class below 0 is none. */
        LabelledFile(String path, int label) {
            this(path, label < 0 ? OptionalInt.empty() : OptionalInt.of(label));
        }
    }

    /**
     * Files that lists name.
     *
     * @param root the folder that paths are relative to
     * @param prefix what ids begin with before the path; empty, or ending with {@code /}
     * @param files in the order of the lists
     * @param classNames in label order
     */
    record ListedFiles(Path root, String prefix, List<LabelledFile> files, List<String> classNames)
            implements SplitContent {
        /** Copies the lists. */
        public ListedFiles {
            files = List.copyOf(files);
            classNames = List.copyOf(classNames);
        }

        ListedFiles(Path root, List<LabelledFile> files, List<String> classNames) {
            this(root, "", files, classNames);
        }

        /** Lists come from an archive as its images do, and may no more than they lead out of the folder. */
        void requireSafe(String dataset) throws DatasetRefusedException {
            for (LabelledFile file : files) {
                if (!SafePath.isSafe(file.path())) {
                    throw new DatasetRefusedException(
                            "a list of %s is refused: it names '%s'".formatted(dataset, file.path()));
                }
            }
        }
    }

    /**
     * All images below a folder; classes are its first-level folders.
     *
     * @param folder the folder
     * @param prefix its place in the dataset, which ids begin with; empty, or ending with {@code /}
     */
    record ImageFolder(Path folder, String prefix) implements SplitContent {}

    /**
     * CIFAR's binary files.
     *
     * @param set {@code cifar10} or {@code cifar100}
     * @param folder where they lie
     * @param split {@code train} or {@code test}
     */
    record CifarRecords(String set, Path folder, String split) implements SplitContent {}

    /**
     * SVHN's images of 32 x 32 pixels in the variable {@code X} of a MATLAB file, their digits in {@code y}, where 10 means 0.
     *
     * @param file the file
     * @param split what ids begin with
     */
    record Digits(Path file, String split) implements SplitContent {}
}
