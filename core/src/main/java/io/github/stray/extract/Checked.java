// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

/**
 * What came of one of several samples: a {@link io.github.stray.detect.Detection}, or a {@link FailedSample} where it could
 * not be read. There is nothing else.
 */
public interface Checked {
    /** {@return sample id} */
    String id();
}
