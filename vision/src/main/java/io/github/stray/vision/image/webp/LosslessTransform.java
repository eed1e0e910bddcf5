// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

/** What an encoder did to the pixels so that they became smaller (RFC 9649, 3.5). */
interface LosslessTransform {
    /** The pixels as they were; the array that is given may be used for them. */
    int[] undo(int[] pixels);
}
