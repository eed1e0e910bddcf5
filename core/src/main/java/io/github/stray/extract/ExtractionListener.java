// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

/** Told while an extraction goes on how far it has come and which samples failed, from one thread. */
public interface ExtractionListener {
    /** Listens to nothing. */
    ExtractionListener NONE = new ExtractionListener() {
        @Override
        public void extracted(int samples) {}

        @Override
        public void failed(FailedSample failed) {}
    };

    /**
     * Told of samples that were extracted since the last call.
     *
     * @param samples how many, at least 1
     */
    void extracted(int samples);

    /**
     * Told of a sample that could not be read. It is not among the extracted ones.
     *
     * @param failed the sample and the reason
     */
    void failed(FailedSample failed);
}
