// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.graph.OnnxGraph;
import io.github.stray.store.JsonNode;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.card.TextTower.Cleaning;
import io.github.stray.vision.card.TextTower.Padding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The text encoder of a Hugging Face export: {@code text_embeds}, or {@code pooler_output} of a family without projection, in
 * a file of its own or in that of the images.
 *
 * <p>A text has at most as many tokens as the table of positions has rows ({@code text_config.max_position_embeddings}, or the
 * family's default), and as {@code model_max_length} of {@code tokenizer_config.json} says; tables that lose their first rows
 * are found by running the network.
 */
final class HuggingFaceTexts {
    private static final String EMBEDDINGS = "text_embeds";
    private static final String POOLED = "pooler_output";
    private static final String CONTEXT = "max_position_embeddings";

    private HuggingFaceTexts() {}

    static FolderTexts read(Path folder, JsonNode<InvalidCardException> config, OnnxGraph images, ExportedFiles files)
            throws IOException {
        if (files.texts().isEmpty() && !images.outputs().contains(EMBEDDINGS)) {
            return FolderTexts.NONE;
        }
        Path network = files.texts().orElse(files.images());
        OnnxGraph graph = files.texts().isEmpty() ? images : OnnxGraph.read(network, network.toString());
        return FolderTexts.of(() -> read(folder, config, graph, network));
    }

    private static FolderTexts read(Path folder, JsonNode<InvalidCardException> config, OnnxGraph graph, Path network)
            throws IOException {
        Optional<TextFamilies> family =
                TextFamilies.of(config.at("model_type").or("").text());
        String output = output(graph, network, family);
        TokenizerFiles tokenizer = TokenizerFiles.read(folder, network);
        JsonNode<InvalidCardException> part = config.at("text_config").isPresent() ? config.at("text_config") : config;
        JsonNode<InvalidCardException> rows = part.at(CONTEXT);
        Optional<Integer> positions = family.isPresent()
                ? Optional.of(rows.or(family.get().positions()).whole(1))
                : rows.optional(row -> row.whole(1));
        int context = Stream.of(positions, tokenizer.longest())
                .flatMap(Optional::stream)
                .min(Integer::compare)
                .orElseThrow(() -> new NoTextsException(
                        "%s has no %s, and %s no model_max_length: how long a text may be is not guessed"
                                .formatted(part.source(), CONTEXT, tokenizer.settings())));
        return new FolderTexts(
                Optional.of(new TextSource(
                        network,
                        "",
                        graph,
                        output,
                        tokenizer,
                        tokenizer.requireId("pad_token"),
                        new TextSource.Context(context, false),
                        family.map(TextFamilies::padding).orElse(Padding.CONTEXT),
                        Cleaning.NONE,
                        family.filter(TextFamilies::clip).isPresent())),
                List.of());
    }

    private static String output(OnnxGraph graph, Path network, Optional<TextFamilies> family) throws IOException {
        if (graph.outputs().contains(EMBEDDINGS)) {
            return EMBEDDINGS;
        }
        FolderLayout.requireTexts(graph, graph.outputs(), network);
        if (family.filter(TextFamilies::pooled).isPresent() && graph.outputs().contains(POOLED)) {
            return POOLED;
        }
        throw new NoTextsException(
                "%s has the outputs %s, expected %s: the embeddings of texts, projected to the dimension of the images'"
                        .formatted(network, graph.outputs(), EMBEDDINGS));
    }
}
