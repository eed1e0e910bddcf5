// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.probe.LinearHead;
import io.github.stray.probe.LinearHead.Standardisation;
import io.github.stray.probe.SeenSamples;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A linear head in a safetensors file: {@code weight} {@code [C, d]}, {@code bias} {@code [C]}, optional {@code mean} and
 * {@code scale} {@code [d]}, {@code seen_ids} U8, UTF-8, one id a line. Metadata, all optional: {@code stray.space}, that
 * of the features; {@code stray.classes}, a JSON array of C names.
 */
public final class HeadFile {
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
        if (!file.names().contains("weight") || !file.names().contains("bias")) {
            throw new UnsupportedFileException(
                    path,
                    "holds no linear head: expected tensors 'weight' [C, d] and 'bias' [C], found %s"
                            .formatted(file.names()));
        }
        Map<String, String> metadata = file.metadata();
        Tensor weight = file.tensor("weight");
        try {
            FeatureMatrix matrix = FeatureMatrix.of(weight);
            FeatureSpace space = FeatureFile.space(path, "features", matrix.dimension(), true, metadata);
            Optional<Standardisation> standardisation = file.names().contains("mean")
                    ? Optional.of(new Standardisation(
                            file.tensor("mean").toFloats(), file.tensor("scale").toFloats()))
                    : Optional.empty();
            return new LinearHead(
                    matrix,
                    file.tensor("bias").toFloats(),
                    standardisation,
                    FeatureFile.classNames(path, metadata),
                    space,
                    SeenSamples.UNKNOWN);
        } catch (IllegalArgumentException e) {
            throw new UnsupportedFileException(path, "holds no usable head: " + e.getMessage(), e);
        }
    }
}
