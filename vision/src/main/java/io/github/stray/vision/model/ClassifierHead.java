// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import io.github.stray.extract.Extraction;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.graph.LinearLayer;
import io.github.stray.graph.OnnxGraph;
import io.github.stray.probe.LinearHead;
import io.github.stray.probe.SeenSamples;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.onnx.NetworkLayer;
import io.github.stray.vision.onnx.Normalisation;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The last linear layer of a classifier, taken out of its network: {@code logits = W features + b}.
 *
 * @param head the layer, for rows of the extractor's layer {@code features}, with the class names of its card
 * @param dequantised whether the network holds the weights as integers; its own logits are then rounded, and these are not
 * @param difference on generated images, the largest norm of the difference to the network's own logits, as a fraction of
 *     their norm
 * @param sameClass on the same images, the share for which the largest logit is of the same class
 */
public record ClassifierHead(LinearHead head, boolean dequantised, double difference, double sameClass) {
    /** Largest {@link #difference} that counts as rounding of a float32 network. */
    public static final double ROUNDING = 1e-4;

    /** The same of a network that rounds features and logits to 8 bits. */
    public static final double QUANTISED_ROUNDING = 0.25;

    private static final int IMAGES = 16;

    static ClassifierHead of(ExtractorCard card, OnnxGraph graph, FeatureExtractor extractor) throws IOException {
        NetworkLayer logits = layer(card, Layer.LOGITS);
        NetworkLayer features = layer(card, Layer.FEATURES);
        LinearLayer linear = graph.linearLayer(logits.tensor());
        if (!graph.sameValues(features.tensor(), linear.input())
                || features.dimension() != linear.dimension()
                || logits.dimension() != linear.classes()) {
            throw new InvalidCardException(
                    "the last linear layer of %s makes %d logits from %d numbers of '%s', but its layer features is '%s' with %d; add the network again with what stands before its logits as features"
                            .formatted(
                                    card.id(),
                                    linear.classes(),
                                    linear.dimension(),
                                    linear.input(),
                                    features.tensor(),
                                    features.dimension()),
                    Remedy.NETWORK_LAYERS,
                    "features=before(%s),logits=%s".formatted(logits.tensor(), logits.tensor()));
        }
        FeatureSpace space = Objects.requireNonNull(extractor.layers().get(Layer.FEATURES));
        LinearHead head = new LinearHead(
                FeatureMatrix.copyOf(linear.weight(), linear.classes(), linear.dimension()),
                linear.bias(),
                Optional.empty(),
                card.classNames(),
                space,
                SeenSamples.UNKNOWN);
        ClassifierHead taken = compared(head, linear.dequantised(), extractor);
        double allowed = linear.dequantised() ? QUANTISED_ROUNDING : ROUNDING;
        if (!(taken.difference <= allowed)) {
            throw new InvalidCardException(
                    "the last linear layer of %s was read as %s, and on generated images its logits differ by %.1e from the network's own (allowed %.0e): something else stands in between"
                            .formatted(card.id(), head, taken.difference, allowed));
        }
        return taken;
    }

    private static NetworkLayer layer(ExtractorCard card, Layer name) {
        NetworkLayer layer = card.layers().get(name);
        if (layer == null) {
            throw new RefusedException(
                    "extractor %s has no layer '%s', only %s; a head leads from features to logits: add the classifier with both, T being its tensor of logits"
                            .formatted(card.id(), name, card.layers().keySet()),
                    Remedy.NETWORK_LAYERS,
                    "features=before(T),logits=T");
        }
        if (layer.normalisation() != Normalisation.NONE) {
            throw new IllegalArgumentException(
                    "layer '%s' of %s is normalised (%s), and the network's head works on what is not; add the network again with that layer as it is"
                            .formatted(name, card.id(), layer.normalisation().id()));
        }
        return layer;
    }

    private static ClassifierHead compared(LinearHead head, boolean dequantised, FeatureExtractor extractor)
            throws IOException {
        Extraction extraction = extractor.extract(
                GeneratedImages.of(IMAGES, extractor),
                new ExtractionOptions(List.of(Layer.FEATURES, Layer.LOGITS), IMAGES, 1));
        if (!extraction.failed().isEmpty()) {
            throw new IOException("extractor %s failed on a generated image: %s"
                    .formatted(extractor.id(), extraction.failed().getFirst().reason()));
        }
        FeatureSet features = extraction.features();
        FeatureMatrix expected = features.layer(Layer.LOGITS).orElseThrow().features();
        FeatureMatrix actual = head.logits(features).features();
        double largest = 0;
        int same = 0;
        for (int i = 0; i < IMAGES; i++) {
            float[] network = expected.row(i);
            float[] own = actual.row(i);
            double square = 0;
            double norm = 0;
            for (int c = 0; c < own.length; c++) {
                square += Math.pow((double) own[c] - network[c], 2);
                norm += Math.pow(network[c], 2);
            }
            largest = Math.max(largest, square == 0 ? 0 : Math.sqrt(square / norm));
            same += largest(own) == largest(network) ? 1 : 0;
        }
        return new ClassifierHead(head, dequantised, largest, (double) same / IMAGES);
    }

    private static int largest(float[] logits) {
        int best = 0;
        for (int c = 1; c < logits.length; c++) {
            best = logits[c] > logits[best] ? c : best;
        }
        return best;
    }
}
