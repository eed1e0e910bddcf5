// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of docs/datasets.md is the catalogue. */
class DatasetsDocTest {
    @Test
    void table_isTheCatalogue() throws IOException {
        String document = Files.readString(Path.of("..", "docs", "datasets.md"));
        String rows = DatasetCatalogue.ofStray().entries().stream()
                .map(DatasetsDocTest::row)
                .collect(Collectors.joining("\n"));
        assertThat(document).contains(rows);
    }

    private static String row(DatasetEntry entry) {
        String size = entry.size().isPresent()
                ? String.format(
                        Locale.ROOT, "%,.0f MB", Math.max(1, entry.size().getAsLong() / 1e6))
                : "?";
        String splits = entry.splits().size() > 5
                ? entry.splits().size() + " lists"
                : entry.splits().stream()
                        .map(split -> "`" + split.name() + "`"
                                + (split.images().isPresent()
                                        ? String.format(
                                                Locale.ROOT,
                                                " %,d",
                                                split.images().getAsLong())
                                        : ""))
                        .collect(Collectors.joining(", "));
        String checksum = entry.isGiven()
                ? "not fetched"
                : entry.archives().stream()
                        .map(archive -> archive.digest()
                                .map(known -> known.kind() + ": " + archive.digestSource())
                                .orElse("none known"))
                        .distinct()
                        .collect(Collectors.joining(", "));
        return "| `%s` | [%s](%s) | %s | %s | %s | %s | %s |"
                .formatted(
                        entry.name(),
                        entry.title(),
                        entry.homepage(),
                        splits,
                        entry.classes().isPresent()
                                ? Integer.toString(entry.classes().getAsInt())
                                : "-",
                        size,
                        checksum,
                        entry.licence());
    }
}
