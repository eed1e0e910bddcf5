// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryModelsTest {
    @TempDir
    Path cells;

    @Test
    void in_whatAKilledProcessLeft_isRemoved_andNothingElse() throws IOException {
        Path left = cells.resolve("networks123");
        Files.createDirectories(left.resolve("models"));
        Files.writeString(left.resolve("in-use"), "");
        Path foreign = Files.createDirectories(cells.resolve("networks-of-mine"));
        Path cell = Files.writeString(cells.resolve("a.safetensors"), "");
        try (TemporaryModels first = TemporaryModels.in(cells);
                TemporaryModels second = TemporaryModels.in(cells)) {
            assertThat(left).doesNotExist();
            assertThat(first.store()).isNotEqualTo(second.store());
            try (var entries = Files.list(cells)) {
                assertThat(entries).hasSize(4).contains(foreign, cell);
            }
        }
        try (var entries = Files.list(cells)) {
            assertThat(entries).containsExactlyInAnyOrder(foreign, cell);
        }
    }
}
