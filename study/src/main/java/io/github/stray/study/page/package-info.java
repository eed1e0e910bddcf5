// SPDX-License-Identifier: Apache-2.0
/** The page of a study: one HTML file that shows its results. */
@org.jspecify.annotations.NullMarked
package io.github.stray.study.page;
