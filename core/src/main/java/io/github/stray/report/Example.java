// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import io.github.stray.detect.Detection;

/**
 * An image to show.
 *
 * @param set name of the set it comes from
 * @param fromId whether that set is the ID test set
 * @param detection what the detector says of it
 */
public record Example(String set, boolean fromId, Detection detection) {}
