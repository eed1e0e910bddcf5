// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.provenance.HashOrder;
import java.util.OptionalInt;

/**
 * A seeded subset. Which samples are taken depends on the seed and their ids alone, not on the order in which they are
 * listed; what is taken keeps its order. With both limits, {@code perClass} is applied first.
 *
 * @param limit samples in all, at least 1; empty for all
 * @param perClass samples of each class, at least 1; empty for all. A set without classes refuses it. Samples without a
 *     label are left out
 * @param seed any number; another seed takes other samples
 */
public record Selection(OptionalInt limit, OptionalInt perClass, long seed) {
    /** Every sample. */
    public static final Selection ALL = new Selection(OptionalInt.empty(), OptionalInt.empty(), 42);

    /** Checks the ranges. */
    public Selection {
        if (limit.isPresent() && limit.getAsInt() < 1) {
            throw new IllegalArgumentException("limit must be at least 1, was " + limit.getAsInt());
        }
        if (perClass.isPresent() && perClass.getAsInt() < 1) {
            throw new IllegalArgumentException("per-class must be at least 1, was " + perClass.getAsInt());
        }
    }

    boolean all() {
        return limit.isEmpty() && perClass.isEmpty();
    }

    /** The samples of the smallest ranks are taken. */
    long rank(String id) {
        return HashOrder.signed(seed).rank(id);
    }
}
