// SPDX-License-Identifier: Apache-2.0
package io.github.stray.feature;

import java.util.Arrays;
import java.util.List;

/** A class per sample, {@code 0 .. classCount - 1}, with class names where they are known. Immutable. */
public final class Labels {
    private final int[] values;
    private final List<String> classNames;
    private final int classCount;

    private Labels(int[] values, List<String> classNames, int classCount) {
        this.values = values;
        this.classNames = classNames;
        this.classCount = classCount;
    }

    private Labels(int[] values, List<String> classNames) {
        this.values = values.clone();
        this.classNames = List.copyOf(classNames);
        int largest = -1;
        for (int i = 0; i < values.length; i++) {
            if (values[i] < 0 || values[i] == Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "label of row %d is %d, expected 0 to %d".formatted(i, values[i], Integer.MAX_VALUE - 1));
            }
            largest = Math.max(largest, values[i]);
        }
        if (!classNames.isEmpty() && largest >= classNames.size()) {
            throw new IllegalArgumentException(
                    "label %d has no name: %d class names were given".formatted(largest, classNames.size()));
        }
        this.classCount = classNames.isEmpty() ? largest + 1 : classNames.size();
    }

    /**
     * {@return labels without names; the class count is the largest label plus one}
     *
     * @param values class per sample, {@code 0 .. 2^31 - 2}
     * @throws IllegalArgumentException if a label is out of range
     */
    public static Labels of(int[] values) {
        return new Labels(values, List.of());
    }

    /**
     * {@return labels with names}
     *
     * @param values class per sample
     * @param classNames name of each class, in label order; empty if unknown
     * @throws IllegalArgumentException if a label is negative or has no name
     */
    public static Labels of(int[] values, List<String> classNames) {
        return new Labels(values, classNames);
    }

    /** {@return the number of samples n} */
    public int size() {
        return values.length;
    }

    /**
     * {@return class of a sample, {@code 0 .. classCount - 1}}
     *
     * @param i sample index
     */
    public int get(int i) {
        return values[i];
    }

    /** {@return the number of classes C, counting those without samples} */
    public int classCount() {
        return classCount;
    }

    /** {@return C names in label order, or an empty list if they are unknown} */
    public List<String> classNames() {
        return classNames;
    }

    /**
     * {@return name of a class, or its number where names are unknown}
     *
     * @param label class
     */
    public String nameOf(int label) {
        return classNames.isEmpty() ? Integer.toString(label) : classNames.get(label);
    }

    /**
     * {@return the labels of some samples in that order, with the same classes}
     *
     * @param indices sample indices
     */
    public Labels select(int[] indices) {
        int[] picked = new int[indices.length];
        for (int i = 0; i < picked.length; i++) {
            picked[i] = values[indices[i]];
        }
        return new Labels(picked, classNames, classCount);
    }

    /** {@return a copy of all labels} */
    public int[] toArray() {
        return values.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Labels that
                && classCount == that.classCount
                && classNames.equals(that.classNames)
                && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Labels[" + values.length + " samples, " + classCount + " classes]";
    }
}
