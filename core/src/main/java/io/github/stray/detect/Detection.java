// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.extract.Checked;
import io.github.stray.threshold.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a calibrated detector says of one sample.
 *
 * @param id sample id
 * @param score higher = more in-distribution
 * @param verdict empty without calibration
 * @param pValue share of calibration samples at most as typical, {@code (0, 1]}; empty without calibration
 * @param label the label that came with the sample, where there was one
 * @param neighbours nearest ID samples, most similar first; empty unless asked for
 */
public record Detection(
        String id,
        double score,
        Optional<Verdict> verdict,
        OptionalDouble pValue,
        OptionalInt label,
        List<Neighbour> neighbours)
        implements Checked {
    /**
     * {@return the same with another verdict}
     *
     * @param other the verdict
     */
    public Detection withVerdict(Verdict other) {
        return new Detection(id, score, Optional.of(other), pValue, label, neighbours);
    }

    /**
     * {@return the same with the nearest of its neighbours only}
     *
     * @param most how many at most, at least 0
     */
    public Detection withNeighbours(int most) {
        return neighbours.size() <= most
                ? this
                : new Detection(id, score, verdict, pValue, label, List.copyOf(neighbours.subList(0, most)));
    }
}
