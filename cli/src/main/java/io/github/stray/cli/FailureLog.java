// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.store.JsonRow.row;
import static io.github.stray.store.JsonRow.rows;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.OneLineId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Names every failed sample on standard error as it happens, and remembers it for the document and the exit code. */
final class FailureLog {
    private final List<FailedSample> failed = new ArrayList<>();

    void add(FailedSample sample, Progress progress) {
        failed.add(sample);
        progress.message("stray: failed sample %s: %s".formatted(sample.id(), sample.reason()));
    }

    List<FailedSample> samples() {
        return List.copyOf(failed);
    }

    int exitCode() {
        return failed.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }

    List<Map<String, Object>> document() {
        return rows(
                failed,
                sample -> row(
                        "id",
                        OneLineId.name(sample.id()),
                        "reason",
                        sample.reason(),
                        "kind",
                        sample.kind().name()));
    }

    /** The failures alone, as in {@code ", 2 failed (named above)"}. */
    String summary() {
        return failed.isEmpty() ? "" : ", %d failed (named above)".formatted(failed.size());
    }

    /**
     * A closing sentence such as {@code ", 2 failed (named above), 3 other files ignored (2 .nef: image formats that are not
     * read)"}, empty if there is nothing to say.
     */
    String summary(DatasetSource source) {
        String unread = source.unread().entrySet().stream()
                .map(suffix -> "%d .%s".formatted(suffix.getValue(), suffix.getKey()))
                .collect(Collectors.joining(", "));
        return summary()
                + (source.ignored() == 0
                        ? ""
                        : ", %s ignored".formatted(Count.of(source.ignored(), "other file", "other files")))
                + (unread.isEmpty() ? "" : " (%s: image formats that are not read)".formatted(unread));
    }
}
