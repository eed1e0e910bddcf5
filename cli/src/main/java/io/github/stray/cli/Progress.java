// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.Count.formatted;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Tells how far long work has come: a bar that is redrawn on a terminal, a plain line every few seconds elsewhere. Safe for
 * concurrent use.
 */
final class Progress implements AutoCloseable {
    private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();
    private static final long LINE_NANOS = Duration.ofSeconds(5).toNanos();
    private static final int BAR = 24;

    /** Clears what stands behind the cursor. */
    private static final String CLEAR = "\u001b[K";

    private final PrintStream err;
    private final boolean terminal;
    private final boolean quiet;
    private final String task;
    private final String unit;
    private final long total;
    private final boolean bytes;
    private final LongSupplier nanos;
    private final long started;
    private long shown;
    private long done;

    /** What was there before, and says nothing about the rate. */
    private long before;

    private boolean drawn;

    Progress(Console console, boolean quiet, String task, String unit, long total) {
        this(console, quiet, task, unit, total, false, System::nanoTime);
    }

    /** Counts bytes and shows megabytes. */
    static Progress ofBytes(Console console, boolean quiet, String task, long total) {
        return ofBytes(console, quiet, task, total, System::nanoTime);
    }

    /** The same by another clock. */
    static Progress ofBytes(Console console, boolean quiet, String task, long total, LongSupplier nanos) {
        return new Progress(console, quiet, task, "MB", total, true, nanos);
    }

    private Progress(
            Console console, boolean quiet, String task, String unit, long total, boolean bytes, LongSupplier nanos) {
        this.err = console.err();
        this.terminal = console.terminal();
        this.quiet = quiet;
        this.task = task;
        this.unit = unit;
        this.total = total;
        this.bytes = bytes;
        this.nanos = nanos;
        this.started = nanos.getAsLong();
        this.shown = started;
    }

    /** Sets how much is done; what is there at the first call was there before. */
    synchronized void reach(long now) {
        if (done == 0 || now < before) {
            before = now;
            done = now;
        }
        advance(now - done);
    }

    /** Counts what had been done before, which says nothing about the rate. */
    synchronized void skip(long by) {
        before += by;
        advance(by);
    }

    synchronized void advance(long by) {
        done += by;
        long now = nanos.getAsLong();
        if (quiet || now - shown < (terminal ? REDRAW_NANOS : LINE_NANOS)) {
            return;
        }
        shown = now;
        drawn = true;
        if (terminal) {
            VisibleText.steer(err, "\r");
            err.print(line(now));
            VisibleText.steer(err, CLEAR);
            err.flush();
        } else {
            err.println(line(now));
        }
    }

    /** Takes the bar away for the time of a message. */
    synchronized void message(String text) {
        if (terminal && drawn) {
            VisibleText.steer(err, "\r" + CLEAR);
        }
        err.println(text);
    }

    @Override
    public synchronized void close() {
        if (!drawn) {
            return;
        }
        if (terminal) {
            VisibleText.steer(err, "\r" + CLEAR);
        }
        double seconds = (nanos.getAsLong() - started) / 1e9;
        err.printf(Locale.ROOT, "%s: %s %s in %s, %s%n", task, amount(done), unit, clock(seconds), rate(seconds));
        err.flush();
    }

    private String line(long now) {
        double seconds = (now - started) / 1e9;
        if (total <= 0) {
            return formatted("%s: %s %s, %s", task, amount(done), unit, rate(seconds));
        }
        double share = Math.min(1, (double) done / total);
        int filled = (int) (share * BAR);
        String left = done == before ? "" : ", " + clock(seconds * (total - done) / (done - before)) + " left";
        String bar = terminal ? "[" + "#".repeat(filled) + "-".repeat(BAR - filled) + "] " : "";
        return formatted(
                "%s: %s%s of %s %s (%.0f %%), %s%s",
                task, bar, amount(done), amount(total), unit, 100 * share, rate(seconds), left);
    }

    private String amount(long n) {
        return bytes ? formatted("%,.1f", n / 1e6) : formatted("%,d", n);
    }

    private String rate(double seconds) {
        double perSecond = (done - before) / Math.max(seconds, 1e-3);
        if (bytes) {
            return formatted("%,.1f MB/s", perSecond / 1e6);
        }
        return formatted(perSecond < 10 ? "%,.1f/s" : "%,.0f/s", perSecond);
    }

    private static String clock(double seconds) {
        long whole = Math.round(seconds);
        return whole < 60 ? formatted("%.1f s", seconds) : formatted("%d:%02d min", whole / 60, whole % 60);
    }
}
