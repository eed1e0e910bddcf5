// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A sample that two detectors judge differently.
 *
 * @param before what the first says
 * @param after what the second says
 */
public record VerdictChange(Detection before, Detection after) {
    /**
     * Which verdicts change from one detector to another.
     *
     * @param before the first
     * @param after the second
     * @param samples finite features of the space of both
     * @return a change for each sample that they judge differently, in the order of the samples
     * @throws IllegalArgumentException if the samples come from another space or hold NaN or infinity
     */
    public static List<VerdictChange> between(CalibratedDetector before, CalibratedDetector after, FeatureSet samples) {
        List<Detection> first = before.detect(samples);
        List<Detection> second = after.detect(samples);
        return IntStream.range(0, first.size())
                .mapToObj(i -> new VerdictChange(first.get(i), second.get(i)))
                .filter(change -> !change.before.verdict().equals(change.after.verdict()))
                .toList();
    }
}
