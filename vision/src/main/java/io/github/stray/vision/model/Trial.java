// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import io.github.stray.feature.Layer;
import io.github.stray.graph.OnnxGraph;
import io.github.stray.graph.UnsteadyNodes;
import io.github.stray.provenance.Provenance;
import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.card.ReferenceFeatures;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.InvalidNetworkException;
import io.github.stray.vision.onnx.NetworkSource;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.onnx.OnnxNetwork;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The first runs of an extractor that is being installed, on generated images: whether its features can be relied on, and
 * what they are.
 *
 * @param card what is known of it
 * @param network its network of images
 * @param graph the graph of that
 */
record Trial(ExtractorCard card, NetworkSource network, OnnxGraph graph) {
    private static final int BATCH = 4;

    /** Error of quantisation that a network may have, as a fraction of the norm of its features. */
    private static final double GROSS = 0.5;

    static Trial of(ExtractorCard card, NetworkSource network) throws IOException {
        return new Trial(card, network, network.graph());
    }

    /**
     * The card with what the network made of the first image, unless it says so already, and with batches of one image
     * where its features would depend on the others. It is run as it is written first: ONNX Runtime computes constants while it
     * optimises, in which nothing could stop it, and that takes no longer than the run, which is stopped.
     */
    ExtractorCard tried() throws IOException {
        Map<Layer, float[]> asWritten;
        try (OnnxExtractor extractor = StoredModel.open(card, network, InferenceOptions.AS_WRITTEN)) {
            asWritten = rows(extractor, 1, 1);
        }
        ExtractorCard steady = card;
        Map<Layer, float[]> rows;
        try (OnnxExtractor extractor = StoredModel.open(card, network, InferenceOptions.ONE_THREAD)) {
            rows = rows(extractor, BATCH, 1);
            requireSteady(rows(extractor, 1, 1), rows);
            if (card.input().batch().isEmpty() && dependsOnBatch(extractor, rows)) {
                steady = card.withInput(card.input().single());
            }
        }
        rows.replaceAll((layer, values) -> Arrays.copyOf(values, Objects.requireNonNull(asWritten.get(layer)).length));
        ReferenceFeatures made = reference(rows);
        requireLike(made, asWritten);
        return steady.reference().isPresent() ? steady : steady.withReference(made);
    }

    private Map<Layer, float[]> rows(OnnxExtractor extractor, int images, int batch) throws IOException {
        return ModelCheck.rows(
                extractor,
                GeneratedImages.of(images, extractor),
                List.copyOf(card.layers().keySet()),
                batch,
                1);
    }

    /** Dynamically quantised networks take the range of their integers from the batch; others were traced for one image. */
    private boolean dependsOnBatch(OnnxExtractor extractor, Map<Layer, float[]> single) throws IOException {
        double difference;
        try {
            difference = ModelCheck.difference(single, rows(extractor, BATCH, BATCH));
        } catch (InvalidNetworkException e) {
            return true;
        }
        Optional<String> training = UnsteadyNodes.training(graph);
        if (difference > ModelCheck.ROUNDING && training.isPresent()) {
            throw new InvalidNetworkException(
                    "%s normalises images by the others of their batch, by %s: export it for inference (model.eval())"
                            .formatted(network.name(), training.get()));
        }
        return difference > ModelCheck.ROUNDING;
    }

    /** Rounding is allowed: an MAE that masks nothing still shuffles its patches, and sums come out in another order. */
    private void requireSteady(Map<Layer, float[]> again, Map<Layer, float[]> rows) throws InvalidNetworkException {
        double difference = ModelCheck.difference(again, rows);
        if (difference > ModelCheck.ROUNDING) {
            throw new InvalidNetworkException(
                    "%s gives other features each time it sees an image (by %.1e of the largest value)%s: export it for inference, and so that it draws no random numbers"
                            .formatted(
                                    network.name(),
                                    difference,
                                    UnsteadyNodes.drawing(graph)
                                            .or(() -> UnsteadyNodes.training(graph))
                                            .map(node -> ", by " + node)
                                            .orElse("")));
        }
    }

    /**
     * ONNX Runtime changes a graph before it runs it; that must not change what comes out. Where it brings floats that stand
     * for integers to integers, it does within the error of quantisation, so only gross faults are found.
     */
    private void requireLike(ReferenceFeatures optimised, Map<Layer, float[]> asWritten)
            throws InvalidNetworkException {
        double allowed = graph.quantised() ? GROSS : optimised.tolerance();
        for (Map.Entry<Layer, float[]> layer : asWritten.entrySet()) {
            double difference = optimised.difference(layer.getKey(), layer.getValue());
            if (difference > allowed) {
                throw new InvalidNetworkException(
                        "%s is miscomputed by ONNX Runtime %s: its optimisations change layer '%s' by %.1e of its norm (allowed %.1e). Simplify it before (onnxsim, onnxslim), or export it with another version"
                                .formatted(
                                        network.name(),
                                        OnnxNetwork.runtimeVersion(),
                                        layer.getKey(),
                                        difference,
                                        allowed));
            }
        }
    }

    private ReferenceFeatures reference(Map<Layer, float[]> rows) {
        var layers = new LinkedHashMap<Layer, List<Float>>();
        rows.forEach((layer, values) -> layers.put(layer, first(values)));
        String origin = "Stray %s, ONNX Runtime %s, %s %s"
                .formatted(
                        Provenance.version(),
                        OnnxNetwork.runtimeVersion(),
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"));
        boolean coarse = graph.quantised() || graph.halfPrecision();
        return new ReferenceFeatures(origin, coarse ? ReferenceFeatures.QUANTISED : ReferenceFeatures.ROUNDING, layers);
    }

    private static List<Float> first(float[] values) {
        float[] kept = Arrays.copyOf(values, Math.min(values.length, ReferenceFeatures.MOST_VALUES));
        return IntStream.range(0, kept.length).mapToObj(i -> kept[i]).toList();
    }
}
