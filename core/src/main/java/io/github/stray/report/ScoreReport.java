// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import io.github.stray.extract.FailedSample;
import io.github.stray.provenance.Provenance;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Everything that scoring a set of samples has to tell. Any text may hold any characters; it is escaped where it is shown.
 *
 * @param set name of the set
 * @param command the command line that made it, empty if there was none
 * @param provenance versions, machine, time, inputs
 * @param detector what judged
 * @param picks the samples, all accepted
 * @param fdr the false discovery rate that verdicts keep; empty where they come from the threshold
 * @param failed samples that could not be read and have no score
 */
public record ScoreReport(
        String set,
        String command,
        Provenance provenance,
        DetectorSummary detector,
        ScorePicks picks,
        OptionalDouble fdr,
        List<FailedSample> failed) {
    /** Copies the list. */
    public ScoreReport {
        failed = List.copyOf(failed);
    }
}
