// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FamiliesTest {
    /** A row of the table in docs/models.md. */
    private static String row(Families family) {
        String features = switch (family.features()) {
            case POOLED_OR_CLASS_TOKEN -> "`pooler_output`, else the class token";
            case POOLED_OR_MEAN -> "`pooler_output`, else the mean of patches or places";
            case CLASS_TOKEN -> "the class token";
        };
        String patches = family.others()
                .map(others -> others == 0 ? "all tokens or places" : "from token %d on".formatted(others))
                .orElse("none");
        return "| %s | %s | %s | %s |"
                .formatted(
                        family.types().stream().sorted().collect(Collectors.joining(", ")),
                        features,
                        patches,
                        family.note());
    }

    @Test
    void everyFamily_isARowOfTheDocumentation() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("..", "docs", "models.md"));
        assertThat(lines)
                .containsAll(Families.all().stream().map(FamiliesTest::row).toList());
    }

    @Test
    void everyType_belongsToOneFamily() {
        List<String> types = Families.all().stream()
                .flatMap(family -> family.types().stream())
                .toList();
        assertThat(types).doesNotHaveDuplicates();
        assertThat(types).allSatisfy(type -> assertThat(Families.of(type)).isPresent());
        assertThat(Families.of("esm")).isEmpty();
    }
}
