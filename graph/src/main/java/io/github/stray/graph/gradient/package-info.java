// SPDX-License-Identifier: Apache-2.0
/** The gradient of a network's outputs with respect to its image, written as further nodes of its ONNX graph. */
@NullMarked
package io.github.stray.graph.gradient;

import org.jspecify.annotations.NullMarked;
