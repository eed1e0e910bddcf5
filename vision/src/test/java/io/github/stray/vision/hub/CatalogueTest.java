// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CatalogueTest {
    @Test
    void catalogue_isSound() {
        Catalogue catalogue = Catalogue.ofStray();
        assertThat(catalogue.entries()).extracting(CatalogueEntry::name).doesNotHaveDuplicates();
        assertThat(catalogue.entries())
                .extracting(CatalogueEntry::family)
                .contains("CLIP (OpenAI)", "OpenCLIP", "supervised ViT", "ConvNeXt", "DINO", "DINOv2", "MAE", "MSN")
                .contains("MoCo v3", "iBOT", "BEiT", "ResNet", "MobileNet");
        for (CatalogueEntry entry : catalogue.entries()) {
            assertThat(entry.name()).matches("[a-z0-9][a-z0-9-]{1,40}");
            assertThat(entry.layers()).as(entry.name()).isNotEmpty();
            assertThat(entry.downloadable())
                    .as(entry.name())
                    .isEqualTo(!entry.files().isEmpty());
            if (entry.verified() == CatalogueEntry.Verified.PINNED) {
                assertThat(entry.source().orElseThrow().isCommit())
                        .as(entry.name())
                        .isTrue();
            }
        }
        assertThat(catalogue.entries()).extracting(CatalogueEntry::verified).contains(CatalogueEntry.Verified.PINNED);
        assertThat(catalogue.find("clip-vit-b32")).isPresent();
        assertThat(catalogue.find("absent")).isEmpty();
    }

    @Test
    void catalogue_recommendsForEveryUse_whatIsKnownWell() {
        Catalogue catalogue = Catalogue.ofStray();
        for (Use use : Use.values()) {
            List<CatalogueEntry> recommended = catalogue.recommended().getOrDefault(use, List.of());
            assertThat(recommended).as(use.id()).hasSizeGreaterThan(2).doesNotHaveDuplicates();
            for (CatalogueEntry entry : recommended) {
                assertThat(entry.good()).as(entry.name()).isNotEmpty();
                assertThat(entry.licence()).as(entry.name()).isPresent();
                assertThat(entry.size().isPresent()).as(entry.name()).isEqualTo(entry.downloadable());
                assertThat(entry.text() || use != Use.TEXT).as(entry.name()).isTrue();
                assertThat(entry.layers().containsKey("patches") || use != Use.MAPS)
                        .as(entry.name())
                        .isTrue();
            }
            assertThat(recommended.getFirst().licence()).hasValue("Apache-2.0");
        }
        assertThat(catalogue.entries())
                .allSatisfy(entry -> entry.choices()
                        .keySet()
                        .forEach(file -> assertThat(file).endsWith(".onnx")));
    }

    private static String row(CatalogueEntry entry) {
        String source = entry.source()
                .map(known -> "`%s/%s`%s"
                        .formatted(
                                known.organisation(),
                                known.name(),
                                known.isCommit()
                                        ? " @ `%s`".formatted(known.revision().substring(0, 12))
                                        : ""))
                .orElse("no export");
        String verified = switch (entry.verified()) {
            case PINNED -> "commit and digest";
            case REPOSITORY -> "repository";
            case NO -> "no";
        };
        return "| %s | `%s` | %s | %s | %s | %s | %s | %s |"
                .formatted(
                        entry.family(),
                        entry.name(),
                        entry.title(),
                        entry.layersText(),
                        entry.licence().orElse("?"),
                        entry.sizeText().orElse("?"),
                        source,
                        verified);
    }

    private static String recommendation(Use use, CatalogueEntry entry) {
        String choices = entry.choices().entrySet().stream()
                .map(choice -> " `--file %s`: %s.".formatted(choice.getKey(), choice.getValue()))
                .collect(Collectors.joining());
        return "| %s | `%s` | %s | %s | %s%s |"
                .formatted(
                        use.id(),
                        entry.name(),
                        entry.licence().orElse("?"),
                        entry.sizeText().orElse("?"),
                        entry.good(),
                        choices);
    }

    @Test
    void documentation_isTheCatalogue() throws IOException {
        String document = Files.readString(Path.of("..", "docs", "models.md"));
        Catalogue catalogue = Catalogue.ofStray();
        assertThat(document)
                .contains(catalogue.entries().stream().map(CatalogueTest::row).collect(Collectors.joining("\n")));
        assertThat(document)
                .contains(Stream.of(Use.values())
                        .flatMap(use -> catalogue.recommended().getOrDefault(use, List.of()).stream()
                                .map(entry -> recommendation(use, entry)))
                        .collect(Collectors.joining("\n")));
    }
}
