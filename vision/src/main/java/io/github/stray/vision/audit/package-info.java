// SPDX-License-Identifier: Apache-2.0
/** What an audit or an inspection takes from images: signatures to find copies by, and measures of what may be the matter with a picture. */
package io.github.stray.vision.audit;
