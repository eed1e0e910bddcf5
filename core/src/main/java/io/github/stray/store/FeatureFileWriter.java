// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureSink;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.provenance.Provenance;
import io.github.stray.tensor.ElementType;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Writes a features file ({@link FeatureFile}, safetensors, F32) while features arrive. Memory does not grow with the
 * samples; layers after the first are spooled beside the target. Labels are kept only if every sample has one. The file
 * appears when it is committed; {@link #close()} without commit leaves nothing. Failed samples have no row.
 *
 * <p>Not safe for concurrent use.
 */
public final class FeatureFileWriter implements FeatureSink, Closeable {
    private final SafetensorsWriter writer;
    private final Map<Layer, FeatureSpace> spaces;
    private final List<String> classNames;
    private final Map<Layer, SafetensorsWriter.Column> layers = new LinkedHashMap<>();
    private SafetensorsWriter.@Nullable Column labels;
    private SafetensorsWriter.@Nullable Column ids;
    private long patches;
    private long rows;
    private boolean labelled = true;

    private FeatureFileWriter(SafetensorsWriter writer, Map<Layer, FeatureSpace> spaces, List<String> classNames) {
        this.writer = writer;
        this.spaces = spaces;
        this.classNames = classNames;
    }

    /**
     * {@return the writer of a new file}
     *
     * @param target its name; an existing file is replaced on commit
     * @param layers space of each layer to write, in the order wanted
     * @param classNames class names in label order; empty if unknown
     * @param dataset name of the set
     * @param provenance where the features come from
     * @throws IllegalArgumentException if there is no layer
     * @throws IOException if no file can be made there; the message says why
     */
    public static FeatureFileWriter create(
            Path target,
            Map<Layer, FeatureSpace> layers,
            List<String> classNames,
            String dataset,
            Provenance provenance)
            throws IOException {
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("a file of features needs at least one layer");
        }
        var spaces = new LinkedHashMap<>(layers);
        return new FeatureFileWriter(
                SafetensorsWriter.create(
                        target, FeatureFile.metadata(spaces, classNames, Optional.of(dataset), provenance)),
                spaces,
                List.copyOf(classNames));
    }

    /**
     * Appends rows. A batch that is refused leaves nothing behind: the next one may follow.
     *
     * @param batch samples with every layer of this file; further layers are ignored
     * @throws IllegalArgumentException if a layer is missing or has the wrong length, a label has no class, or an id holds
     *     a line break
     * @throws IOException if they cannot be written
     */
    @Override
    public void accept(FeatureBatch batch) throws IOException {
        int n = batch.ids().size();
        if (batch.labels().size() != n) {
            throw new IllegalArgumentException(
                    "%d labels for %d ids".formatted(batch.labels().size(), n));
        }
        if (n == 0) {
            return;
        }
        for (Layer layer : spaces.keySet()) {
            requireLength(layer, batch.layers().get(layer), n);
        }
        var encoded = new ArrayList<byte[]>(n);
        for (int i = 0; i < n; i++) {
            requireClass(batch.ids().get(i), batch.labels().get(i));
            encoded.add(IdLines.encode(batch.ids().get(i), rows + i == 0));
        }
        if (spaces.containsKey(Layer.PATCHES) && patches == 0) {
            patches = Objects.requireNonNull(batch.layers().get(Layer.PATCHES)).length / n / dimension(Layer.PATCHES);
        }
        declare();
        for (var layer : layers.entrySet()) {
            float[] values = Objects.requireNonNull(batch.layers().get(layer.getKey()));
            layer.getValue().floats(values, 0, values.length);
        }
        for (int i = 0; i < n; i++) {
            Objects.requireNonNull(ids).bytes(encoded.get(i));
            OptionalInt label = batch.labels().get(i);
            labelled = labelled && label.isPresent();
            if (labelled) {
                Objects.requireNonNull(labels).longs(label.getAsInt());
            }
        }
        rows += n;
    }

    private void requireClass(String id, OptionalInt label) {
        if (label.isEmpty()) {
            return;
        }
        int value = label.getAsInt();
        if (value < 0 || (!classNames.isEmpty() && value >= classNames.size())) {
            throw new IllegalArgumentException("label %d of sample '%s' has no class: %s"
                    .formatted(
                            value,
                            id,
                            classNames.isEmpty()
                                    ? "labels start at 0"
                                    : "there are %d class names".formatted(classNames.size())));
        }
    }

    private void requireLength(Layer layer, float @Nullable [] values, int n) {
        if (values == null) {
            throw new IllegalArgumentException("the batch lacks layer '%s'".formatted(layer));
        }
        int d = dimension(layer);
        boolean fits;
        if (layer == Layer.PATCHES) {
            long perSample = values.length / n / d;
            fits = perSample > 0 && (patches == 0 || patches == perSample) && perSample * n * d == values.length;
        } else {
            fits = (long) n * d == values.length;
        }
        if (!fits) {
            throw new IllegalArgumentException(
                    "layer '%s' has %d values for %d samples of dimension %d".formatted(layer, values.length, n, d));
        }
    }

    private int dimension(Layer layer) {
        return Objects.requireNonNull(spaces.get(layer)).dimension();
    }

    /** How many patches a sample has is known from the first batch. */
    private void declare() {
        if (ids != null) {
            return;
        }
        for (Layer layer : spaces.keySet()) {
            long[] row = layer == Layer.PATCHES
                    ? new long[] {Math.max(1, patches), dimension(layer)}
                    : new long[] {dimension(layer)};
            layers.put(layer, writer.rows(layer.id(), ElementType.F32, row));
        }
        labels = writer.rows("labels", ElementType.I64);
        ids = writer.rows("ids", ElementType.U8);
    }

    @Override
    public void failed(FailedSample failed) {}

    /** {@return the number of rows so far} */
    public long rows() {
        return rows;
    }

    /**
     * Completes the file and gives it its name. A file without rows is written too.
     *
     * @throws IOException if it cannot be written; the target is then as it was
     */
    public void commit() throws IOException {
        declare();
        if (!labelled || rows == 0) {
            Objects.requireNonNull(labels).discard();
        }
        writer.commit();
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
