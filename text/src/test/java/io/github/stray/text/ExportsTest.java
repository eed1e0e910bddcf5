// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.vision.model.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Folders of {@code src/test/exports}, made by {@code tools/exports}: what is added is what the library itself says, or is refused. */
class ExportsTest {
    private static final Path KEPT = Path.of("src", "test", "exports");

    /** Rows of an array relative to the norm of the library's. */
    private static final double ROUNDING = 1e-3;

    private static final double HALF_PRECISION = 5e-3;
    private static final double INTEGERS = 0.15;

    @TempDir
    private Path home;

    static List<String> folders() throws IOException {
        try (Stream<Path> all = Files.list(KEPT)) {
            return all.filter(folder -> Files.isDirectory(folder.resolve("model")))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void add_withNothingElseSaid_isWhatTheLibrarySays(String name) throws IOException {
        Export export = new Export(KEPT.resolve(name));
        Export.Outcome outcome = export.compare(ModelStore.at(home));
        if (export.expected().getString("right").equals("a refusal")) {
            assertThat(outcome.refusal()).isPresent();
            return;
        }
        assertThat(outcome.refusal()).isEmpty();
        assertThat(outcome.differences()).isNotEmpty();
        double allowed = allowed(export);
        // A class that does not round has no levels; the patches kept of open_clip are not projected.
        List<String> others = List.of(export.unrounded() ? "levels" : "", export.openClip() ? "patches" : "");
        outcome.differences().forEach((array, difference) -> {
            if (!others.contains(array)) {
                assertThat(difference).as(array).isLessThanOrEqualTo(array.equals("levels") ? 0 : allowed);
            }
        });
    }

    private static double allowed(Export export) throws IOException {
        if (export.name().contains("fp16")) {
            return HALF_PRECISION;
        }
        return export.name().contains("quantized") ? INTEGERS : ROUNDING;
    }
}
