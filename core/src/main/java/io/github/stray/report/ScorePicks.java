// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import io.github.stray.detect.Detection;
import io.github.stray.detect.DetectionSink;
import io.github.stray.threshold.Verdict;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.PriorityQueue;

/**
 * What a page on scored samples needs of them, gathered as they come: all scores, and the few samples worth looking at. Memory
 * is eight bytes a sample and the samples that are shown. Not safe for concurrent use.
 */
public final class ScorePicks implements DetectionSink {
    private final Few rejected;
    private final Few doubtful;
    private final Few typical;
    private final boolean cutKnown;
    private double[] scores = new double[1024];
    private int size;
    private int out;

    /**
     * Nothing yet.
     *
     * @param cut the threshold; without it, or if it is infinite, no sample is doubtful
     * @param each most samples of a kind, at least 1
     */
    public ScorePicks(OptionalDouble cut, int each) {
        cutKnown = cut.isPresent() && Double.isFinite(cut.getAsDouble());
        double at = cut.orElse(0);
        rejected = new Few(each, Comparator.comparingDouble(Detection::score));
        doubtful = new Few(each, Comparator.comparingDouble(one -> Math.abs(one.score() - at)));
        typical = new Few(each, (a, b) -> Double.compare(b.score(), a.score()));
    }

    @Override
    public void accept(List<Detection> detections) {
        for (Detection detection : detections) {
            if (size == scores.length) {
                scores = Arrays.copyOf(scores, 2 * size);
            }
            scores[size++] = detection.score();
            boolean isOut = detection.verdict().filter(Verdict.OUT::equals).isPresent();
            out += isOut ? 1 : 0;
            if (isOut || detection.verdict().isEmpty()) {
                rejected.add(detection);
            }
            if (cutKnown) {
                doubtful.add(detection);
            }
            typical.add(detection);
        }
    }

    /** {@return all scores, in order} */
    double[] scores() {
        return Arrays.copyOf(scores, size);
    }

    int size() {
        return size;
    }

    int out() {
        return out;
    }

    /** {@return samples that are out, the lowest scores first; without verdicts the lowest of all} */
    public List<Detection> rejected() {
        return rejected.inOrder();
    }

    /** {@return samples whose scores are closest to the threshold, the closest first} */
    public List<Detection> doubtful() {
        return doubtful.inOrder();
    }

    /** {@return samples of the highest scores, the highest first} */
    public List<Detection> typical() {
        return typical.inOrder();
    }

    /** The first few in an order; of equal ones those that came first. */
    private static final class Few {
        private record Entry(Detection detection, long number) {}

        private final int most;
        private final Comparator<Entry> order;
        private final PriorityQueue<Entry> kept;
        private long number;

        Few(int most, Comparator<Detection> order) {
            this.most = most;
            this.order = Comparator.comparing(Entry::detection, order).thenComparingLong(Entry::number);
            this.kept = new PriorityQueue<>(Collections.reverseOrder(this.order));
        }

        void add(Detection detection) {
            kept.add(new Entry(detection, number++));
            if (kept.size() > most) {
                kept.remove();
            }
        }

        List<Detection> inOrder() {
            return kept.stream().sorted(order).map(Entry::detection).toList();
        }
    }
}
