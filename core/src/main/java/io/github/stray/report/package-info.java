// SPDX-License-Identifier: Apache-2.0
/** Reports of an evaluation, an attack or a study: one HTML file that needs nothing else, with its tables, charts and images. */
package io.github.stray.report;
