// SPDX-License-Identifier: Apache-2.0
/** Features of sets that were extracted before, kept under what they were made of. */
@org.jspecify.annotations.NullMarked
package io.github.stray.study.cache;
