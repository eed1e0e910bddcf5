// SPDX-License-Identifier: Apache-2.0
/** Exported networks from a model hub: fetched, checked, kept in a shared cache; and the catalogue of those known. */
package io.github.stray.vision.hub;
