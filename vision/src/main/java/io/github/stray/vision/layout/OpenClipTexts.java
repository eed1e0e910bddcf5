// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.graph.OnnxGraph;
import io.github.stray.store.JsonNode;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.card.TextTower;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The text encoder of an open_clip network, by its {@code text_cfg}: texts are cleaned as {@code tokenizer_kwargs.clean} says,
 * and filled up to {@code context_length}, 77 where it is not given. open_clip's own tokenizer fills with token 0, whatever the
 * files of the tokenizer name, which is seen by networks without a causal mask; a tokenizer of Hugging Face
 * ({@code hf_tokenizer_name}) fills with its own {@code pad_token}.
 */
final class OpenClipTexts {
    private static final int USUAL_CONTEXT = 77;
    private static final Set<String> TOKENIZER_ARGUMENTS = Set.of("clean");

    private OpenClipTexts() {}

    /**
     * Reads it.
     *
     * @param network its file, whose only output are the embeddings
     * @param place folder of the extractor in which it is installed
     * @param home where the tokenizer lies
     * @param settings {@code text_cfg}
     */
    static FolderTexts read(Path network, String place, Path home, JsonNode<InvalidCardException> settings)
            throws IOException {
        OnnxGraph graph = OnnxGraph.read(network, network.toString());
        FolderLayout.requireTexts(graph, graph.outputs(), network);
        if (graph.outputs().size() != 1) {
            throw new InvalidCardException(
                    "%s has the outputs %s, expected one: the embeddings of texts".formatted(network, graph.outputs()));
        }
        // A mask of attention is what encoders of Hugging Face take, whose tokenizers are their own.
        boolean foreign =
                settings.at("hf_tokenizer_name").isPresent() || graph.inputs().contains(TextSource.MASK);
        return FolderTexts.of(() -> {
            TextTower.Cleaning cleaning = cleaning(settings, foreign ? "whitespace" : "lower");
            TokenizerFiles tokenizer = TokenizerFiles.read(home, network);
            int pad = foreign ? tokenizer.requireId("pad_token") : 0;
            var source = new TextSource(
                    network,
                    place,
                    graph,
                    graph.outputs().getFirst(),
                    tokenizer,
                    pad,
                    new TextSource.Context(
                            settings.at("context_length").or(USUAL_CONTEXT).whole(1), true),
                    TextTower.Padding.CONTEXT,
                    cleaning,
                    !foreign);
            return new FolderTexts(Optional.of(source), padding(tokenizer, pad));
        });
    }

    private static List<String> padding(TokenizerFiles tokenizer, int pad) throws IOException {
        return tokenizer.id("pad_token").filter(other -> other != pad).isEmpty()
                ? List.of()
                : List.of("texts are filled up with token %d, as open_clip does, and not with the tokenizer's '%s'"
                        .formatted(pad, tokenizer.special().get("pad_token")));
    }

    private static TextTower.Cleaning cleaning(JsonNode<InvalidCardException> settings, String usual)
            throws IOException {
        JsonNode<InvalidCardException> arguments =
                settings.at("tokenizer_kwargs").or(Map.of());
        for (String key : arguments.keys()) {
            if (!TOKENIZER_ARGUMENTS.contains(key)) {
                throw NoTextsException.of(arguments.at(key).refused("is not known, and may change the tokens"));
            }
        }
        JsonNode<InvalidCardException> clean = arguments.at("clean").or(usual);
        try {
            return clean.oneOf(TextTower.Cleaning.values(), TextTower.Cleaning::id);
        } catch (InvalidCardException e) {
            throw NoTextsException.of(e);
        }
    }
}
