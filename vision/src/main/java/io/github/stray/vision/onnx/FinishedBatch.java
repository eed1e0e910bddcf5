// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureSink;
import io.github.stray.feature.Layer;
import io.github.stray.vision.preprocess.PreparedImages.Prepared;
import io.github.stray.vision.preprocess.PreparedImages.Prepared.Image;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Samples that went through a network at once, in order, and the features of the readable ones.
 *
 * @param samples readable ones and others
 * @param kinds what each layer is
 * @param layers for each layer the rows of the readable samples, as the network gave them
 */
record FinishedBatch(List<Prepared> samples, Map<Layer, NetworkLayer> kinds, Map<Layer, float[]> layers) {
    /** Runs the readable samples through a network at once, on the calling thread. */
    static FinishedBatch of(Inference inference, List<Prepared> samples, FloatBuffer buffer)
            throws InvalidNetworkException {
        List<Image> images = samples.stream()
                .filter(Image.class::isInstance)
                .map(Image.class::cast)
                .toList();
        return new FinishedBatch(
                samples, inference.layers(), images.isEmpty() ? Map.of() : inference.run(images, buffer));
    }

    /** Delivers features and failures in their order. Only once: rows are normalised in their place. */
    void deliver(FeatureSink sink) throws IOException {
        var rows = new Rows(this, sink);
        for (Prepared sample : samples) {
            Optional<FailedSample> failed = switch (sample) {
                case Prepared.Failed(FailedSample unreadable) -> Optional.of(unreadable);
                case Image image -> rows.add(image).map(fault -> new FailedSample(image.id(), fault));
            };
            if (failed.isPresent()) {
                rows.flush();
                sink.failed(failed.get());
            }
        }
        rows.flush();
    }

    /** Consecutive readable samples on their way to the sink, which gets the arrays themselves where no sample failed. */
    private static final class Rows {
        private final FeatureSink sink;
        private final Map<Layer, NetworkLayer> kinds;
        private final Map<Layer, float[]> layers;
        private final int readable;
        private final List<String> ids = new ArrayList<>();
        private final List<OptionalInt> labels = new ArrayList<>();

        /** The first row that is neither delivered nor failed. */
        private int first;

        private int next;

        Rows(FinishedBatch finished, FeatureSink sink) {
            this.sink = sink;
            this.kinds = finished.kinds;
            this.layers = finished.layers;
            this.readable = (int)
                    finished.samples.stream().filter(Image.class::isInstance).count();
        }

        /** Adds the next row, normalised in its place, or says why its features are none. */
        Optional<String> add(Image image) {
            int row = next++;
            for (Map.Entry<Layer, NetworkLayer> layer : kinds.entrySet()) {
                Optional<String> fault = fault(layer.getKey(), layer.getValue(), row);
                if (fault.isPresent()) {
                    return fault;
                }
            }
            ids.add(image.id());
            labels.add(image.label());
            return Optional.empty();
        }

        private Optional<String> fault(Layer name, NetworkLayer layer, int row) {
            int d = layer.dimension();
            float[] values = Objects.requireNonNull(layers.get(name));
            int length = values.length / readable;
            for (int j = 0; j < length; j++) {
                float value = values[row * length + j];
                if (!Float.isFinite(value)) {
                    return Optional.of("the network gave %s at dimension %d of layer %s".formatted(value, j % d, name));
                }
            }
            return layer.normalisation() == Normalisation.L2 && !normalise(values, row * length, (row + 1) * length, d)
                    ? Optional.of("layer %s came out as zeros and has no direction".formatted(name))
                    : Optional.empty();
        }

        private static boolean normalise(float[] values, int start, int end, int d) {
            for (int from = start; from < end; from += d) {
                double sum = 0;
                for (int j = from; j < from + d; j++) {
                    sum += (double) values[j] * values[j];
                }
                double norm = Math.sqrt(sum);
                if (norm == 0) {
                    return false;
                }
                for (int j = from; j < from + d; j++) {
                    values[j] = (float) (values[j] / norm);
                }
            }
            return true;
        }

        /** Delivers the rows that were added since the last time. */
        void flush() throws IOException {
            int from = first;
            int to = first + ids.size();
            first = next;
            if (from == to) {
                return;
            }
            var part = new HashMap<Layer, float[]>();
            layers.forEach((layer, values) -> {
                int length = values.length / readable;
                boolean all = to - from == readable;
                part.put(layer, all ? values : Arrays.copyOfRange(values, from * length, to * length));
            });
            var features = new FeatureBatch(List.copyOf(ids), List.copyOf(labels), Map.copyOf(part));
            ids.clear();
            labels.clear();
            sink.accept(features);
        }
    }
}
