// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

/** Hears how far the training of a probe has come, on the thread that trains. */
@FunctionalInterface
public interface ProbeProgress {
    /** Hears nothing. */
    ProbeProgress NONE = (done, loss) -> {};

    /**
     * Called after each epoch of Adam and each iteration of L-BFGS.
     *
     * @param done epochs or iterations done, from 1
     * @param loss Adam: the epoch's mean cross-entropy, each batch's before its step; L-BFGS: the objective reached
     */
    void advanced(int done, double loss);
}
