// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.language.NegativeWords;
import io.github.stray.provenance.Provenance;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Text embeddings in a safetensors file: {@code embeddings} {@code [C, e]}, F16, BF16, F32 or F64, one row a class name,
 * caption or word. Metadata, all optional: {@code stray.classes}, a JSON array of C names; {@code stray.space}, as in a
 * features file; {@code stray.provenance}, a JSON object. A file of negative words may hold {@code parts} {@code [C]}, I64 or U8: the part of speech of each word,
 * such as 0 for nouns and 1 for adjectives.
 */
public final class ClassEmbeddingsFile {
    private static final String EMBEDDINGS = Layer.EMBEDDINGS.id();
    private static final String PARTS = "parts";

    private ClassEmbeddingsFile() {}

    /**
     * Reads class embeddings.
     *
     * @param path a safetensors file
     * @return the embeddings with their names
     * @throws BadFileException if it is truncated, damaged, too new, or does not hold class embeddings; the message says
     *     what it holds
     * @throws IOException if it cannot be read
     */
    public static ClassEmbeddings read(Path path) throws IOException {
        ForeignFormat.refuse(path);
        return embeddings(path, Safetensors.open(path));
    }

    /**
     * Reads negative words.
     *
     * @param path a safetensors file; without {@code parts} all words are of one part of speech
     * @return the words
     * @throws BadFileException if it is truncated, damaged, too new, or does not hold embeddings; the message says what it
     *     holds
     * @throws IOException if it cannot be read
     */
    public static NegativeWords readNegatives(Path path) throws IOException {
        ForeignFormat.refuse(path);
        Safetensors file = Safetensors.open(path);
        ClassEmbeddings words = embeddings(path, file);
        if (!file.names().contains(PARTS)) {
            return new NegativeWords(words);
        }
        Tensor parts = file.tensor(PARTS);
        boolean whole = parts.type() == ElementType.I64 || parts.type() == ElementType.U8;
        if (!whole || !Arrays.equals(parts.shape(), new long[] {words.classes()})) {
            throw new UnsupportedFileException(
                    path, "'parts' must be %d integers, one a word, got %s".formatted(words.classes(), parts));
        }
        long[] numbers = parts.toLongs();
        int[] ofWord = new int[numbers.length];
        for (int w = 0; w < numbers.length; w++) {
            ofWord[w] = (int) numbers[w];
            if (ofWord[w] != numbers[w]) {
                throw new UnsupportedFileException(
                        path, "'parts' of word %d is %d, expected a number of 32 bits".formatted(w, numbers[w]));
            }
        }
        return new NegativeWords(words, ofWord);
    }

    private static ClassEmbeddings embeddings(Path path, Safetensors file) throws IOException {
        if (!file.names().contains(EMBEDDINGS)) {
            throw new UnsupportedFileException(
                    path,
                    "holds no class embeddings: expected a tensor 'embeddings' [C, e], found %s"
                            .formatted(file.names()));
        }
        Tensor rows = file.tensor(EMBEDDINGS);
        Map<String, String> metadata = file.metadata();
        List<String> names = FeatureFile.classNames(path, metadata);
        try {
            FeatureMatrix matrix = FeatureMatrix.of(rows);
            FeatureSpace space = FeatureFile.space(path, Layer.EMBEDDINGS, matrix.dimension(), true, metadata);
            return new ClassEmbeddings(matrix, names, space);
        } catch (IllegalArgumentException e) {
            throw new UnsupportedFileException(path, "'embeddings' %s: %s".formatted(rows, e.getMessage()), e);
        }
    }

    /**
     * Writes class embeddings.
     *
     * @param target name of the file; an existing one is replaced when the new one is complete
     * @param classes the embeddings, with their names where they have some
     * @param provenance where they come from
     * @throws IOException if it cannot be written; the target is then as it was
     */
    public static void write(Path target, ClassEmbeddings classes, Provenance provenance) throws IOException {
        Map<String, String> metadata = FeatureFile.metadata(
                Map.of(Layer.EMBEDDINGS, classes.space()), classes.names(), Optional.empty(), provenance);
        SafetensorsWriter.write(target, Map.of(EMBEDDINGS, classes.rows().toTensor()), metadata);
    }
}
