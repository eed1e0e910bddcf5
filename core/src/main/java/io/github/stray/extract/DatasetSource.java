// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** A set of images in a deterministic order, read lazily: memory does not grow with the number of pixels. */
public interface DatasetSource {
    /**
     * {@return encoded images in memory as a set without classes}
     *
     * @param name name of the set
     * @param images id to the bytes of an image file, in the order of the map's iteration; the map is copied, the bytes are
     *     not
     */
    static DatasetSource of(String name, Map<String, byte[]> images) {
        return new MemorySource(
                name,
                images.entrySet().stream()
                        .map(image -> MemorySource.sample(image.getKey(), image.getValue()))
                        .toList(),
                List.of());
    }

    /**
     * {@return samples in memory as a set}
     *
     * @param name name of the set
     * @param samples the samples, each with an id of its own, in order
     * @param classNames C class names in label order; empty where the set has no classes
     * @throws IllegalArgumentException if two samples have one id, or a label has no name
     */
    static DatasetSource of(String name, List<Sample> samples, List<String> classNames) {
        return new MemorySource(name, samples, classNames);
    }

    /** {@return name of the set for messages and reports, short, such as the folder's} */
    String name();

    /** {@return number of samples n, unreadable ones included} */
    long size();

    /** {@return number of files that are no images and were passed over} */
    long ignored();

    /** {@return how many of the ignored files are named as images of formats that are not read, by suffix, such as nef} */
    default SortedMap<String, Long> unread() {
        return Collections.emptySortedMap();
    }

    /** {@return C class names in label order; empty where the set has no classes} */
    List<String> classNames();

    /**
     * {@return SHA-256 of the manifest (ids, sizes, labels, in order), lower-case hexadecimal: equal for equal sets
     * wherever they lie}
     */
    String fingerprint();

    /**
     * {@return SHA-256, lower-case hexadecimal, that differs wherever the {@link #fingerprint()} does, and also once an
     * image that is a file of its own was changed, even if its size stayed} What is inside one file for many images,
     * such as an archive, is not looked at.
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
