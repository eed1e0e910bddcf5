// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.language.NegativeWords;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.card.TextTower;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.model.StoredModel;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.InferenceUnavailableException;
import io.github.stray.vision.onnx.OnnxNetwork;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/**
 * The text encoder of an extractor: class names, captions and words to embeddings in the space of its image embeddings.
 * Works offline. Safe for concurrent use.
 *
 * <h2>What is computed</h2>
 *
 * The tokens of a text, cleaned where the card says so, by the model's own {@code tokenizer.json}, its network's output, the mean over the tokens where the
 * card says so, and the result divided by its Euclidean norm (pooling and norm in double, stored as float32). The
 * embedding of a class is that of one unit embedding a prompt, averaged over the prompts, normalised again.
 *
 * <h2>Batches</h2>
 *
 * Every text is run by itself, several side by side on the processor's cores. A text's embedding so has the same bits
 * whatever other texts are asked for: in a batch it would depend on them, by rounding where the network computes in
 * float32, and by far more in int8, whose activations are scaled by the largest one of the whole batch, padding included:
 * measured on 17 texts of all-MiniLM-L6-v2, a padded batch turns an embedding to a cosine of 0.951 to 0.993 of what it is
 * alone. For the same reason int8 embeddings hold on one kind of processor only: rounding of the order 1e-6 decides where
 * an activation is cut, and may turn an embedding to a cosine of 0.992.
 *
 * <h2>Ties and degenerate input</h2>
 *
 * The empty text is encoded like any other, as its special tokens. A text longer than the encoder's context is refused,
 * not cut as Hugging Face's processors would. Texts whose embedding is zero or not finite are refused by name.
 */
public final class TextEncoder implements AutoCloseable {
    private final String id;
    private final TextTower tower;
    private final FeatureSpace space;
    private final TextInference inference;

    private TextEncoder(ExtractorCard card, TextTower tower, TextInference inference) {
        this.id = card.id();
        this.tower = tower;
        this.inference = inference;
        this.space = new FeatureSpace(
                Optional.of(id),
                Optional.of(Layer.EMBEDDINGS.id()),
                tower.dimension(),
                Optional.of("l2"),
                Optional.of(card.weightsSha256()),
                Optional.of("text network sha256 %s, %s".formatted(tower.sha256(), tower.describe())));
    }

    /**
     * Opens the text encoder of an extractor.
     *
     * @param nameOrFolder {@code stray-mini}, the name of an installed extractor, or a folder with {@code extractor.json}
     * @return the encoder, to be closed
     * @throws IllegalArgumentException if there is no such extractor, or it has no text encoder; the message says what to do
     * @throws IOException if its files are missing, damaged or not those of its card
     * @throws TokenizerUnavailableException if the tokenizer library cannot be loaded
     */
    public static TextEncoder open(String nameOrFolder) throws IOException {
        return open(ModelStore.ofEnvironment().find(nameOrFolder), Provider.CPU);
    }

    /**
     * Opens the text encoder of an extractor that was found.
     *
     * @param model the extractor
     * @param provider what its network runs on
     * @return the encoder, to be closed
     * @throws IllegalArgumentException if it has no text encoder
     * @throws IOException if its files are missing, damaged or not those of its card
     * @throws TokenizerUnavailableException if the tokenizer library cannot be loaded
     * @throws InferenceUnavailableException if the provider cannot be had here; nothing falls back to another
     */
    public static TextEncoder open(StoredModel model, Provider provider) throws IOException {
        TextTower tower = model.card().text().orElseThrow(() -> withoutText(model));
        Tokenizer tokenizer = Tokenizer.load(
                model.textFile(tower.tokenizer()),
                model.place(tower.tokenizer()),
                model.store().cache());
        try {
            OnnxNetwork network = OnnxNetwork.load(model.textNetwork(), InferenceOptions.on(provider));
            return new TextEncoder(model.card(), tower, new TextInference(tower, tokenizer, network));
        } catch (IOException | RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
    }

    private static IllegalArgumentException withoutText(StoredModel model) {
        String others;
        try {
            others = model.store().list().models().stream()
                    .filter(stored -> stored.card().text().isPresent())
                    .map(StoredModel::name)
                    .collect(Collectors.joining(", "));
        } catch (IOException e) {
            others = "stray-mini";
        }
        return new RefusedException(
                "extractor %s has no text encoder, so it cannot embed class names or captions: take one that has (%s)"
                        .formatted(model.name(), others),
                Remedy.TEXT_ENCODER);
    }

    /** {@return id of the extractor, such as {@code stray-mini}} */
    public String id() {
        return id;
    }

    /**
     * {@return where the embeddings live} Extractor and dimension are those of the image embeddings, digest and
     * preprocessing those of the text encoder.
     */
    public FeatureSpace space() {
        return space;
    }

    /**
     * {@return unit embeddings {@code [n x e]} of texts, whose ids are the row numbers}
     *
     * @param texts n texts, at least one
     * @throws IllegalArgumentException if there are no texts or one is too long
     * @throws IOException if the network fails
     */
    public FeatureSet encode(List<String> texts) throws IOException {
        double[][] units = inference.units(texts, TextEncoder::unheard);
        FeatureMatrix rows = matrix(units);
        return new FeatureSet(rows, FeatureSet.rowNumbers(rows.rows()), Optional.empty(), space, "texts");
    }

    /**
     * Class embeddings: for each class the normalised mean of the unit embeddings of its prompts, summed in double.
     *
     * @param names C class names in label order, put into the templates as they are
     * @param templates what is said of each
     * @param progress told 1 for each prompt that is done, by several threads
     * @return {@code [C x e]} unit embeddings with the names
     * @throws IllegalArgumentException if there are no names or a prompt is too long
     * @throws IOException if the network fails
     */
    public ClassEmbeddings classes(List<String> names, Templates templates, IntConsumer progress) throws IOException {
        var prompts = new ArrayList<String>();
        names.forEach(name -> prompts.addAll(templates.prompts(name)));
        double[][] units = inference.units(prompts, progress);
        int each = templates.lines().size();
        double[][] means = new double[names.size()][];
        for (int c = 0; c < means.length; c++) {
            double[] sum = new double[tower.dimension()];
            for (int p = c * each; p < (c + 1) * each; p++) {
                for (int t = 0; t < sum.length; t++) {
                    sum[t] += units[p][t];
                }
            }
            means[c] = TextInference.unit(sum, names.get(c));
        }
        return new ClassEmbeddings(matrix(means), names, space);
    }

    /**
     * Class embeddings without word of progress.
     *
     * @param names C class names in label order
     * @param templates what is said of each
     * @return {@code [C x e]} unit embeddings with the names
     * @throws IllegalArgumentException if there are no names or a prompt is too long
     * @throws IOException if the network fails
     */
    public ClassEmbeddings classes(List<String> names, Templates templates) throws IOException {
        return classes(names, templates, TextEncoder::unheard);
    }

    /**
     * Captions of ID images as classes, each one of its own: the caption itself is encoded, without a template.
     *
     * @param captions C captions
     * @param progress told 1 for each caption that is done, by several threads
     * @return {@code [C x e]} unit embeddings with the captions as names
     * @throws IllegalArgumentException if there are none or one is too long
     * @throws IOException if the network fails
     */
    public ClassEmbeddings captions(List<String> captions, IntConsumer progress) throws IOException {
        return new ClassEmbeddings(matrix(inference.units(captions, progress)), captions, space);
    }

    /**
     * Words to choose negative labels from: nouns by {@link Templates#NEGLABEL}, adjectives by {@link
     * Templates#NEGLABEL_ADJECTIVES}.
     *
     * @param words the words
     * @param progress told 1 for each word that is done, by several threads
     * @return one unit embedding a word; part of speech 0 for nouns, 1 for adjectives
     * @throws IllegalArgumentException if there are none or one is too long
     * @throws IOException if the network fails
     */
    public NegativeWords negatives(Words words, IntConsumer progress) throws IOException {
        List<String> prompts = words.all().stream()
                .flatMap(word -> (word.adjective() ? Templates.NEGLABEL_ADJECTIVES : Templates.NEGLABEL)
                        .prompts(word.text()).stream())
                .toList();
        List<String> names = words.all().stream().map(Words.Word::text).toList();
        return new NegativeWords(
                new ClassEmbeddings(matrix(inference.units(prompts, progress)), names, space),
                words.all().stream().mapToInt(word -> word.adjective() ? 1 : 0).toArray());
    }

    private FeatureMatrix matrix(double[][] rows) {
        int e = tower.dimension();
        float[] values = new float[Math.multiplyExact(rows.length, e)];
        for (int i = 0; i < rows.length; i++) {
            for (int t = 0; t < e; t++) {
                values[i * e + t] = (float) rows[i][t];
            }
        }
        return FeatureMatrix.copyOf(values, rows.length, e);
    }

    private static void unheard(int done) {}

    /** Token ids of a text, special ones included, before padding. */
    long[] tokens(String text) {
        return inference.tokens(text);
    }

    @Override
    public void close() {
        inference.close();
    }
}
