// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.store.JsonRow.row;
import static io.github.stray.store.JsonRow.rows;

import io.github.stray.extract.FailedSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Names every failed sample on standard error as it happens, and remembers it for the document and the exit code. */
final class FailureLog {
    private final List<FailedSample> failed = new ArrayList<>();

    void add(FailedSample sample, Progress progress) {
        failed.add(sample);
        progress.message("stray: failed sample %s: %s".formatted(sample.id(), sample.reason()));
    }

    int exitCode() {
        return failed.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }

    List<Map<String, Object>> document() {
        return rows(failed, sample -> row("id", sample.id(), "reason", sample.reason()));
    }

    /** A closing sentence such as {@code ", 2 failed, 3 other files ignored"}, empty if there is nothing to say. */
    String summary(long ignored) {
        return (failed.isEmpty() ? "" : ", %d failed (named above)".formatted(failed.size()))
                + (ignored == 0 ? "" : ", %s ignored".formatted(Count.of(ignored, "other file", "other files")));
    }
}
