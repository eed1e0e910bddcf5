// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.page;

import io.github.stray.study.result.Cell;
import io.github.stray.study.result.Comparison;
import io.github.stray.study.result.Comparison.OneClass;
import io.github.stray.study.result.Comparison.Versus;
import io.github.stray.study.result.Outcome.Measured;
import java.util.Optional;

/**
 * An ID set and what it is told from: what a row of the tables is about.
 *
 * @param pair name of the suite's pair
 * @param comparison what its ID images are told from
 * @param idSize images of the ID set, 0 where nothing was measured
 * @param oodSize images of the OOD set, the same
 */
record OodPair(String pair, Comparison comparison, int idSize, int oodSize) {
    static OodPair of(Cell cell) {
        return new OodPair(
                cell.pair(),
                cell.comparison(),
                cell.measured().map(Measured::idSize).orElse(0),
                cell.measured().map(Measured::oodSize).orElse(0));
    }

    /** Such as {@code cifar10 vs svhn}; under one-class the class and the others. */
    String name() {
        return switch (comparison) {
            case Versus versus -> "%s vs %s".formatted(pair, versus.name());
            case OneClass one -> "%s of %s vs its other classes".formatted(one.name(), pair);
        };
    }

    /** {@code near} or {@code far}, where the suite says so. */
    Optional<String> shift() {
        return comparison instanceof Versus versus ? Optional.of(versus.group().id()) : Optional.empty();
    }

    /** The name, and in brackets near or far. */
    String label() {
        return name() + shift().map(word -> " (" + word + ")").orElse("");
    }
}
