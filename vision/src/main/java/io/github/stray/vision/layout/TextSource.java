// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.graph.OnnxGraph;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.card.TextTower;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.InputTensor;
import io.github.stray.vision.onnx.InvalidNetworkException;
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
 * @param pad token that fills a text up
 * @param context most tokens of a text
 * @param padding what a text is filled up to
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
        int pad,
        Context context,
        TextTower.Padding padding,
        TextTower.Cleaning cleaning,
        boolean clip) {
    static final String MASK = "attention_mask";
    private static final String TYPES = "token_type_ids";

    /**
     * The most tokens of a text.
     *
     * @param tokens how many the settings say
     * @param exact whether the network takes just as many; otherwise it may take fewer, which it is tried for
     */
    public record Context(int tokens, boolean exact) {}

    /** What a run of the network tells. */
    private record Tried(int dimension, int context, boolean fixed) {}

    /**
     * The text part of the card; the network is run.
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
        String ids = ids();
        requireTokenizerFits(ids);
        Tried tried = tried(inputs, ids);
        return new TextTower(
                licence,
                origin,
                place + network.getFileName(),
                tokenizerPlace(),
                digests,
                ids,
                Optional.of(MASK).filter(inputs::contains),
                Optional.of(TYPES).filter(inputs::contains),
                output,
                TextTower.Pooling.NONE,
                tried.dimension,
                tried.context,
                tried.fixed ? TextTower.Padding.CONTEXT : padding,
                pad,
                cleaning);
    }

    /** {@return where the tokenizer is installed, below the folder of the extractor} */
    public String tokenizerPlace() {
        return place + TokenizerFiles.FILE;
    }

    /** The input of token ids. */
    private String ids() throws IOException {
        List<String> inputs = graph.inputs(List.of(output));
        List<String> ids = inputs.stream()
                .filter(input -> !input.equals(MASK) && !input.equals(TYPES))
                .toList();
        if (ids.size() != 1) {
            throw new NoTextsException(
                    "%s takes %s, expected the ids of tokens and at most %s and %s besides: the other inputs are not known"
                            .formatted(network, inputs, MASK, TYPES));
        }
        return ids.getFirst();
    }

    /** Checks that the folder says all that is needed. */
    void requireComplete() throws IOException {
        FolderLayout.requireTexts(graph, List.of(output), network);
        ids();
        if (clip) {
            tokenizer.requireId("eos_token");
        }
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
            String token = Objects.requireNonNull(tokenizer.special().get("eos_token"));
            if (!tokenizer.ending().contains(token)) {
                throw new InvalidCardException(
                        "%s does not put '%s' (%d) behind a text, where the network looks for its embedding: it is not CLIP's"
                                .formatted(tokenizer.tokenizer(), token, end.orElseThrow()));
            }
        }
    }

    private Tried tried(List<String> inputs, String ids) throws IOException {
        try (OnnxNetwork loaded =
                OnnxNetwork.load(NetworkSource.of(network).withOutputs(List.of(output)), InferenceOptions.AS_WRITTEN)) {
            int most = context.tokens;
            boolean fixed = false;
            for (TensorSignature input : loaded.inputs()) {
                long declared = input.shape().size() == 2 ? input.shape().get(1) : -1;
                fixed |= declared >= 0;
                if (declared > most || (declared >= 0 && declared != most && context.exact)) {
                    throw new InvalidCardException("input of %s is %s, and the settings beside it say %d tokens"
                            .formatted(network, input, context.tokens));
                }
                most = declared >= 0 ? Math.toIntExact(declared) : most;
            }
            int shorter = most - pad - 1;
            try {
                return new Tried(dimension(loaded, inputs, ids, most), most, fixed);
            } catch (InvalidNetworkException e) {
                if (fixed || context.exact || shorter < 2) {
                    throw e;
                }
                // RoBERTa counts positions from the pad token's number on, so its table has as many rows that no text
                // uses.
                return new Tried(dimension(loaded, inputs, ids, shorter), shorter, false);
            }
        }
    }

    /** The dimension of the embedding of a text as long as the context, so that every position is used. */
    private int dimension(OnnxNetwork loaded, List<String> inputs, String ids, int length) throws IOException {
        int word = pad == 0 ? 1 : 0;
        long[] tokens = new long[length];
        Arrays.fill(tokens, word);
        tokens[0] = tokenizer.id("bos_token").orElse(word);
        tokens[length - 1] = tokenizer.id("eos_token").orElse(word);
        long[] shape = {1, length};
        long[] ones = new long[length];
        Arrays.fill(ones, 1);
        var values = new LinkedHashMap<String, InputTensor>();
        for (String input : inputs) {
            long[] numbers = input.equals(ids) ? tokens : input.equals(MASK) ? ones : new long[length];
            values.put(input, new InputTensor.Integers(numbers, shape));
        }
        Output row = Objects.requireNonNull(loaded.run(values, List.of(output)).get(output));
        if (row.shape().size() != 2 || row.shape().getFirst() != 1) {
            throw new InvalidCardException("output '%s' of %s came out as %s, expected [1, d] for one text"
                    .formatted(output, network, row.shape()));
        }
        return Math.toIntExact(row.shape().get(1));
    }
}
