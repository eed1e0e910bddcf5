// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

/**
 * How a network is run.
 *
 * @param threads threads of one call, at least 1
 * @param provider what it runs on
 */
public record InferenceOptions(int threads, Provider provider) {
    /** One thread on the processor: the fastest way through many images, when calls run side by side. */
    public static final InferenceOptions ONE_THREAD = new InferenceOptions(1, Provider.CPU);

    /** Checks the threads. */
    public InferenceOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, was " + threads);
        }
    }

    /**
     * One thread of the processor, and a provider.
     *
     * @param provider what the network runs on
     * @return the options
     */
    public static InferenceOptions on(Provider provider) {
        return new InferenceOptions(1, provider);
    }
}
