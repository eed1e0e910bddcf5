// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

import io.github.stray.extract.FailedSample;
import java.util.List;

/**
 * A set of a study.
 *
 * @param name as in the suite
 * @param source where it was read from
 * @param fingerprint digest of what was read; empty if it could not be read
 * @param samples number of samples taken
 * @param failed samples that could not be read
 */
public record SetResult(String name, String source, String fingerprint, long samples, List<FailedSample> failed) {
    /** Keeps the list. */
    public SetResult {
        failed = List.copyOf(failed);
    }
}
