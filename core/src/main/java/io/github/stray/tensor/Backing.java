// SPDX-License-Identifier: Apache-2.0
package io.github.stray.tensor;

import org.jspecify.annotations.Nullable;

/** What a tensor's memory is mapped from, and may be changed by others. Safe for concurrent use. */
@FunctionalInterface
public interface Backing {
    /**
     * Fails if what was read a moment ago may not be what was opened.
     *
     * @param fault what the Java virtual machine threw at the reading, where it did
     * @throws java.io.UncheckedIOException if it was changed, and always where there is a fault
     */
    void requireUnchanged(@Nullable InternalError fault);
}
