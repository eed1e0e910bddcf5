// SPDX-License-Identifier: Apache-2.0
/** What a study found: cells, means, correlations, and the files they are written to. */
@org.jspecify.annotations.NullMarked
package io.github.stray.study.result;
