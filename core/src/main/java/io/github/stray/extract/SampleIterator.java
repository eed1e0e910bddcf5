// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import java.util.Iterator;

/** Samples one after another; closing releases the files behind them. Not safe for concurrent use. */
public interface SampleIterator extends Iterator<Sample>, AutoCloseable {
    @Override
    void close();
}
