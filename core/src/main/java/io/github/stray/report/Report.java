// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import io.github.stray.extract.FailedSample;
import io.github.stray.provenance.Provenance;
import io.github.stray.score.Scores;
import java.util.List;

/**
 * Everything an evaluation has to tell. Any text may hold any characters; it is escaped where it is shown.
 *
 * @param title heading of the page
 * @param command the command line that made it, empty if there was none
 * @param provenance versions, machine, time, inputs
 * @param detector what was evaluated
 * @param idName name of the ID test set
 * @param idScores its scores, at least one
 * @param results one for each OOD set, at least one, in the order to show
 * @param failed samples of any set that could not be read and have no score
 * @param examples groups of images to show, often from {@link ExampleGroup#pick}; may be empty
 */
public record Report(
        String title,
        String command,
        Provenance provenance,
        DetectorSummary detector,
        String idName,
        Scores idScores,
        List<OodResult> results,
        List<FailedSample> failed,
        List<ExampleGroup> examples) {
    /** Checks that there is something on both sides. */
    public Report {
        results = List.copyOf(results);
        failed = List.copyOf(failed);
        examples = List.copyOf(examples);
        if (idScores.size() == 0) {
            throw new IllegalArgumentException(
                    "a report needs at least one ID score, set '%s' has none".formatted(idName));
        }
        if (results.isEmpty()) {
            throw new IllegalArgumentException("a report needs at least one OOD set, got none");
        }
    }
}
