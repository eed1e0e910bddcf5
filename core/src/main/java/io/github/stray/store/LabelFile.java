// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Labels in a {@code .npy} file of their own: one-dimensional, of type i4, i8 or u1. */
public final class LabelFile {
    private LabelFile() {}

    /**
     * Reads labels.
     *
     * @param path a {@code .npy} file {@code [rows]}
     * @param rows number of samples they are for
     * @param classNames class names in label order; empty if unknown
     * @return the labels, each {@code 0 .. C - 1}
     * @throws BadFileException if the file cannot be used, has another number of labels, or a label is negative or has no
     *     name; the message gives the row
     * @throws IOException if it cannot be read
     */
    public static Labels read(Path path, int rows, List<String> classNames) throws IOException {
        ForeignFormat.refuse(path);
        return labels(path, Npy.read(path), rows, classNames);
    }

    /**
     * Samples with the labels of a file, which have the class names that the samples had.
     *
     * @param samples n samples
     * @param path a {@code .npy} file of n integers
     * @return the samples, labelled
     * @throws BadFileException as {@link #read}
     * @throws IOException if it cannot be read
     */
    public static FeatureSet label(FeatureSet samples, Path path) throws IOException {
        List<String> names = samples.labels().map(Labels::classNames).orElse(List.of());
        return samples.withLabels(read(path, samples.size(), names));
    }

    static Labels labels(Path path, Tensor tensor, int rows, List<String> classNames) throws UnsupportedFileException {
        if ((tensor.type() != ElementType.I64 && tensor.type() != ElementType.U8) || tensor.shape().length != 1) {
            throw new UnsupportedFileException(path, "labels must be one-dimensional integers, got " + tensor);
        }
        if (tensor.size() != rows) {
            throw new UnsupportedFileException(path, "%d labels for %d rows".formatted(tensor.size(), rows));
        }
        long[] stored = tensor.toLongs();
        int[] labels = new int[stored.length];
        long classes = classNames.isEmpty() ? Integer.MAX_VALUE : classNames.size();
        for (int i = 0; i < labels.length; i++) {
            if (stored[i] < 0 || stored[i] >= classes) {
                throw new UnsupportedFileException(
                        path, "the label of row %d is %d, expected 0 to %d".formatted(i, stored[i], classes - 1));
            }
            labels[i] = (int) stored[i];
        }
        return Labels.of(labels, classNames);
    }
}
