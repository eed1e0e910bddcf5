// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

/**
 * A training sample near a query.
 *
 * @param id its sample id
 * @param row its row in the gallery
 * @param similarity cosine of the two feature rows, -1 to 1
 */
public record Neighbour(String id, int row, double similarity) {}
