// SPDX-License-Identifier: Apache-2.0
package io.github.stray.feature;

import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.IntFunction;

/**
 * Sample ids that are computed or read when asked for, because all of them at once would cost too much memory.
 * Immutable and safe for concurrent use: what keeps ids copies any other list and trusts this one.
 */
public final class IdView extends AbstractList<String> implements RandomAccess {
    private final int size;
    private final IntFunction<String> id;

    /**
     * Ids by their place.
     *
     * @param size how many
     * @param id gives the id at a place, 0 to {@code size - 1}, always the same; safe for concurrent use
     */
    public IdView(int size, IntFunction<String> id) {
        this.size = size;
        this.id = id;
    }

    @Override
    public String get(int index) {
        return id.apply(Objects.checkIndex(index, size));
    }

    @Override
    public int size() {
        return size;
    }

    /**
     * {@return ids that nobody can change any more: the list itself if it is a view or was made by {@link List#of} or
     * {@link List#copyOf}, else a copy}
     *
     * @param ids sample ids
     */
    public static List<String> copyOf(List<String> ids) {
        return ids instanceof IdView ? ids : List.copyOf(ids);
    }
}
