// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.suite;

/**
 * An OOD set of a pair.
 *
 * @param set name of the set
 * @param group near or far
 */
public record SuiteOod(String set, OodGroup group) {}
