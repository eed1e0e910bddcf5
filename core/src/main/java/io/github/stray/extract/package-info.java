// SPDX-License-Identifier: Apache-2.0
/** From samples to features: what an extractor and a dataset must offer. Implementations live in the vision module. */
package io.github.stray.extract;
