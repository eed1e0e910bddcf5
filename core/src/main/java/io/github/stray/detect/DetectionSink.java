// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.io.IOException;
import java.util.List;

/** Receives detections in the order of the samples, from one thread. */
@FunctionalInterface
public interface DetectionSink {
    /**
     * Takes the next detections.
     *
     * @param detections one a sample, at least one
     * @throws IOException if they cannot be stored; detection ends
     */
    void accept(List<Detection> detections) throws IOException;
}
