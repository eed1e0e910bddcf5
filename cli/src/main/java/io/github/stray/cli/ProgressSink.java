// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureSink;
import java.io.IOException;

/**
 * Passes features on, shows progress and names failures.
 *
 * @param target where the features go
 * @param progress advances by every sample, failed ones included
 * @param failures remembers the failed ones
 */
record ProgressSink(FeatureSink target, Progress progress, FailureLog failures) implements FeatureSink {
    @Override
    public void accept(FeatureBatch batch) throws IOException {
        target.accept(batch);
        progress.advance(batch.ids().size());
    }

    @Override
    public void failed(FailedSample failed) throws IOException {
        failures.add(failed, progress);
        target.failed(failed);
        progress.advance(1);
    }
}
