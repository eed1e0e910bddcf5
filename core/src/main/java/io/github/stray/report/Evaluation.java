// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import io.github.stray.provenance.Provenance;
import io.github.stray.score.Scores;
import java.util.List;
import java.util.Map;

/**
 * What is known of scores whose detector is not: metrics, and verdicts where the scores came with them. Any text may hold any
 * characters; it is escaped where it is shown.
 *
 * @param command the command line that made it, empty if there was none
 * @param provenance versions, machine, time, inputs
 * @param idName name of the ID test set
 * @param idScores its scores, at least one
 * @param results one for each OOD set, at least one, in the order to show, all by one convention at one TPR
 * @param judgedIn how many samples of a set were judged in, by its name, and of how many; sets without verdicts are absent
 * @param examples groups of samples to show; may be empty
 */
public record Evaluation(
        String command,
        Provenance provenance,
        String idName,
        Scores idScores,
        List<OodResult> results,
        Map<String, Judged> judgedIn,
        List<ExampleGroup> examples) {
    /**
     * Verdicts of a set.
     *
     * @param in samples that were judged in
     * @param of samples with a verdict, at least 1
     */
    public record Judged(long in, long of) {}

    /** Checks that there is something on both sides. */
    public Evaluation {
        results = List.copyOf(results);
        judgedIn = Map.copyOf(judgedIn);
        examples = List.copyOf(examples);
        if (idScores.size() == 0 || results.isEmpty()) {
            throw new IllegalArgumentException("an evaluation needs ID scores and an OOD set, got %d scores and %d sets"
                    .formatted(idScores.size(), results.size()));
        }
    }
}
