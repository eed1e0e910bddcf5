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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Folders of {@code src/test/exports}, made by {@code tools/exports}: what is added is what the library itself says, or is refused. */
class ExportsTest {
    private static final Path KEPT = Path.of("src", "test", "exports");

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
        if (export.isToRefuse()) {
            assertThat(outcome.refusal()).isPresent();
            return;
        }
        assertThat(outcome.refusal()).isEmpty();
        assertThat(outcome.differences()).isNotEmpty();
        for (var array : outcome.differences().entrySet()) {
            assertThat(array.getValue()).as(array.getKey()).isLessThanOrEqualTo(export.allowed(array.getKey()));
        }
    }

    /** Mean, interpolation, crop, pooling and pad token: each would be seen if it were read wrongly. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    deit-distilled             | preprocessor_config.json    | 0.485                 | 0.505
                    deit-distilled             | preprocessor_config.json    | "resample": 3         | "resample": 2
                    deit-distilled             | preprocessor_config.json    | 72                    | 70
                    bit-classifier             | preprocessor_config.json    | "shortest_edge": 72   | "shortest_edge": 73
                    convnext-base              | preprocessor_config.json    | "crop_pct": 0.875     | "crop_pct": 0.9
                    siglip2-one-file           | preprocessor_config.json    | ProcessorFast         | Processor
                    timm-vit-base              | config.json                 | "crop_pct": 0.9       | "crop_pct": 0.95
                    timm-vit-base              | config.json                 | "bicubic"             | "bilinear"
                    openclip-coca-photo-server | visual/preprocess_cfg.json  | 0.48145466            | 0.50145466
                    openclip-coca-photo-server | visual/preprocess_cfg.json  | "bicubic"             | "bilinear"
                    vit-base                   | config.json                 | "model_type": "vit"   | "model_type": "beit"
                    swin-base                  | config.json                 | "model_type": "swin"  | "model_type": "vit"
                    siglip2-one-file           | tokenizer_config.json       | "pad_token": "<pad>"  | "pad_token": "<bos>"
                    """)
    void add_alteredSettings_isFarFromTheLibrary(String name, String file, String from, String to) throws IOException {
        Export export = new Export(copy(name));
        Path altered = export.folder().resolve("model").resolve(file);
        String settings = Files.readString(altered);
        assertThat(settings).contains(from);
        Files.writeString(altered, settings.replace(from, to));
        if (file.startsWith("tokenizer")) {
            Files.deleteIfExists(altered.resolveSibling("special_tokens_map.json"));
        }
        Export.Outcome outcome = export.compare(ModelStore.at(home.resolve("stray")));
        assertThat(outcome.refusal()).isEmpty();
        boolean seen = false;
        for (var array : outcome.differences().entrySet()) {
            seen |= !array.getKey().equals("levels") && array.getValue() > export.allowed(array.getKey());
        }
        assertThat(seen).as("%s", outcome.differences()).isTrue();
    }

    /** A kept folder and the pictures beside it. */
    private Path copy(String name) throws IOException {
        for (String folder : List.of(name, "images")) {
            Path source = KEPT.resolve(folder);
            List<Path> files;
            try (Stream<Path> walk = Files.walk(source)) {
                files = walk.filter(Files::isRegularFile).toList();
            }
            for (Path file : files) {
                Path copy = home.resolve(KEPT.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        return home.resolve(name);
    }
}
