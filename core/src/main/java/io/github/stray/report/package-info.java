// SPDX-License-Identifier: Apache-2.0
/** The report of an evaluation: one HTML file that needs nothing else, with its tables, charts and example images. */
package io.github.stray.report;
