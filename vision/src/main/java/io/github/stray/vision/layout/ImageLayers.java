// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.graph.NetworkEnd;
import io.github.stray.graph.OnnxGraph;
import io.github.stray.remedy.Remedy;
import io.github.stray.store.JsonNode;
import io.github.stray.vision.card.InvalidCardException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the layers of an exported network come out: by its outputs, and for base networks by its family.
 *
 * <ul>
 *   <li>{@code image_embeds}: embeddings of unit norm; features are what its projection reads, or, where there is none, the
 *       same vector as it is; patches where the graph has the usual shape.
 *   <li>{@code logits}: these and what their last linear layer reads; without one, the logits alone.
 *   <li>neither: as {@link Families} says.
 * </ul>
 *
 * @param output as {@code NetworkOptions} takes it
 * @param notes what a reader of the card must know
 */
record ImageLayers(String output, List<String> notes) {
    static final String EMBEDDINGS = "image_embeds";
    static final String TOKENS = "last_hidden_state";
    static final String POOLED = "pooler_output";
    private static final String LOGITS = "logits";

    /**
     * Derives layers.
     *
     * @param paired whether texts lie beside it, whose embeddings are compared with the pooled output
     */
    static ImageLayers of(JsonNode<InvalidCardException> config, OnnxGraph graph, Path network, boolean paired)
            throws IOException {
        List<String> outputs = graph.outputs();
        JsonNode<InvalidCardException> type = config.at("model_type");
        Optional<Families> family = Families.of(type.or("").text());
        if (outputs.contains(EMBEDDINGS)) {
            return of(graph, EMBEDDINGS);
        }
        if (outputs.contains(LOGITS)) {
            return classifier(graph, LOGITS);
        }
        if (family.isPresent() && (outputs.contains(POOLED) || outputs.contains(TOKENS))) {
            return base(family.get(), config, outputs, paired);
        }
        throw new InvalidCardException(
                String.valueOf(type.refused(
                                "with the outputs %s is not known: say how the tokens of %s become features, by class, mean or pooler"
                                        .formatted(outputs, network))
                        .getMessage()),
                Remedy.NETWORK_POOL,
                "mean");
    }

    /** The layers of a classifier. */
    static ImageLayers classifier(OnnxGraph graph, String logits) throws IOException {
        String features = "before(%s)".formatted(logits);
        return FolderLayout.exposes(graph, features)
                ? new ImageLayers("features=%s,logits=%s".formatted(features, logits), List.of())
                : new ImageLayers(
                        "logits=" + logits, List.of("no features: no linear layer stands in front of the logits"));
    }

    /** The layers of a network that gives embeddings. */
    static ImageLayers of(OnnxGraph graph, String embeddings) throws IOException {
        String before = "before(%s)".formatted(embeddings);
        String patches = "patches(%s)".formatted(embeddings);
        Optional<String> hidden = new NetworkEnd(graph).beforeHidden(embeddings);
        boolean projected = FolderLayout.exposes(graph, before);
        String features = hidden.orElse(projected ? before : new NetworkEnd(graph).beforeNorm(embeddings));
        var layers = new ArrayList<>(List.of("features=" + features, "embeddings=%s:l2".formatted(embeddings)));
        if (FolderLayout.exposes(graph, patches)) {
            layers.add("patches=" + patches);
        }
        return new ImageLayers(
                String.join(",", layers),
                hidden.isPresent()
                        ? List.of("features are what the projection of two linear layers reads")
                        : projected
                                ? List.of()
                                : List.of("features are the embeddings as they are: there is no projection"));
    }

    /**
     * The layers of a network of which nothing is said: those that its outputs name, or of a classifier, which is told by its last
     * activation.
     *
     * @param classifier whether it is known to be one
     * @return empty where its outputs do not say what they are
     */
    static Optional<String> ofOutputs(OnnxGraph graph, boolean classifier) throws IOException {
        List<String> outputs = graph.outputs();
        if (outputs.contains(EMBEDDINGS)) {
            return Optional.of(of(graph, EMBEDDINGS).output());
        }
        Optional<String> classes = outputs.contains(LOGITS)
                ? Optional.of(LOGITS)
                : Optional.of(outputs)
                        .filter(one -> one.size() == 1)
                        .map(List::getFirst)
                        .filter(one -> classifier
                                || new NetworkEnd(graph).logitsOf(one).isPresent());
        if (classes.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(classifier(graph, classes.get()).output());
    }

    private static ImageLayers base(
            Families family, JsonNode<InvalidCardException> config, List<String> outputs, boolean paired)
            throws InvalidCardException {
        int others = family.others().orElse(0)
                + config.at("num_register_tokens").or(0).whole(0);
        boolean pooled = outputs.contains(POOLED)
                && (family.features() != Families.Features.CLASS_TOKEN || !outputs.contains(TOKENS));
        String all = others == 0 ? TOKENS : "tokens(%s, %d..)".formatted(TOKENS, others);
        String features = pooled
                ? POOLED
                : family.features() == Families.Features.POOLED_OR_MEAN
                        ? "mean(%s)".formatted(all)
                        : "class_token(%s)".formatted(TOKENS);
        var layers = new ArrayList<>(List.of("features=" + features));
        if (paired) {
            layers.add("embeddings=" + features + ":l2");
        }
        if (family.others().isPresent() && outputs.contains(TOKENS)) {
            layers.add("patches=tokens(%s, %d..)".formatted(TOKENS, others));
        }
        return new ImageLayers(
                String.join(",", layers), pooled || family.note().isEmpty() ? List.of() : List.of(family.note()));
    }
}
