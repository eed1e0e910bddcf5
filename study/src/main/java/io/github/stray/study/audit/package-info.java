// SPDX-License-Identifier: Apache-2.0
/** Whether a benchmark of an ID and some OOD sets is sound: the audit as a call, its result, and what it writes. */
@NullMarked
package io.github.stray.study.audit;

import org.jspecify.annotations.NullMarked;
