// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

/** Order of the colour planes in a network's input. */
public enum ChannelOrder {
    /** Red, green, blue. */
    RGB,
    /** Blue, green, red. */
    BGR
}
