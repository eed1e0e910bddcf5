// SPDX-License-Identifier: Apache-2.0
/**
 * Which images of one set do not belong, without a second set: groups of copies, strangers, groups apart, and how well plain
 * properties of files tell classes apart.
 */
@NullMarked
package io.github.stray.inspect;

import org.jspecify.annotations.NullMarked;
