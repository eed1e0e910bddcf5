// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.UsageException.require;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.vision.dataset.ImageInput;
import io.github.stray.vision.dataset.Selection;
import io.github.stray.vision.onnx.OnnxExtractor;
import java.io.IOException;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much of an image input to take and how fast; the speed does not change features beyond rounding. */
final class ImageOptions {
    static final String INPUT_HELP =
            "a folder (class = first-level folder), a .zip or .tar[.gz] laid out the same way, a list file (path<TAB>label), an id-list file (first line #input<TAB>INPUT, then ids of its samples), cifar10:FILE[#train|#test], cifar100:.., data:NAME[#SPLIT] (see 'stray data'), or one image.";

    @Option(names = "--limit", paramLabel = "N", description = "Take N images, chosen by the seed.")
    @Nullable
    Integer limit;

    @Option(names = "--per-class", paramLabel = "N", description = "Take N images of each class, chosen by the seed.")
    @Nullable
    Integer perClass;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "42", description = "Seed of the choice (default: 42).")
    long seed;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "8",
            description = "Images per inference call, at most (default: 8).")
    int batch;

    @Option(names = "--threads", paramLabel = "N", description = "Threads (default: as many as there are processors).")
    @Nullable
    Integer threads;

    int threads() {
        return threads(threads);
    }

    /** What was given, or a thread for each processor. */
    static int threads(@Nullable Integer given) {
        return given == null ? Runtime.getRuntime().availableProcessors() : given;
    }

    void requireValid() {
        requireValid(batch, threads());
    }

    static void requireValid(int batch, int threads) {
        require(batch >= 1 && threads >= 1, "--batch and --threads must be at least 1, were %d and %d", batch, threads);
    }

    /** Says once that a network is given smaller batches than asked for, where its card asks for them. */
    void sayBatch(FeatureExtractor extractor, CommonOptions common) {
        if (extractor instanceof OnnxExtractor onnx) {
            onnx.input()
                    .batch()
                    .filter(most -> most < batch)
                    .ifPresent(most -> common.remark(
                            "stray: %s is given %s at a time, not %d: its features would depend on the others",
                            extractor.id(), Count.of(most, "image", "images"), batch));
        }
    }

    /** For commands that can also take features, which are always taken whole. */
    void requireNoChoice() {
        require(
                limit == null && perClass == null,
                "--limit and --per-class choose among images (-i); features are taken whole");
    }

    DatasetSource open(String input) throws IOException {
        return ImageInput.of(input, new Selection(optional(limit), optional(perClass), seed));
    }

    static OptionalInt optional(@Nullable Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }
}
