// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision;

import io.github.stray.extract.FailedSample;
import java.io.IOException;

/**
 * An image is refused: {@link #sample} says which and why, for a person and for a program.
 *
 * {@snippet file="GuardSnippetsTest.java" region="refused"}
 */
public final class RefusedImageException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient FailedSample sample;

    RefusedImageException(FailedSample sample) {
        super(sample.id() + ": " + sample.reason());
        this.sample = sample;
    }

    /** {@return the image's id, the reason and its kind} */
    public FailedSample sample() {
        return sample;
    }
}
