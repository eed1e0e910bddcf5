// SPDX-License-Identifier: Apache-2.0
/** Dense arrays of numbers in memory or in a mapped file: the currency of files and fitted detectors. */
package io.github.stray.tensor;
