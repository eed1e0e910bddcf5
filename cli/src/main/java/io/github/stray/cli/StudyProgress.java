// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.study.run.StudyListener;
import org.jspecify.annotations.Nullable;

/** Shows how far a study has come, over all of it. */
final class StudyProgress implements StudyListener, AutoCloseable {
    private final CommonOptions common;
    private @Nullable Progress progress;

    StudyProgress(CommonOptions common) {
        this.common = common;
    }

    @Override
    public void plan(long steps) {
        progress = common.progress("studying", "steps", steps);
    }

    @Override
    public void advance(long steps) {
        if (progress != null) {
            progress.advance(steps);
        }
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
    public void close() {
        if (progress != null) {
            progress.close();
        }
    }
}
