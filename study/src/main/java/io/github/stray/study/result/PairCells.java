// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The cells of a pair as a table of detectors by extractors.
 *
 * @param pair name of the pair
 * @param cells its cells, at least one
 * @param extractors their names in the order of the cells
 * @param detectors as the suite writes them, in the order of the cells
 * @param means the means of these cells by extractor, detector and group
 */
record PairCells(
        String pair, List<Cell> cells, List<String> extractors, List<String> detectors, Map<List<String>, Mean> means) {
    /** The group of a mean over all OOD sets. */
    static final String ALL = "all";

    /** A table for each pair that has cells, in the order of the suite. */
    static List<PairCells> of(StudyResults results) {
        List<Mean> means = results.means();
        return results.suite().pairs().stream()
                .map(pair -> of(
                        pair.name(),
                        results.cells().stream()
                                .filter(cell -> cell.pair().equals(pair.name()))
                                .toList(),
                        means))
                .filter(table -> !table.cells().isEmpty())
                .toList();
    }

    private static PairCells of(String pair, List<Cell> cells, List<Mean> all) {
        var means = new HashMap<List<String>, Mean>();
        for (Mean mean : all) {
            if (mean.pair().equals(pair)) {
                means.put(List.of(mean.extractor(), mean.detector(), mean.group()), mean);
            }
        }
        return new PairCells(
                pair,
                cells,
                cells.stream().map(Cell::extractor).distinct().toList(),
                cells.stream().map(Cell::detector).distinct().toList(),
                means);
    }

    /** The mean of a row over a group, if every cell of it was measured. */
    Optional<Mean> mean(String extractor, String detector, String group) {
        return Optional.ofNullable(means.get(List.of(extractor, detector, group)));
    }

    /** The cells of a row. */
    List<Cell> row(String extractor, String detector) {
        return cells.stream()
                .filter(cell ->
                        cell.extractor().equals(extractor) && cell.detector().equals(detector))
                .toList();
    }
}
