// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.store.NpyWriter;
import io.github.stray.store.SafetensorsWriter;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Features drawn around four centres, or anywhere. */
final class Clusters {
    private static final int CENTRES = 4;

    private final float[] rows;
    private final long[] labels;
    private final int dimension;

    private Clusters(float[] rows, long[] labels, int dimension) {
        this.rows = rows;
        this.labels = labels;
        this.dimension = dimension;
    }

    static Clusters around(int count, int dimension, long seed) {
        return draw(count, dimension, seed, true);
    }

    static Clusters anywhere(int count, int dimension, long seed) {
        return draw(count, dimension, seed, false);
    }

    private static Clusters draw(int count, int dimension, long seed, boolean around) {
        var centres = new SplittableRandom(7);
        float[] means = new float[CENTRES * dimension];
        for (int i = 0; i < means.length; i++) {
            means[i] = (float) (3 * centres.nextGaussian());
        }
        var random = new SplittableRandom(seed);
        float[] rows = new float[count * dimension];
        long[] labels = new long[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % CENTRES;
            for (int j = 0; j < dimension; j++) {
                float mean = around ? means[(i % CENTRES) * dimension + j] : 0;
                rows[i * dimension + j] = mean + (float) (random.nextGaussian() * (around ? 1.2 : 2.5));
            }
        }
        return new Clusters(rows, labels, dimension);
    }

    Clusters with(int row, int column, float value) {
        float[] changed = rows.clone();
        changed[row * dimension + column] = value;
        return new Clusters(changed, labels, dimension);
    }

    int count() {
        return labels.length;
    }

    float[] values() {
        return rows.clone();
    }

    long[] labels() {
        return labels.clone();
    }

    double[] row(int i) {
        double[] row = new double[dimension];
        for (int j = 0; j < dimension; j++) {
            row[j] = rows[i * dimension + j];
        }
        return row;
    }

    Path npy(Path file) throws IOException {
        try (NpyWriter writer = NpyWriter.create(file, ElementType.F32, dimension)) {
            writer.floats(rows, 0, rows.length);
            writer.commit();
        }
        return file;
    }

    Path labelsNpy(Path file) throws IOException {
        try (NpyWriter writer = NpyWriter.create(file, ElementType.I64)) {
            writer.longs(labels);
            writer.commit();
        }
        return file;
    }

    /** With labels, ids {@code sample-0 ..}, class names, and a space that names the extractor. */
    Path safetensors(Path file, String extractor) throws IOException {
        var ids = new StringBuilder();
        for (int i = 0; i < count(); i++) {
            ids.append(i == 0 ? "" : "\n").append("sample-").append(i);
        }
        var tensors = new LinkedHashMap<String, Tensor>();
        tensors.put("features", Tensor.ofFloats(rows, count(), dimension));
        tensors.put("labels", Tensor.ofLongs(labels, count()));
        byte[] lines = ids.toString().getBytes(StandardCharsets.UTF_8);
        tensors.put("ids", Tensor.of(ElementType.U8, new long[] {lines.length}, MemorySegment.ofArray(lines)));
        SafetensorsWriter.write(
                file,
                tensors,
                Map.of(
                        "stray.space",
                        "{\"extractor\":\"%s\",\"layer\":\"features\",\"dimension\":%d,\"normalisation\":\"none\"}"
                                .formatted(extractor, dimension),
                        "stray.classes",
                        "[\"ash\",\"birch\",\"cedar\",\"date\"]"));
        return file;
    }
}
