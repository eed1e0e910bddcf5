// SPDX-License-Identifier: Apache-2.0
/**
 * Dense linear algebra on plain arrays, row-major: inner products with a scalar and a Vector API provider, exact nearest
 * rows, scatter matrices, Cholesky and symmetric eigen-decompositions. Results do not depend on the number of threads.
 */
package io.github.stray.internal.linalg;
