// SPDX-License-Identifier: Apache-2.0
/**
 * Whether a pair of an ID and an OOD set can be trusted: duplicates, OOD images that show ID classes, wrong labels, classes
 * that both sides have, and how much a better detector could still win.
 */
package io.github.stray.audit;
