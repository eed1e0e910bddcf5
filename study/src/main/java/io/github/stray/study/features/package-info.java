// SPDX-License-Identifier: Apache-2.0
/** Features of image sets for an audit or an attack, from the network or from the cache, and how far such work has come. */
@NullMarked
package io.github.stray.study.features;

import org.jspecify.annotations.NullMarked;
