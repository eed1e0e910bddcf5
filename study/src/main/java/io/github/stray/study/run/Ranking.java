// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import io.github.stray.metric.AurocComponents;
import io.github.stray.metric.Holm;
import io.github.stray.metric.PairedAuroc;
import io.github.stray.score.IdOodScores;
import io.github.stray.study.result.Cell;
import io.github.stray.study.result.Outcome.Measured;
import io.github.stray.study.result.Rank;
import io.github.stray.study.result.UnitStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Which cell of a pair and OOD set is the best, over all extractors and within its own, and which may be as good by chance.
 * The images are the same, so the comparison is paired. At most three sets of scores are in memory at once.
 */
record Ranking(UnitStore store) {
    List<Cell> of(List<Cell> cells) throws IOException {
        var ranked = new HashMap<Cell, Cell>();
        for (List<Cell> column : grouped(cells, cell -> List.of(cell.pair(), cell.comparison()))) {
            rank(column, ranked);
        }
        return cells.stream()
                .map(cell -> Objects.requireNonNull(ranked.getOrDefault(cell, cell)))
                .toList();
    }

    private static List<List<Cell>> grouped(List<Cell> cells, Function<Cell, Object> key) {
        var groups = new LinkedHashMap<Object, List<Cell>>();
        for (Cell cell : cells) {
            if (cell.measured().isPresent()) {
                groups.computeIfAbsent(key.apply(cell), absent -> new ArrayList<>())
                        .add(cell);
            }
        }
        return List.copyOf(groups.values());
    }

    private void rank(List<Cell> column, Map<Cell, Cell> ranked) throws IOException {
        Cell best = best(column);
        AurocComponents ofBest = components(best);
        var overall = new ArrayList<Rank>();
        var within = new HashMap<Cell, Rank>();
        var order = new ArrayList<Cell>();
        for (List<Cell> own : grouped(column, Cell::extractor)) {
            Cell ownBest = best(own);
            AurocComponents ofOwnBest = ownBest.equals(best) ? ofBest : components(ownBest);
            var ofOwn = new ArrayList<Rank>();
            for (Cell cell : own) {
                AurocComponents components =
                        cell.equals(best) ? ofBest : cell.equals(ownBest) ? ofOwnBest : components(cell);
                order.add(cell);
                overall.add(cell.equals(best) ? Rank.BEST : compared(best, ofBest, cell, components));
                ofOwn.add(cell.equals(ownBest) ? Rank.BEST : compared(ownBest, ofOwnBest, cell, components));
            }
            List<Rank> corrected = corrected(ofOwn);
            for (int i = 0; i < own.size(); i++) {
                within.put(own.get(i), corrected.get(i));
            }
        }
        List<Rank> corrected = corrected(overall);
        for (int i = 0; i < order.size(); i++) {
            Cell cell = order.get(i);
            ranked.put(cell, cell.ranked(corrected.get(i), Objects.requireNonNull(within.get(cell))));
        }
    }

    private static Rank compared(Cell best, AurocComponents ofBest, Cell cell, AurocComponents components) {
        Measured one = best.measured().orElseThrow();
        Measured other = cell.measured().orElseThrow();
        if (one.idSize() != other.idSize() || one.oodSize() != other.oodSize()) {
            return Rank.NONE;
        }
        return new Rank(
                false, OptionalDouble.of(PairedAuroc.of(ofBest, components).pValue()));
    }

    /** Corrects all comparisons with one best for their number. */
    private static List<Rank> corrected(List<Rank> ranks) {
        double[] adjusted = Holm.adjusted(
                ranks.stream().flatMapToDouble(rank -> rank.p().stream()).toArray());
        var corrected = new ArrayList<Rank>();
        int next = 0;
        for (Rank rank : ranks) {
            corrected.add(rank.p().isPresent() ? new Rank(false, OptionalDouble.of(adjusted[next++])) : rank);
        }
        return corrected;
    }

    private static Cell best(List<Cell> column) {
        Cell best = column.getFirst();
        for (Cell cell : column) {
            if (auroc(cell) > auroc(best)) {
                best = cell;
            }
        }
        return best;
    }

    private AurocComponents components(Cell cell) throws IOException {
        IdOodScores scores = store.scores(cell.unit(), cell.place());
        return AurocComponents.of(scores);
    }

    private static double auroc(Cell cell) {
        return cell.measured().map(Measured::auroc).orElse(-1.0);
    }
}
