// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import java.util.OptionalInt;

/**
 * One image of a dataset.
 *
 * @param id stable id: the path inside the dataset with forward slashes, or the record number
 * @param label class index, where the dataset has classes
 * @param content the image
 */
public record Sample(String id, OptionalInt label, ImageContent content) {}
