// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

/**
 * One option of a detector, for help texts.
 *
 * @param name as written before {@code =}
 * @param defaultValue value where it is left out
 * @param values what may be written, such as {@code mean|kth}
 * @param meaning one line
 */
public record DetectorOption(String name, String defaultValue, String values, String meaning) {}
