// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.vision.download.DownloadListener;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Shows how far each file of a download has come. */
final class DownloadProgress implements DownloadListener, AutoCloseable {
    private final CommonOptions common;
    private @Nullable Progress file;

    DownloadProgress(CommonOptions common) {
        this.common = common;
    }

    @Override
    public void waiting() {
        message("stray: waiting for another process that is at the same files");
    }

    @Override
    public void started(String path, long size) {
        close();
        file = Progress.ofBytes(common.console(), common.quiet, path, size);
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
        if (common.quiet) {
            return;
        }
        if (file == null) {
            common.err().println(text);
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
