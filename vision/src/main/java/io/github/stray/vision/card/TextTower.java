// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.card;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What must be known of an extractor's text encoder besides its weights: the part {@code text} of a card. Immutable.
 *
 * @param licence licence of the weights, an SPDX identifier where there is one, {@code unknown} otherwise
 * @param origin where the weights come from, for a person
 * @param network file name of the network, one of {@code files}
 * @param tokenizer file name of the tokenizer ({@code tokenizer.json}), one of {@code files}
 * @param files file name to SHA-256 (lower-case hexadecimal) of what the text encoder consists of
 * @param ids name of the input that takes token ids {@code [1, tokens]}
 * @param mask name of the input that takes 1 for a token and 0 for padding; empty if the network has none
 * @param types name of the input that takes the sentence number, 0 throughout; empty if the network has none
 * @param output name of the output tensor
 * @param pooling how a text's embedding comes out of it
 * @param dimension length of an embedding, that of the image embeddings
 * @param context most tokens of a text, the special ones included
 * @param padding what a text is filled up to
 * @param pad token that fills it up
 * @param cleaning what is done to a text before the tokenizer sees it
 */
public record TextTower(
        String licence,
        String origin,
        String network,
        String tokenizer,
        Map<String, String> files,
        String ids,
        Optional<String> mask,
        Optional<String> types,
        String output,
        Pooling pooling,
        int dimension,
        int context,
        Padding padding,
        long pad,
        Cleaning cleaning) {

    /** How a text's embedding comes out of a network. */
    public enum Pooling {
        /** The output is the embedding: {@code [1, dimension]}. */
        NONE,
        /** The mean over the tokens, without padding, of an output {@code [1, tokens, dimension]}. */
        MEAN;

        /** {@return the name used in cards} */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a text is filled up to. */
    public enum Padding {
        /** Nothing: the network sees the text's own tokens only. */
        NONE,
        /** All of the context, as CLIP's text encoders expect. */
        CONTEXT;

        /** {@return the name used in cards} */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What is done to a text before the tokenizer sees it; all but {@link #NONE} repair it first, as open_clip does. */
    public enum Cleaning {
        /** Nothing. */
        NONE,
        /** White space to single spaces, none around the text. */
        WHITESPACE,
        /** White space likewise, and lower case. */
        LOWER,
        /** As open_clip: underscores to spaces, ASCII punctuation removed, lower case, white space likewise. */
        CANONICALIZE;

        /** {@return the name used in cards} */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * Cleans a text.
         *
         * @param text as given
         * @return what the tokenizer is given
         */
        public String clean(String text) {
            if (this == NONE) {
                return text;
            }
            String repaired = TextRepair.of(text);
            String plain =
                    this == CANONICALIZE ? repaired.replace('_', ' ').replaceAll("[!-/:-@\\[-`{-~]", "") : repaired;
            String spaced = plain.replaceAll("(?U)\\s+", " ").strip();
            return this == WHITESPACE ? spaced : spaced.toLowerCase(Locale.ROOT);
        }
    }

    /** Checks files and sizes. */
    public TextTower {
        files = Collections.unmodifiableMap(new TreeMap<>(files));
        ExtractorCard.requireFiles(files);
        if (!files.containsKey(network) || !files.containsKey(tokenizer)) {
            throw new IllegalArgumentException("text network '%s' and tokenizer '%s' must be among the files %s"
                    .formatted(network, tokenizer, files.keySet()));
        }
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension of text embeddings must be at least 1, was " + dimension);
        }
        if (context < 1 || context > 1 << 16) {
            throw new IllegalArgumentException("context must be 1 to 65536 tokens, was " + context);
        }
        if (pad < 0 || pad > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("pad must be a token id, at least 0, was " + pad);
        }
    }

    /** The same text encoder from another place. */
    TextTower from(String source, Optional<String> stated) {
        return new TextTower(
                stated.orElse(licence),
                source,
                network,
                tokenizer,
                files,
                ids,
                mask,
                types,
                output,
                pooling,
                dimension,
                context,
                padding,
                pad,
                cleaning);
    }

    /** {@return SHA-256, lower-case hexadecimal, that tells one text encoder from another, tokenizer included} */
    public String sha256() {
        return ExtractorCard.digest(files);
    }

    /** {@return what is done to a text before the network sees it, in one line, equal only if the preprocessing is} */
    public String describe() {
        return "tokenizer=%s context=%d padding=%s%s pooling=%s%s"
                .formatted(
                        files.get(tokenizer),
                        context,
                        padding.id(),
                        padding == Padding.CONTEXT ? " pad=" + pad : "",
                        pooling.id(),
                        cleaning == Cleaning.NONE ? "" : " cleaning=" + cleaning.id());
    }
}
