// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import io.github.stray.study.suite.Suite;
import io.github.stray.study.suite.SuiteOod;
import io.github.stray.study.suite.SuitePair;
import java.util.List;
import java.util.Optional;

/**
 * A pair in the space of one extractor.
 *
 * @param suite the suite
 * @param pair the pair
 * @param extractor name in the results
 * @param network the extractor; empty for files of features
 * @param train training set
 * @param test ID test set
 * @param oods OOD sets that have features, in the order of the pair
 */
record PairInputs(
        Suite suite,
        SuitePair pair,
        String extractor,
        Optional<StudyNetwork> network,
        SetFeatures train,
        SetFeatures test,
        List<OodFeatures> oods) {
    /**
     * An OOD set with features.
     *
     * @param ood what the suite says
     * @param features its features
     */
    record OodFeatures(SuiteOod ood, SetFeatures features) {}

    PairInputs {
        oods = List.copyOf(oods);
    }

    boolean oneClass() {
        return pair.protocol() == SuitePair.Protocol.ONE_CLASS;
    }

    /** Rows that a detector reads. */
    long rows() {
        long rows = (long) train.size() + test.size();
        for (OodFeatures ood : oods) {
            rows += ood.features().size();
        }
        return rows;
    }
}
