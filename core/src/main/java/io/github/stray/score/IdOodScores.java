// SPDX-License-Identifier: Apache-2.0
package io.github.stray.score;

/**
 * The two sides a metric compares, by name, so that no label convention can be got wrong.
 *
 * @param id scores of in-distribution samples, at least one
 * @param ood scores of out-of-distribution samples, at least one
 */
public record IdOodScores(Scores id, Scores ood) {
    /** Checks that neither side is empty. */
    public IdOodScores {
        if (id.size() == 0 || ood.size() == 0) {
            throw new IllegalArgumentException("metrics need at least one score on each side, got %d ID and %d OOD"
                    .formatted(id.size(), ood.size()));
        }
    }
}
