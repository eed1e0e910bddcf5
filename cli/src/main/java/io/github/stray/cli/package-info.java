// SPDX-License-Identifier: Apache-2.0
/** The {@code stray} command: one class a command, and the only place that prints. */
@NullMarked
package io.github.stray.cli;

import org.jspecify.annotations.NullMarked;
