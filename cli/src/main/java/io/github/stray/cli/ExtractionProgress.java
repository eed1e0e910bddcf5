// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.extract.ExtractionListener;
import io.github.stray.extract.FailedSample;

/**
 * Shows how far an extraction has come and names failures.
 *
 * @param progress advances by every sample, failed ones included
 * @param failures remembers the failed ones
 */
record ExtractionProgress(Progress progress, FailureLog failures) implements ExtractionListener {
    @Override
    public void extracted(int samples) {
        progress.advance(samples);
    }

    @Override
    public void failed(FailedSample failed) {
        failures.add(failed, progress);
        progress.advance(1);
    }
}
