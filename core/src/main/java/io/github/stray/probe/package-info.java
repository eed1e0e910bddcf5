// SPDX-License-Identifier: Apache-2.0
/** Linear heads on frozen features: given, trained with labels, or trained with pseudo-labels. */
package io.github.stray.probe;
