// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph.gradient;

import java.io.IOException;

/** How the gradients of an operator's inputs follow from those of its outputs. */
interface Rule {
    void apply(Step step) throws IOException;
}
