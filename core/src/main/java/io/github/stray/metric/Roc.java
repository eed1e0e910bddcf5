// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

/**
 * The points of the ROC at the distinct scores, strictest threshold first, with either side as the positive class. With
 * OOD positive a sample is accepted when its score is <i>at most</i> the threshold.
 */
record Roc(RankedScores ranked, Positive positive) {
    /** Which side a curve is to find. */
    enum Positive {
        ID,
        OOD
    }

    int points() {
        return ranked.levels();
    }

    int positives() {
        return positive == Positive.ID ? ranked.idSize() : ranked.oodSize();
    }

    int negatives() {
        return positive == Positive.ID ? ranked.oodSize() : ranked.idSize();
    }

    int truePositives(int point) {
        if (positive == Positive.ID) {
            return ranked.idAtLeast(point);
        }
        int above = ranked.levels() - 2 - point;
        return above < 0 ? ranked.oodSize() : ranked.oodSize() - ranked.oodAtLeast(above);
    }

    int falsePositives(int point) {
        if (positive == Positive.ID) {
            return ranked.oodAtLeast(point);
        }
        int above = ranked.levels() - 2 - point;
        return above < 0 ? ranked.idSize() : ranked.idSize() - ranked.idAtLeast(above);
    }

    double tpr(int point) {
        return (double) truePositives(point) / positives();
    }

    double fpr(int point) {
        return (double) falsePositives(point) / negatives();
    }

    /** Share of positives among the accepted. */
    double precision(int point) {
        double accepted = truePositives(point);
        return accepted / (accepted + falsePositives(point));
    }

    /**
     * Whether scikit-learn's {@code roc_curve(drop_intermediate=True)} keeps the point: the ends, and wherever the step
     * to the next point differs from the step to this one in true or in false positives. Points on a straight line with
     * unequal steps are kept.
     */
    boolean isKept(int point) {
        if (point == 0 || point == points() - 1) {
            return true;
        }
        return truePositives(point + 1) - truePositives(point) != truePositives(point) - truePositives(point - 1)
                || falsePositives(point + 1) - falsePositives(point)
                        != falsePositives(point) - falsePositives(point - 1);
    }
}
