// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.study.run.StudyListener;
import org.jspecify.annotations.Nullable;

/** Shows how far a study has come, over all of it. */
final class StudyProgress implements StudyListener, AutoCloseable {
    private final Console console;
    private final boolean quiet;
    private @Nullable Progress progress;

    StudyProgress(Console console, boolean quiet) {
        this.console = console;
        this.quiet = quiet;
    }

    @Override
    public void plan(long steps) {
        progress = new Progress(console, quiet, "studying", "steps", steps);
    }

    @Override
    public void advance(long steps) {
        if (progress != null) {
            progress.advance(steps);
        }
    }

    @Override
    public void message(String text) {
        if (quiet && text.startsWith("note: ")) {
            return;
        }
        if (progress == null) {
            console.err().println(text);
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
