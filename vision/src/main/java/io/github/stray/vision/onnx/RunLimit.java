// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.RunOptions;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The time that one run of a network may take. Behind it ONNX Runtime ends the run between two operators, which it also does
 * within a loop; a single operator is not interrupted. Closing it takes the limit away.
 */
final class RunLimit implements AutoCloseable {
    /** Seconds for a run, and the same again for each image or text in it. */
    static final String PROPERTY = "stray.network.seconds";

    private static final int SECONDS = 60;

    private static final ScheduledThreadPoolExecutor CLOCK = clock();

    private final RunOptions options;
    private final long seconds;
    private final Future<?> end;
    private boolean over;
    private boolean reached;

    private RunLimit(RunOptions options, long seconds) {
        this.options = options;
        this.seconds = seconds;
        this.end = CLOCK.schedule(this::terminate, seconds, TimeUnit.SECONDS);
    }

    private static ScheduledThreadPoolExecutor clock() {
        var clock = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("network-limit").factory());
        clock.setRemoveOnCancelPolicy(true);
        return clock;
    }

    /** Begins to count for a run with these options, of so many images or texts. */
    static RunLimit of(RunOptions options, long batch) {
        return new RunLimit(options, Math.max(1, Integer.getInteger(PROPERTY, SECONDS)) * (1 + Math.max(0, batch)));
    }

    private synchronized void terminate() {
        // The options are freed behind the run.
        if (!over) {
            reached = true;
            try {
                options.setTerminate(true);
            } catch (OrtException e) {
                System.getLogger(RunLimit.class.getName())
                        .log(System.Logger.Level.DEBUG, "a run could not be ended", e);
            }
        }
    }

    /** Whether the run was ended. */
    synchronized boolean reached() {
        return reached;
    }

    long seconds() {
        return seconds;
    }

    @Override
    public void close() {
        synchronized (this) {
            over = true;
        }
        end.cancel(false);
    }
}
