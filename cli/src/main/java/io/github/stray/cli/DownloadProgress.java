// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.vision.download.DownloadListener;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Shows how far each file of a download has come. */
final class DownloadProgress implements DownloadListener, AutoCloseable {
    private final Console console;
    private final boolean quiet;
    private @Nullable Progress file;

    DownloadProgress(Console console, boolean quiet) {
        this.console = console;
        this.quiet = quiet;
    }

    @Override
    public void waiting() {
        message("stray: waiting for another process that is at the same files");
    }

    @Override
    public void started(String path, long size) {
        close();
        file = Progress.ofBytes(console, quiet, path, size);
    }

    @Override
    public void advanced(long present) {
        if (file != null) {
            file.reach(present);
        }
    }

    @Override
    public void finished() {
        close();
    }

    @Override
    public void retrying(String reason, Duration pause) {
        message("stray: %s; trying again in %d s".formatted(reason, pause.toSeconds()));
    }

    private void message(String text) {
        if (quiet) {
            return;
        }
        if (file == null) {
            console.err().println(text);
        } else {
            file.message(text);
        }
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
