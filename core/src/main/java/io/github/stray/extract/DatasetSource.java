// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import java.io.IOException;
import java.util.List;

/** A set of images in a deterministic order, read lazily: memory does not grow with the number of pixels. */
public interface DatasetSource {
    /**
     * Name of the set for messages and reports.
     *
     * @return a short name, such as the folder's
     */
    String name();

    /**
     * Number of samples, unreadable ones included.
     *
     * @return n, at least 0
     */
    long size();

    /**
     * Number of files that are no images and were passed over.
     *
     * @return at least 0
     */
    long ignored();

    /**
     * Class names in label order.
     *
     * @return C names; empty where the set has no classes
     */
    List<String> classNames();

    /**
     * Digest of the manifest (ids, sizes, labels, in order): equal for equal sets wherever they lie.
     *
     * @return SHA-256, lower-case hexadecimal
     */
    String fingerprint();

    /**
     * Digest that differs wherever the {@link #fingerprint()} does, and also once an image that is a file of its own was
     * changed, even if its size stayed. What is inside one file for many images, such as an archive, is not looked at.
     *
     * @return SHA-256, lower-case hexadecimal
     */
    default String version() {
        return fingerprint();
    }

    /**
     * Starts reading from the first sample. May be called again.
     *
     * @return the samples, in the order of this set
     * @throws IOException if the set cannot be opened any more
     */
    SampleIterator open() throws IOException;
}
