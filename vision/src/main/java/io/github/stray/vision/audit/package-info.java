// SPDX-License-Identifier: Apache-2.0
/** What an audit takes from images: signatures to find copies by, and small pictures to show. */
package io.github.stray.vision.audit;
