// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.download;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProcessLockTest {
    @TempDir
    Path folder;

    private Path file;

    /** Holds the lock until its input ends. */
    static final class Holder {
        public static void main(String[] args) throws IOException {
            try (ProcessLock held = ProcessLock.of(Path.of(args[0]), () -> {})) {
                Objects.requireNonNull(held);
                System.out.write('x');
                System.out.flush();
                while (System.in.read() >= 0) {}
            }
        }
    }

    @BeforeEach
    void name() {
        file = folder.resolve("some.lock");
    }

    @Test
    void of_aFreeLock_doesNotWait() throws IOException {
        for (int i = 0; i < 2; i++) {
            ProcessLock.of(file, () -> {
                        throw new AssertionError("waits");
                    })
                    .close();
        }
    }

    @Test
    void of_aLockThatAnotherThreadHolds_saysSoOnceAndWaits() throws Exception {
        var waits = new CountDownLatch(1);
        var calls = new AtomicInteger();
        try (var threads = Executors.newSingleThreadExecutor()) {
            Future<?> other;
            try (ProcessLock held = ProcessLock.of(file, () -> {})) {
                Objects.requireNonNull(held);
                other = threads.submit(() -> {
                    ProcessLock.of(file, () -> {
                                calls.incrementAndGet();
                                waits.countDown();
                            })
                            .close();
                    return true;
                });
                assertThat(waits.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(other.isDone()).isFalse();
            }
            other.get(30, TimeUnit.SECONDS);
        }
        assertThat(calls).hasValue(1);
    }

    @Test
    void of_aLockThatAnotherProcessHolds_saysSoOnceAndWaits() throws Exception {
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var calls = new AtomicInteger();
        try {
            assertThat(holder.getInputStream().read()).isEqualTo('x');
            ProcessLock.of(file, () -> {
                        calls.incrementAndGet();
                        end(holder);
                    })
                    .close();
        } finally {
            holder.destroyForcibly();
        }
        assertThat(calls).hasValue(1);
    }

    private static void end(Process holder) {
        assertThat(holder.isAlive()).isTrue();
        try {
            holder.getOutputStream().close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
