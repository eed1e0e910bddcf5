// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.probe.LinearHead;
import io.github.stray.probe.LinearHead.Standardisation;
import io.github.stray.probe.SeenSamples;
import io.github.stray.provenance.Provenance;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A linear head in a safetensors file.
 *
 * <h2>Layout</h2>
 *
 * Tensors: {@code weight} {@code [C, d]} and {@code bias} {@code [C]}, both required, so that a forgotten bias is not taken
 * for zeros; {@code mean} and {@code scale} {@code [d]}, both or neither; all four F16, BF16, F32 or F64, the last three
 * rounded to float32. What it was trained on, optional: {@code seen_ids} U8, UTF-8, one id a line, and {@code seen_rows}
 * {@code [n]} I64, a hash of each of these samples' feature row, so that samples whose ids are mere row numbers are known
 * again; without it they are not. Tensors of other names are ignored.
 *
 * <p>Metadata, all optional: {@code stray.space}, that of the features; {@code stray.classes}, a JSON array of C names;
 * {@code stray.provenance}, a JSON object.
 */
public final class HeadFile {
    private static final String WEIGHT = "weight";
    private static final String BIAS = "bias";
    private static final String MEAN = "mean";
    private static final String SCALE = "scale";
    private static final String SEEN_IDS = "seen_ids";
    private static final String SEEN_ROWS = "seen_rows";

    private HeadFile() {}

    /**
     * Reads a head.
     *
     * @param path a safetensors file
     * @return the head
     * @throws BadFileException if it is truncated, damaged, too new, or holds no head; the message says what it holds
     * @throws IOException if it cannot be read
     */
    public static LinearHead read(Path path) throws IOException {
        ForeignFormat.refuse(path);
        Safetensors file = Safetensors.open(path);
        if (!file.names().contains(WEIGHT) || !file.names().contains(BIAS)) {
            throw new UnsupportedFileException(
                    path,
                    "holds no linear head: expected tensors 'weight' [C, d] and 'bias' [C] (zeros if it has none), found %s"
                            .formatted(file.names()));
        }
        Map<String, String> metadata = file.metadata();
        SeenSamples seen = seen(path, file);
        Tensor weight = file.tensor(WEIGHT);
        if (weight.shape().length != 2 || !weight.type().isFloat()) {
            throw new UnsupportedFileException(
                    path, "'weight' must be floating point [C, d], got %s".formatted(weight));
        }
        try {
            FeatureMatrix matrix = FeatureMatrix.of(weight);
            FeatureSpace space = FeatureFile.space(path, Layer.FEATURES, matrix.dimension(), true, metadata);
            return new LinearHead(
                    matrix,
                    vector(path, file, BIAS, "C", matrix.rows()),
                    standardisation(path, file, matrix.dimension()),
                    FeatureFile.classNames(path, metadata),
                    space,
                    seen);
        } catch (IllegalArgumentException e) {
            throw new UnsupportedFileException(path, "holds no usable head: " + e.getMessage(), e);
        }
    }

    private static float[] vector(Path path, Safetensors file, String name, String extent, int length)
            throws UnsupportedFileException {
        Tensor tensor = file.tensor(name);
        if (!tensor.type().isFloat() || !Arrays.equals(tensor.shape(), new long[] {length})) {
            throw new UnsupportedFileException(
                    path,
                    "'%s' must be floating point [%s] with %s = %d as in 'weight', got %s"
                            .formatted(name, extent, extent, length, tensor));
        }
        return tensor.toFloats();
    }

    private static Optional<Standardisation> standardisation(Path path, Safetensors file, int d)
            throws UnsupportedFileException {
        boolean mean = file.names().contains(MEAN);
        boolean scale = file.names().contains(SCALE);
        if (mean != scale) {
            throw new UnsupportedFileException(
                    path,
                    "has '%s' without '%s'; a head standardises by both or by neither (fill in zeros or ones)"
                            .formatted(mean ? MEAN : SCALE, mean ? SCALE : MEAN));
        }
        return mean
                ? Optional.of(new Standardisation(vector(path, file, MEAN, "d", d), vector(path, file, SCALE, "d", d)))
                : Optional.empty();
    }

    private static SeenSamples seen(Path path, Safetensors file) throws UnsupportedFileException {
        boolean ids = file.names().contains(SEEN_IDS);
        boolean rows = file.names().contains(SEEN_ROWS);
        if (!ids) {
            if (rows) {
                throw new UnsupportedFileException(path, "has 'seen_rows' without 'seen_ids', one id for each");
            }
            return SeenSamples.UNKNOWN;
        }
        Tensor text = file.tensor(SEEN_IDS);
        if (!rows) {
            List<String> known = IdLines.read(path, SEEN_IDS, text, IdLines.count(path, SEEN_IDS, text));
            return new SeenSamples(known, new long[known.size()]);
        }
        Tensor hashes = file.tensor(SEEN_ROWS);
        if (hashes.type() != ElementType.I64 || hashes.shape().length != 1) {
            throw new UnsupportedFileException(path, "'seen_rows' must be I64 [n], got %s".formatted(hashes));
        }
        long[] values = hashes.toLongs();
        return new SeenSamples(IdLines.read(path, SEEN_IDS, text, values.length), values);
    }

    /**
     * Writes a head.
     *
     * @param target name of the file; an existing one is replaced when the new one is complete
     * @param head the head
     * @param provenance where it comes from
     * @throws IllegalArgumentException if the id of a seen sample holds a line break
     * @throws IOException if it cannot be written; the target is then as it was
     */
    public static void write(Path target, LinearHead head, Provenance provenance) throws IOException {
        var tensors = new LinkedHashMap<String, Tensor>();
        tensors.put(WEIGHT, head.weight().toTensor());
        tensors.put(BIAS, Tensor.ofFloats(head.bias(), head.classes()));
        head.standardisation().ifPresent(first -> {
            tensors.put(MEAN, Tensor.ofFloats(first.mean(), head.dimension()));
            tensors.put(SCALE, Tensor.ofFloats(first.scale(), head.dimension()));
        });
        SeenSamples seen = head.seen();
        List<String> ids = seen.ids();
        if (!ids.isEmpty()) {
            tensors.put(SEEN_ROWS, Tensor.ofLongs(seen.rowHashes(), ids.size()));
        }
        SafetensorsWriter.write(
                target,
                tensors,
                ids.isEmpty() ? Map.of() : Map.of(SEEN_IDS, ids),
                FeatureFile.metadata(
                        Map.of(Layer.FEATURES, head.space()), head.classNames(), Optional.empty(), provenance));
    }
}
