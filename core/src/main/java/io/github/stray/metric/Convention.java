// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Which rule gives FPR at a TPR and AUPR. The field's code bases disagree, by tens of percentage points on the same scores;
 * {@link #CANONICAL} is the default everywhere, the others exist to reproduce published tables and are asked for by name.
 * AUROC is the same in all.
 *
 * <h2>Definition</h2>
 *
 * A <i>vertex</i> is a point of the ROC at a distinct score. Where a convention does not say how AUPR is computed it is
 * average precision ({@link Aupr}).
 *
 * <h2>Ties</h2>
 *
 * Equal scores make one vertex, so no convention depends on the order of the input.
 *
 * <h2>Degenerate input</h2>
 *
 * One score on a side is allowed everywhere; what is special is said at the convention.
 */
public enum Convention {
    /** ID positive, no interpolation: {@link FprAtTpr} and {@link Aupr}. */
    CANONICAL {
        @Override
        double fprOfValidTpr(RankedScores ranked, double tpr) {
            return FprAtTpr.of(ranked, tpr);
        }
    },

    /**
     * ID positive; FPR by linear interpolation at the TPR between the vertices that scikit-learn's {@code roc_curve} keeps
     * ({@code drop_intermediate=True}) and (0, 0). Where vertices have exactly that TPR the right-most counts, the one with
     * the largest FPR; so the result at TPR 1 is always 1. (The vertices that are not kept lie on the line between their
     * neighbours, so interpolation may use all.)
     *
     * <p>Source: the code of arXiv 2303.05828, {@code numpy.interp} on {@code roc_curve}.
     */
    PLP {
        @Override
        double fprOfValidTpr(RankedScores ranked, double tpr) {
            var roc = new Roc(ranked, Roc.Positive.ID);
            double leftTpr = 0;
            double leftFpr = 0;
            for (int point = 0; point < roc.points(); point++) {
                double rightTpr = roc.tpr(point);
                double rightFpr = roc.fpr(point);
                if (rightTpr > tpr) {
                    double slope = (rightFpr - leftFpr) / (rightTpr - leftTpr);
                    return Math.min(slope * (tpr - leftTpr) + leftFpr, rightFpr);
                }
                leftTpr = rightTpr;
                leftFpr = rightFpr;
            }
            return leftFpr;
        }
    },

    /**
     * OOD positive; FPR at the first vertex, among those that scikit-learn's {@code roc_curve} keeps, with at least the TPR:
     * the share of ID samples rejected when at least 95 % of the OOD samples are caught. AUPR by the trapezoid under the
     * precision-recall curve (a point a distinct score, started at recall 0 and precision 1).
     *
     * <p>Source: OpenOOD v1.5.
     */
    OPENOOD {
        @Override
        double fprOfValidTpr(RankedScores ranked, double tpr) {
            var roc = new Roc(ranked, Roc.Positive.OOD);
            int point = 0;
            while (roc.tpr(point) < tpr || !roc.isKept(point)) {
                point++;
            }
            return roc.fpr(point);
        }

        @Override
        double aupr(Roc roc) {
            return Aupr.trapezoid(roc);
        }
    },

    /**
     * ID positive; FPR at the vertex whose TPR is nearest to the wanted one, which may lie below it. Distances are compared
     * as doubles, equal ones go to the higher TPR; among vertices of the chosen TPR the right-most counts, at TPR 1 the
     * left-most.
     *
     * <p>Source: the code of MCM (arXiv 2211.13445), which took it from that of energy-based OOD detection.
     */
    MCM {
        @Override
        double fprOfValidTpr(RankedScores ranked, double tpr) {
            var roc = new Roc(ranked, Roc.Positive.ID);
            int nearest = ranked.levelOfIdRank(ranked.idSize());
            double shortest = Math.abs(1 - tpr);
            for (int point = nearest - 1; point >= 0; point--) {
                double distance = Math.abs(roc.tpr(point) - tpr);
                if (distance < shortest) {
                    nearest = point;
                    shortest = distance;
                }
            }
            return roc.fpr(nearest);
        }
    },

    /**
     * ID positive; the threshold is the {@code floor(TPR * n_id)}-th largest ID score, so that fewer than the wanted share
     * of ID samples may be kept. AUPR by the trapezoid, as in {@link #OPENOOD}. Where the floor is 0 (one ID score at 0.95)
     * the threshold is the smallest ID score, as the published code's index 0 has it.
     *
     * <p>Source: the code of ViM (arXiv 2203.10807).
     */
    VIM {
        @Override
        double fprOfValidTpr(RankedScores ranked, double tpr) {
            int k = (int) Math.floor(tpr * ranked.idSize());
            return FprAtTpr.atIdRank(ranked, k == 0 ? ranked.idSize() : k);
        }

        @Override
        double aupr(Roc roc) {
            return Aupr.trapezoid(roc);
        }
    },

    /**
     * ID positive; the threshold is the 1 - TPR quantile of the ID scores with linear interpolation (R type 7); the result
     * is the share of OOD scores at or above it. The complement is taken in decimal, so 0.95 gives exactly the double 0.05.
     * The only convention that looks at more than the order of the scores. Between an infinite and a finite score the
     * quantile is the infinite one, between minus and plus infinity minus infinity.
     *
     * <p>Source: the code of NINCO (arXiv 2306.00826).
     */
    NINCO {
        @Override
        double fprOfValidTpr(RankedScores ranked, double tpr) {
            double probability =
                    BigDecimal.ONE.subtract(BigDecimal.valueOf(tpr)).doubleValue();
            int n = ranked.idSize();
            double position = (n - 1) * probability;
            int below = (int) Math.floor(position);
            double low = ranked.value(ranked.levelOfIdRank(n - below));
            double high = ranked.value(ranked.levelOfIdRank(Math.max(1, n - below - 1)));
            return ranked.oodShareAtLeast(Quantile.between(low, high, position - below));
        }
    };

    /**
     * {@return the convention of a name}
     *
     * @param name one of {@code canonical}, {@code plp}, {@code openood}, {@code mcm}, {@code vim}, {@code ninco}
     * @throws IllegalArgumentException if there is none; the message lists the names
     */
    public static Convention ofName(String name) {
        for (Convention convention : values()) {
            if (convention.lowerCaseName().equals(name)) {
                return convention;
            }
        }
        throw new IllegalArgumentException("unknown convention '%s'; expected one of %s"
                .formatted(
                        name,
                        Arrays.stream(values()).map(Convention::lowerCaseName).collect(Collectors.joining(", "))));
    }

    /** {@return the name used on the command line and in files, in lower case} */
    public String lowerCaseName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * {@return the FPR at a TPR by this convention's rule, a fraction in [0, 1]; at most O(levels)}
     *
     * @param ranked both sides
     * @param tpr wanted true-positive rate of this convention's positive class, in (0, 1]
     * @throws IllegalArgumentException if the TPR is out of range
     */
    public double fprAtTpr(RankedScores ranked, double tpr) {
        FprAtTpr.requireTpr(tpr);
        return fprOfValidTpr(ranked, tpr);
    }

    /**
     * {@return the AUPR with ID as the positive class, a fraction in [0, 1]; O(levels)}
     *
     * @param ranked both sides
     */
    public double auprIn(RankedScores ranked) {
        return aupr(new Roc(ranked, Roc.Positive.ID));
    }

    /**
     * {@return the AUPR with OOD as the positive class, on the scores in reverse order, a fraction in [0, 1]; O(levels)}
     *
     * @param ranked both sides
     */
    public double auprOut(RankedScores ranked) {
        return aupr(new Roc(ranked, Roc.Positive.OOD));
    }

    abstract double fprOfValidTpr(RankedScores ranked, double tpr);

    double aupr(Roc roc) {
        return Aupr.averagePrecision(roc);
    }
}
