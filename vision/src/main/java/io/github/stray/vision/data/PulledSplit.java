// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

/**
 * A split of a dataset that is here.
 *
 * @param dataset name of the dataset
 * @param split name of the split
 * @param name name of both together: the dataset's alone where it has one split
 * @param content where its images are
 */
public record PulledSplit(String dataset, String split, String name, SplitContent content) {}
