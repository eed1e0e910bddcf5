// SPDX-License-Identifier: Apache-2.0
package example;

import io.github.stray.threshold.Verdict;
import io.github.stray.vision.Guard;
import io.github.stray.vision.RefusedImageException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * GUARD.stray FOLDER: takes image files from FOLDER/inbox and moves each to FOLDER/in, FOLDER/out or, if it is no image that can
 * be read, FOLDER/refused, until the process is told to stop. A message broker would stand where the inbox does.
 */
public final class Inbox {
    /** Files that wait in memory. The producer waits when it is full, so a flood stays on disk. */
    private static final int WAITING = 64;

    private final Guard guard;
    private final Path folder;
    private final BlockingQueue<Path> queue = new ArrayBlockingQueue<>(WAITING);
    private volatile boolean stopping;

    private Inbox(Guard guard, Path folder) {
        this.guard = guard;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        for (String name : List.of("inbox", "taken", "in", "out", "refused")) {
            Files.createDirectories(folder.resolve(name));
        }
        try (Guard guard = Guard.open(Path.of(arguments[0]))) {
            var inbox = new Inbox(guard, folder);
            Thread main = Thread.currentThread();
            // What was taken is finished before the process ends.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                inbox.stopping = true;
                try {
                    main.join();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
            inbox.run();
        }
    }

    private void run() throws IOException, InterruptedException {
        List<Thread> consumers = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            consumers.add(Thread.ofPlatform().name("consumer-" + i).start(this::consume));
        }
        try {
            // What a killed process had taken comes first.
            offerAll(folder.resolve("taken"), false);
            while (!stopping) {
                offerAll(folder.resolve("inbox"), true);
                Thread.sleep(200);
            }
        } finally {
            stopping = true;
            for (Thread consumer : consumers) {
                consumer.join();
            }
        }
    }

    private void offerAll(Path from, boolean take) throws IOException, InterruptedException {
        List<Path> files;
        try (Stream<Path> all = Files.list(from)) {
            files = all.sorted().toList();
        }
        for (Path file : files) {
            if (stopping) {
                return;
            }
            queue.put(take ? move(file, "taken") : file);
        }
    }

    private void consume() {
        try {
            while (!stopping || !queue.isEmpty()) {
                Path file = queue.poll(100, TimeUnit.MILLISECONDS);
                if (file != null) {
                    judge(file);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void judge(Path file) {
        try {
            var image = guard.check(file.getFileName().toString(), file, 0);
            move(file, image.verdict().orElseThrow() == Verdict.IN ? "in" : "out");
            System.out.println(image.verdict().orElseThrow() + " " + image.id() + " p = " + image.pValue().orElseThrow());
        } catch (RefusedImageException e) {
            // Not again: it would be refused again.
            System.out.println("refused " + e.sample().id() + ": " + e.sample().reason());
            aside(file);
        } catch (IOException | RuntimeException e) {
            System.err.println(file + " stays in taken and is tried again by the next start: " + e);
        }
    }

    private void aside(Path file) {
        try {
            move(file, "refused");
        } catch (IOException e) {
            System.err.println(file + " cannot be moved: " + e);
        }
    }

    /** A file of the same name that is there already stays; the new one gets a number. */
    private Path move(Path file, String to) throws IOException {
        for (int number = 0; ; number++) {
            String name = (number == 0 ? "" : number + "-") + file.getFileName();
            try {
                return Files.move(file, folder.resolve(to).resolve(name));
            } catch (FileAlreadyExistsException e) {
                // The next number.
            }
        }
    }
}
