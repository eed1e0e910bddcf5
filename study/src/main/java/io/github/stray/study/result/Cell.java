// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

import io.github.stray.study.result.Outcome.Measured;
import java.util.Optional;

/**
 * One number of a study, or why there is none.
 *
 * @param extractor name of the extractor
 * @param pair name of the pair
 * @param comparison what the ID images are told from
 * @param detector detector as the suite writes it
 * @param outcome numbers, or why there are none
 * @param unit name of the file of scores, see {@link UnitStore}; empty where nothing was scored
 * @param place number of this comparison in that file
 * @param overall how it compares with the best cell of all extractors on the same pair and comparison
 * @param within how it compares with the best cell of its own extractor there
 */
public record Cell(
        String extractor,
        String pair,
        Comparison comparison,
        String detector,
        Outcome outcome,
        String unit,
        int place,
        Rank overall,
        Rank within) {
    /**
     * A cell that is not compared yet.
     *
     * @param extractor name of the extractor
     * @param pair name of the pair
     * @param comparison what the ID images are told from
     * @param detector detector as the suite writes it
     * @param outcome numbers, or why there are none
     */
    public Cell(String extractor, String pair, Comparison comparison, String detector, Outcome outcome) {
        this(extractor, pair, comparison, detector, outcome, "", 0, Rank.NONE, Rank.NONE);
    }

    /** {@return the numbers, where there are any} */
    public Optional<Measured> measured() {
        return outcome instanceof Measured measured ? Optional.of(measured) : Optional.empty();
    }

    /**
     * {@return the cell with its scores}
     *
     * @param file name of the file of scores
     * @param number number of this comparison in it
     */
    public Cell scoredIn(String file, int number) {
        return new Cell(extractor, pair, comparison, detector, outcome, file, number, overall, within);
    }

    /**
     * {@return the cell, compared with the best}
     *
     * @param ofAll among all extractors
     * @param ofOwn within its extractor
     */
    public Cell ranked(Rank ofAll, Rank ofOwn) {
        return new Cell(extractor, pair, comparison, detector, outcome, unit, place, ofAll, ofOwn);
    }
}
