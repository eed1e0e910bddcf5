// SPDX-License-Identifier: Apache-2.0
package io.github.stray.feature;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * Sample ids that are computed or read when asked for, because all of them at once would cost too much memory. A subclass
 * is immutable and safe for concurrent use: what keeps ids copies any other list and trusts this one.
 */
public abstract class IdView extends AbstractList<String> implements RandomAccess {
    /** For subclasses. */
    protected IdView() {}

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
