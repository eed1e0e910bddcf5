// SPDX-License-Identifier: Apache-2.0
/** Findings that people decide about: cards on a page, lists of what stays. Shared by audits and inspections. */
@NullMarked
package io.github.stray.study.review;

import org.jspecify.annotations.NullMarked;
