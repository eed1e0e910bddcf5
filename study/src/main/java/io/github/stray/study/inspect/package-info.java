// SPDX-License-Identifier: Apache-2.0
/** One set, and the images in it that do not belong: strangers, copies, spoilt pictures, wrong labels. */
@NullMarked
package io.github.stray.study.inspect;

import org.jspecify.annotations.NullMarked;
