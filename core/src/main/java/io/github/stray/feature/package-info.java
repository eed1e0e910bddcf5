// SPDX-License-Identifier: Apache-2.0
/** The data everything else speaks: feature rows, their ids and labels, and the space they live in. */
package io.github.stray.feature;
