// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.graph.OnnxGraph;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.card.TextTower;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.InputTensor;
import io.github.stray.vision.onnx.NetworkSource;
import io.github.stray.vision.onnx.OnnxNetwork;
import io.github.stray.vision.onnx.OnnxNetwork.Output;
import io.github.stray.vision.onnx.TensorSignature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A text encoder in a folder without a card.
 *
 * @param network its file
 * @param place folder of the extractor in which it is installed: empty, or with a slash behind it
 * @param graph its graph
 * @param output name of the embeddings
 * @param tokenizer its tokenizer
 * @param context most tokens of a text
 * @param cleaning what is done to a text before the tokenizer
 * @param clip whether it is CLIP's own, whose vocabulary must be as long as its table of embeddings, and whose end token
 *     must stand behind a text, since the embedding is taken at its place
 */
public record TextSource(
        Path network,
        String place,
        OnnxGraph graph,
        String output,
        TokenizerFiles tokenizer,
        int context,
        TextTower.Cleaning cleaning,
        boolean clip) {
    static final String MASK = "attention_mask";
    private static final String TYPES = "token_type_ids";

    /**
     * The text part of the card; the network is run once.
     *
     * @param digests file name to SHA-256 of what the text encoder consists of
     * @param licence of the weights
     * @param origin where they come from
     * @return the part
     * @throws IOException if network and tokenizer do not fit, or cannot be read
     */
    public TextTower tower(Map<String, String> digests, String licence, String origin) throws IOException {
        FolderLayout.requireTexts(graph, List.of(output), network);
        List<String> inputs = graph.inputs(List.of(output));
        List<String> ids = inputs.stream()
                .filter(input -> !input.equals(MASK) && !input.equals(TYPES))
                .toList();
        if (ids.size() != 1) {
            throw new InvalidCardException(
                    "%s takes %s, expected the ids of tokens and at most %s and %s besides: the other inputs are not known"
                            .formatted(network, inputs, MASK, TYPES));
        }
        requireTokenizerFits(ids.getFirst());
        int pad = tokenizer.requireId("pad_token");
        return new TextTower(
                licence,
                origin,
                place + network.getFileName(),
                place + tokenizer.tokenizer().getFileName(),
                digests,
                ids.getFirst(),
                Optional.of(MASK).filter(inputs::contains),
                Optional.of(TYPES).filter(inputs::contains),
                output,
                TextTower.Pooling.NONE,
                dimension(inputs, ids.getFirst(), pad),
                context,
                TextTower.Padding.CONTEXT,
                pad,
                cleaning);
    }

    private void requireTokenizerFits(String ids) throws IOException {
        Optional<Integer> end = tokenizer.id("eos_token");
        tokenizer.id("bos_token");
        OptionalLong rows = graph.tableRows(ids);
        long size = tokenizer.size();
        if (rows.isPresent() && (size > rows.getAsLong() || (clip && size != rows.getAsLong()))) {
            throw new InvalidCardException(
                    "%s knows %d tokens, and %s has embeddings for %d: it is the tokenizer of another model"
                            .formatted(tokenizer.tokenizer(), size, network, rows.getAsLong()));
        }
        if (clip) {
            tokenizer.requireId("eos_token");
            String token = Objects.requireNonNull(tokenizer.special().get("eos_token"));
            if (!tokenizer.ending().contains(token)) {
                throw new InvalidCardException(
                        "%s does not put '%s' (%d) behind a text, where the network looks for its embedding: it is not CLIP's"
                                .formatted(tokenizer.tokenizer(), token, end.orElseThrow()));
            }
        }
    }

    private int dimension(List<String> inputs, String ids, int pad) throws IOException {
        try (OnnxNetwork loaded =
                OnnxNetwork.load(NetworkSource.of(network).withOutputs(List.of(output)), InferenceOptions.ONE_THREAD)) {
            for (TensorSignature input : loaded.inputs()) {
                long declared = input.shape().size() == 2 ? input.shape().get(1) : -1;
                if (declared >= 0 && declared != context) {
                    throw new InvalidCardException("input of %s is %s, and the settings beside it say %d tokens"
                            .formatted(network, input, context));
                }
            }
            long[] tokens = new long[context];
            Arrays.fill(tokens, pad);
            tokens[0] = tokenizer.id("bos_token").orElse(pad);
            tokens[Math.min(1, context - 1)] = tokenizer.id("eos_token").orElse(pad);
            long[] shape = {1, context};
            var values = new LinkedHashMap<String, InputTensor>();
            for (String input : inputs) {
                long[] ones = new long[context];
                Arrays.fill(ones, 0, Math.min(2, context), 1);
                long[] numbers = input.equals(ids) ? tokens : input.equals(MASK) ? ones : new long[context];
                values.put(input, new InputTensor.Integers(numbers, shape));
            }
            Output row =
                    Objects.requireNonNull(loaded.run(values, List.of(output)).get(output));
            if (row.shape().size() != 2 || row.shape().getFirst() != 1) {
                throw new InvalidCardException("output '%s' of %s came out as %s, expected [1, d] for one text"
                        .formatted(output, network, row.shape()));
            }
            return Math.toIntExact(row.shape().get(1));
        }
    }
}
