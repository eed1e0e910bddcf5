// SPDX-License-Identifier: Apache-2.0
/**
 * Dense linear algebra on plain arrays, row-major: inner products with a scalar and a Vector API provider, exact nearest
 * rows, scatter matrices, Cholesky and symmetric eigen-decompositions. Results do not depend on the number of threads.
 *
 * <p>The package is not exported. An index such as {@code aAt} or {@code offset} is where an operand starts in its array,
 * a stride the way from one of its rows to the next; comments give shapes and explain a parameter where its name does not.
 */
package io.github.stray.internal.linalg;
