// SPDX-License-Identifier: Apache-2.0
/** Runs a suite: features through the cache, detectors on them, finished work kept so that a study can be interrupted. */
@org.jspecify.annotations.NullMarked
package io.github.stray.study.run;
