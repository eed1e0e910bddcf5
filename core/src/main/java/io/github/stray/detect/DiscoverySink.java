// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.threshold.FalseDiscoveries;
import io.github.stray.threshold.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Judges the samples of a batch together, by {@link FalseDiscoveries}: of those called {@code out} a share of at most q is
 * expected to be in-distribution. Detections are held until {@link #finish}, since the last one may change the verdict of the
 * first; scores, p-values and neighbours stay as they are. Not safe for concurrent use.
 */
public final class DiscoverySink implements DetectionSink {
    private final DetectionSink next;
    private final double q;
    private final List<Detection> batch = new ArrayList<>();

    /**
     * A batch without samples.
     *
     * @param next receives the detections with their verdicts, when the batch is finished
     * @param q largest expected share of ID samples among those called {@code out}, strictly between 0 and 1
     * @throws IllegalArgumentException if q is out of range
     */
    public DiscoverySink(DetectionSink next, double q) {
        FalseDiscoveries.cut(new double[0], q);
        this.next = next;
        this.q = q;
    }

    /**
     * Takes the next detections of the batch.
     *
     * @param detections with p-values
     * @throws IllegalArgumentException if one has no p-value, as of a detector without calibration
     */
    @Override
    public void accept(List<Detection> detections) {
        for (Detection detection : detections) {
            if (detection.pValue().isEmpty()) {
                throw new IllegalArgumentException(
                        "sample '%s' has no p-value, which a false discovery rate is made of: calibrate the detector"
                                .formatted(detection.id()));
            }
        }
        batch.addAll(detections);
    }

    /**
     * Judges the batch, hands it on and forgets it.
     *
     * @throws IOException if the next sink fails
     */
    public void finish() throws IOException {
        double[] pValues =
                batch.stream().mapToDouble(one -> one.pValue().getAsDouble()).toArray();
        double cut = FalseDiscoveries.cut(pValues, q);
        List<Detection> judged = batch.stream()
                .map(one -> one.withVerdict(one.pValue().getAsDouble() <= cut ? Verdict.OUT : Verdict.IN))
                .toList();
        batch.clear();
        if (!judged.isEmpty()) {
            next.accept(judged);
        }
    }
}
