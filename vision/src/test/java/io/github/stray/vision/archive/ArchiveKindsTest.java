// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.vision.archive.ArchiveKind.Outcome;
import io.github.stray.vision.archive.ArchiveKind.Result;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of archive that takes no second, once with each of a few seeds; {@code tools/chaos/archives.sh} runs all. */
class ArchiveKindsTest {
    private static final List<Long> SEEDS = List.of(1L, 2L, 3L);

    @TempDir
    Path folder;

    static Stream<ArchiveKind> small() {
        return ArchiveKind.all().stream().filter(kind -> !kind.large());
    }

    @ParameterizedTest
    @MethodSource("small")
    void of_eachKind_isReadOrRefusedInOneLine(ArchiveKind kind) throws Exception {
        for (long seed : SEEDS) {
            Path file = kind.write(folder, seed);
            Result result = kind.result(file);
            if (kind.outcome() != Outcome.ANY) {
                assertThat(result.outcome())
                        .as("%s, seed %d: %s", kind.name(), seed, result)
                        .isEqualTo(kind.outcome());
            }
            if (result.outcome() == Outcome.REFUSED) {
                assertThat(result.message()).contains(file.toString()).doesNotContain("\n", "\0");
            }
        }
    }
}
