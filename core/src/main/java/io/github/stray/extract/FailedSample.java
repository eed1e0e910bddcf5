// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

/**
 * A sample that could not be read.
 *
 * @param id sample id
 * @param reason one line for a person
 */
public record FailedSample(String id, String reason) {}
