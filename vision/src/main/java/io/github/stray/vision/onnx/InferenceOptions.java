// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

/**
 * How a network is run.
 *
 * @param threads threads of one call, at least 1
 * @param provider what it runs on
 * @param optimised whether ONNX Runtime may change the graph to run faster; without, only to compare
 */
public record InferenceOptions(int threads, Provider provider, boolean optimised) {
    /** One thread on the processor: the fastest way through many images, when calls run side by side. */
    public static final InferenceOptions ONE_THREAD = new InferenceOptions(1, Provider.CPU);

    /** One thread, nothing optimised: the first runs of a network that nobody has tried yet. */
    public static final InferenceOptions AS_WRITTEN = new InferenceOptions(1, Provider.CPU, false);

    /** Checks the threads. */
    public InferenceOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, was " + threads);
        }
    }

    /**
     * Optimised.
     *
     * @param threads threads of one call, at least 1
     * @param provider what it runs on
     */
    public InferenceOptions(int threads, Provider provider) {
        this(threads, provider, true);
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
