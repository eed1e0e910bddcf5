// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.extract.FailedSample;
import io.github.stray.study.features.ProgressListener;
import io.github.stray.study.run.StudyListener;
import org.jspecify.annotations.Nullable;

/** Shows how far one task after the other has come, or a study over all of it, and names failed samples. */
final class TaskProgress implements ProgressListener, StudyListener, AutoCloseable {
    private final CommonOptions common;
    private final FailureLog failures;
    private @Nullable Progress progress;

    TaskProgress(CommonOptions common, FailureLog failures) {
        this.common = common;
        this.failures = failures;
    }

    private Progress progress() {
        if (progress == null) {
            throw new IllegalStateException("no task has begun");
        }
        return progress;
    }

    @Override
    public void begin(String task, String unit, long total) {
        close();
        progress = common.progress(task, unit, total);
    }

    @Override
    public void plan(long steps) {
        begin("studying", "steps", steps);
    }

    @Override
    public void advance(long units) {
        progress().advance(units);
    }

    @Override
    public void skip(long units) {
        progress().skip(units);
    }

    @Override
    public void message(String text) {
        if (common.quiet && text.startsWith("note: ")) {
            return;
        }
        if (progress == null) {
            common.err().println(text);
        } else {
            progress.message(text);
        }
    }

    @Override
    public void failed(FailedSample sample) {
        failures.add(sample, progress());
        progress().advance(1);
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
        }
    }
}
