// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TurnsTest {
    private static <T> T on(boolean virtual, Function<Thread, T> caller) throws InterruptedException {
        var given = new AtomicReference<@Nullable T>();
        Thread thread = (virtual ? Thread.ofVirtual() : Thread.ofPlatform())
                .start(() -> given.set(caller.apply(Thread.currentThread())));
        thread.join();
        return Objects.requireNonNull(given.get());
    }

    @Test
    void take_worksOnThePlatformThreadThatAsks_andOnAnotherForAVirtualOne() throws Exception {
        Thread worker;
        try (var turns = new Turns(2)) {
            assertThat(turns.take(Thread::currentThread)).isSameAs(Thread.currentThread());
            worker = on(true, virtual -> {
                try {
                    return turns.take(Thread::currentThread);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(worker.isVirtual()).isFalse();
        }
        worker.join();
        assertThat(worker.isAlive()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void take_whatTheWorkThrows_isThrown(boolean virtual) throws Exception {
        Throwable[] all = {new IOException("io"), new IllegalArgumentException("argument"), new AssertionError("error")
        };
        try (var turns = new Turns(1)) {
            for (Throwable one : all) {
                Throwable thrown = on(virtual, caller -> catchThrowable(() -> turns.take(() -> raise(one))));
                assertThat(thrown).isSameAs(one);
            }
        }
    }

    private static Object raise(Throwable one) throws IOException {
        switch (one) {
            case IOException io -> throw io;
            case RuntimeException runtime -> throw runtime;
            case Error error -> throw error;
            default -> throw new IllegalStateException(one);
        }
    }

    /** Its memory is in use. */
    @Test
    void take_virtualThreadInterrupted_waitsForWorkThatHasBegun() throws Exception {
        try (var turns = new Turns(1)) {
            var begun = new CountDownLatch(1);
            var mayEnd = new CountDownLatch(1);
            var given = new AtomicReference<@Nullable String>();
            var flagged = new AtomicBoolean();
            Thread caller = Thread.ofVirtual().start(() -> {
                try {
                    given.set(turns.take(() -> {
                        begun.countDown();
                        await(mayEnd);
                        return "done";
                    }));
                    flagged.set(Thread.currentThread().isInterrupted());
                } catch (IOException e) {
                    given.set(e.toString());
                }
            });
            begun.await();
            caller.interrupt();
            mayEnd.countDown();
            caller.join();
            assertThat(given).hasValue("done");
            assertThat(flagged).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void take_interruptedWhileOthersHaveTheTurns_saysSo(boolean virtual) throws Exception {
        try (var turns = new Turns(1)) {
            var begun = new CountDownLatch(1);
            var mayEnd = new CountDownLatch(1);
            Thread other = Thread.ofPlatform().start(() -> {
                var _ = catchThrowable(() -> turns.take(() -> {
                    begun.countDown();
                    await(mayEnd);
                    return "";
                }));
            });
            begun.await();
            boolean flagged = on(virtual, caller -> {
                caller.interrupt();
                Throwable thrown = catchThrowable(() -> turns.take(() -> "never"));
                return thrown instanceof InterruptedIOException && caller.isInterrupted();
            });
            mayEnd.countDown();
            other.join();
            assertThat(flagged).isTrue();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
