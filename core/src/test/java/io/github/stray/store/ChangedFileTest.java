// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.provenance.Sha256;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of readers of a mapped file that others change. */
class ChangedFileTest {
    private static final int CALLERS = 16;
    private static final int ROWS = 20_000;
    private static final int DIMENSION = 16;

    @TempDir
    Path folder;

    enum Change {
        REPLACED(true) {
            @Override
            void make(Path file) throws IOException {
                Path other = file.resolveSibling("other");
                write(other, 2);
                Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
            }
        },
        DELETED(true) {
            @Override
            void make(Path file) throws IOException {
                Files.delete(file);
            }
        },
        DELETED_AND_MADE_ANEW(true) {
            @Override
            void make(Path file) throws IOException {
                Files.delete(file);
                write(file, 2);
            }
        },
        SHORTENED(false) {
            @Override
            void make(Path file) throws IOException {
                try (var shorter = new RandomAccessFile(file.toFile(), "rw")) {
                    shorter.setLength(5000);
                }
            }
        },
        WRITTEN_OVER(false) {
            @Override
            void make(Path file) throws IOException {
                Path other = file.resolveSibling("other");
                write(other, 2);
                byte[] bytes = Files.readAllBytes(other);
                try (var over = new RandomAccessFile(file.toFile(), "rw")) {
                    over.write(bytes);
                }
            }
        };

        final boolean harmless;

        Change(boolean harmless) {
            this.harmless = harmless;
        }

        abstract void make(Path file) throws IOException;
    }

    private static void write(Path file, float factor) throws IOException {
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, Map.of())) {
            SafetensorsWriter.Column rows = writer.tensor("rows", ElementType.F32, ROWS, DIMENSION);
            rows.floats(values(factor), 0, ROWS * DIMENSION);
            writer.commit();
        }
    }

    private static float[] values(float factor) {
        float[] values = new float[ROWS * DIMENSION];
        for (int i = 0; i < values.length; i++) {
            values[i] = factor * i;
        }
        return values;
    }

    private Path file() throws IOException {
        Path file = folder.resolve("rows.safetensors");
        write(file, 1);
        return file;
    }

    private static Safetensors mapped(Path file) throws IOException {
        try (FileContent content = FileContent.open(file, 0)) {
            return Safetensors.open(file, content);
        }
    }

    /** Readings of the whole, of the last row and of selected rows, until they are no longer those of the file as opened. */
    private static boolean refused(Tensor tensor, CountDownLatch begun, CountDownLatch changed)
            throws InterruptedException {
        FeatureMatrix matrix = FeatureMatrix.of(tensor);
        FeatureMatrix picked = matrix.select(new int[] {ROWS - 1, 3});
        List<Supplier<float[]>> readings = List.of(
                tensor::toFloats,
                () -> matrix.row(ROWS - 1),
                () -> picked.row(0),
                () -> tensor.inMemory().toFloats());
        float[] all = values(1);
        float[] last = Arrays.copyOfRange(all, all.length - DIMENSION, all.length);
        List<float[]> expected = List.of(all, last, last, all);
        boolean last4 = false;
        for (int i = 0; i < 400 && !last4; i++) {
            last4 = changed.getCount() == 0 && i > 40;
            for (int r = 0; r < readings.size(); r++) {
                try {
                    assertThat(Arrays.equals(readings.get(r).get(), expected.get(r)))
                            .as("reading %d", r)
                            .isTrue();
                } catch (UncheckedIOException e) {
                    assertThat(e).hasCauseInstanceOf(ChangedFileException.class);
                    return true;
                }
            }
            begun.countDown();
        }
        return false;
    }

    @ParameterizedTest
    @EnumSource(Change.class)
    void mapped_changedUnderManyReaders_givesTheOldNumbersOrSaysSo(Change change) throws Exception {
        Path file = file();
        Tensor tensor = mapped(file).tensor("rows");
        var begun = new CountDownLatch(CALLERS);
        var changed = new CountDownLatch(1);
        try (ExecutorService pool = Executors.newFixedThreadPool(CALLERS)) {
            var readers = new ArrayList<Future<Boolean>>();
            for (int i = 0; i < CALLERS; i++) {
                readers.add(pool.submit(() -> refused(tensor, begun, changed)));
            }
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
            change.make(file);
            changed.countDown();
            for (Future<Boolean> reader : readers) {
                assertThat(reader.get()).isEqualTo(!change.harmless);
            }
        }
        if (!change.harmless) {
            assertThatThrownBy(tensor::requireUnchanged)
                    .hasRootCauseMessage(
                            file + ": was changed while it was in use, and what was read of it is no longer"
                                    + " sure; open it again, and replace files by moving others into their place");
        }
    }

    @ParameterizedTest
    @EnumSource(Change.class)
    void onHeap_changed_givesTheOldNumbers(Change change) throws IOException {
        Path file = file();
        String digest = Sha256.of(file);
        Safetensors onHeap = Safetensors.openOnHeap(file);
        Safetensors copied = Safetensors.open(file);
        change.make(file);
        for (Safetensors opened : List.of(onHeap, copied)) {
            assertThat(opened.tensor("rows").toFloats()).isEqualTo(values(1));
            assertThat(opened.sha256()).isEqualTo(digest);
        }
    }

    @Test
    void sha256_mapped_isThatOfTheFile() throws IOException {
        Path file = file();
        Safetensors mapped = mapped(file);
        assertThat(mapped.sha256()).isEqualTo(Sha256.of(file));
        Change.WRITTEN_OVER.make(file);
        assertThatThrownBy(mapped::sha256).hasCauseInstanceOf(ChangedFileException.class);
        assertThatThrownBy(() -> SafetensorsWriter.create(folder.resolve("copy"), Map.of())
                        .tensor("rows", ElementType.F32, ROWS, DIMENSION)
                        .append(mapped.tensor("rows")))
                .hasCauseInstanceOf(ChangedFileException.class);
    }
}
