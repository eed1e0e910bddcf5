// SPDX-License-Identifier: Apache-2.0
/** Features in the plane, to look at. */
package io.github.stray.projection;
