// SPDX-License-Identifier: Apache-2.0
import io.github.stray.extract.FeatureBatch;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.provenance.Provenance;
import io.github.stray.store.FeatureFile;
import io.github.stray.store.FeatureFileWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

/**
 * COUNT SEED: changes a file of features while another thread reads it: shortened, overwritten in place, deleted, replaced by
 * another whole file. The reader must come to the numbers of one whole file, or to an exception for files.
 */
static final Path WORK = Path.of(System.getenv("CHAOS_WORK")).toAbsolutePath().resolve("changed");

void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[0]);
    long seed = Long.parseLong(arguments[1]);
    Files.createDirectories(WORK);
    boolean held = true;
    // A mapped file is one of more than a quarter of the heap.
    long mapped = Runtime.getRuntime().maxMemory() / 4 + (1 << 20);
    for (int rows : new int[] {500, (int) (mapped / 4 / 512)}) {
        Path one = written("one", rows, 1);
        Path two = written("two", rows, 2);
        List<Integer> answers = List.of(read(one), read(two));
        long begin = System.nanoTime();
        read(one);
        long lasts = Math.max(1_000_000, System.nanoTime() - begin);
        var random = new SplittableRandom(seed);
        for (String change : List.of("shortened", "overwritten", "deleted", "replaced")) {
            String size = rows > 500 ? "large (mapped)" : "small (copied)";
            var row = new Row("%s file of features, %s while read".formatted(size, change), "" + seed);
            for (int i = 0; i < count; i++) {
                String outcome = outcome(change, one, two, answers, lasts, random);
                if (outcome.startsWith("WRONG")) {
                    System.err.println(change + " while read, " + i + ": " + outcome);
                    held = false;
                }
                row.add(outcome, 0);
            }
            row.print(0);
        }
    }
    System.exit(held ? 0 : 1);
}

String outcome(String change, Path one, Path two, List<Integer> answers, long lasts, SplittableRandom random) throws Exception {
    Path file = WORK.resolve("file.safetensors");
    Files.copy(one, file, StandardCopyOption.REPLACE_EXISTING);
    long wait = random.nextLong(lasts);
    long length = random.nextLong(Files.size(one));
    var started = new CountDownLatch(1);
    Thread changer = Thread.ofPlatform().start(() -> {
        try {
            started.await();
            for (long end = System.nanoTime() + wait; System.nanoTime() < end; ) {
                Thread.onSpinWait();
            }
            change(change, file, two, length);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    });
    String outcome;
    try {
        started.countDown();
        outcome = answers.contains(read(file)) ? "numbers of a whole file" : "WRONG: other numbers";
    } catch (IOException | UncheckedIOException e) {
        outcome = "refused";
    } catch (RuntimeException | Error e) {
        e.printStackTrace();
        outcome = "WRONG: " + e.getClass().getSimpleName();
    }
    changer.join();
    return outcome;
}

void change(String change, Path file, Path other, long length) throws IOException {
    switch (change) {
        case "shortened" -> {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(length);
            }
        }
        case "overwritten" -> {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(Files.readAllBytes(other)), 0);
            }
        }
        case "deleted" -> Files.delete(file);
        default -> {
            Path next = Files.copy(other, WORK.resolve("next"), StandardCopyOption.REPLACE_EXISTING);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}

int read(Path file) throws IOException {
    float[] row = new float[512];
    int hash = 1;
    FeatureFile features = FeatureFile.read(file);
    for (int i = 0; i < features.rows(); i++) {
        features.tensor(Layer.FEATURES).copyFloats(512L * i, row, 0, 512);
        hash = 31 * hash + Arrays.hashCode(row);
    }
    return hash;
}

Path written(String name, int rows, int salt) throws IOException {
    Path file = WORK.resolve(name + ".safetensors");
    var space = new FeatureSpace(Optional.empty(), Optional.of("features"), 512, Optional.empty(), Optional.empty(), Optional.empty());
    var random = new SplittableRandom(salt);
    try (var writer = FeatureFileWriter.create(file, Map.of(Layer.FEATURES, space), List.of(), "set", new Provenance(Map.of()))) {
        for (int i = 0; i < rows; i++) {
            float[] row = new float[512];
            for (int j = 0; j < 512; j++) {
                row[j] = (float) random.nextDouble();
            }
            writer.accept(new FeatureBatch(List.of("r" + i), Collections.nCopies(1, OptionalInt.empty()), Map.of(Layer.FEATURES, row)));
        }
        writer.commit();
    }
    return file;
}
