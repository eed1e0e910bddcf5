// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.FailedSample;
import io.github.stray.store.NpyWriter;
import io.github.stray.tensor.ElementType;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.preprocess.PreparedSink;
import io.github.stray.vision.preprocess.Preprocessing;
import io.github.stray.vision.preprocess.PreprocessingStage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Images to exactly what the network sees. */
@Command(
        name = "preprocess",
        description = "Write exactly what the network sees, as .npy for NumPy.",
        footer = {"", "Example:", "  stray preprocess -m stray-mini -i photo.jpg -o seen.npy --stage resized"})
final class PreprocessCommand extends StrayCommand {
    /** How far to go. */
    enum Stage {
        RESIZED,
        TENSOR
    }

    @Mixin
    private ImageOptions images = new ImageOptions();

    @Option(names = "-m", required = true, paramLabel = "MODEL", description = "Extractor whose card to follow.")
    private String model = "";

    @Option(names = "-i", required = true, paramLabel = "INPUT", description = "Images: " + ImageOptions.INPUT_HELP)
    private String input = "";

    @Option(names = "-o", required = true, paramLabel = "X.npy", description = "Array to write.")
    private Path output = Path.of("");

    @Option(
            names = "--stage",
            paramLabel = "S",
            defaultValue = "tensor",
            description =
                    "resized: U8 [n, h, w, 3] after resize and crop; tensor: F32 [n, 3, h, w] after normalisation (default).")
    private Stage stage = Stage.TENSOR;

    @Option(names = "--force", description = "Replace a file that Stray did not write.")
    private boolean force;

    private final FailureLog failures = new FailureLog();

    @Override
    public Integer call() throws IOException {
        images.requireValid();
        Outputs.requireSuffix(output, ".npy");
        Outputs.require(output, force);
        Preprocessing preprocessing =
                ModelStore.ofEnvironment().find(model).card().preprocessing();
        DatasetSource source = images.open(input);
        int h = preprocessing.height();
        int w = preprocessing.width();
        long[] shape = stage == Stage.RESIZED ? new long[] {h, w, 3} : new long[] {3, h, w};
        ElementType type = stage == Stage.RESIZED ? ElementType.U8 : ElementType.F32;
        long[] rows = {0};
        try (NpyWriter writer = NpyWriter.create(output, type, shape);
                var progress = common.progress("preprocessing", "images", source.size())) {
            if (stage == Stage.RESIZED) {
                PreprocessingStage.resized(
                        source, preprocessing, images.threads(), sink(writer::bytes, progress, rows));
            } else {
                PreprocessingStage.tensor(
                        source,
                        preprocessing,
                        images.threads(),
                        sink(values -> writer.floats(values, 0, values.length), progress, rows));
            }
            if (rows[0] == 0) {
                common.err().println("stray: no image of %s could be read; nothing was written".formatted(input));
            } else {
                writer.commit();
            }
        }
        report(rows[0], type, shape, source);
        return failures.exitCode();
    }

    private void report(long rows, ElementType type, long[] shape, DatasetSource source) {
        List<Long> sizes = List.of(rows, shape[0], shape[1], shape[2]);
        if (common.json) {
            var document = new LinkedHashMap<String, Object>();
            if (rows > 0) {
                document.put("array", output.toString());
            }
            document.put("type", type.toString());
            document.put("shape", sizes);
            document.put("ignored", source.ignored());
            document.put("failed", failures.document());
            common.json(document);
        } else if (rows > 0) {
            common.say("%s: %s %s%s", output, type, sizes, failures.summary(source));
        }
    }

    private interface Rows<T> {
        void write(T values) throws IOException;
    }

    private <T> PreparedSink<T> sink(Rows<T> target, Progress progress, long[] rows) {
        return new PreparedSink<>() {
            @Override
            public void accept(String id, OptionalInt label, T values) throws IOException {
                target.write(values);
                rows[0]++;
                progress.advance(1);
            }

            @Override
            public void failed(FailedSample failed) {
                failures.add(failed, progress);
                progress.advance(1);
            }
        };
    }
}
