// SPDX-License-Identifier: Apache-2.0
/** Where a file or a figure comes from. */
package io.github.stray.provenance;
