// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.remedy.Remedied;
import io.github.stray.remedy.Remedy;
import io.github.stray.store.FolderRemoval;
import io.github.stray.vision.download.DownloadListener;
import io.github.stray.vision.download.DownloadRefusedException;
import io.github.stray.vision.download.Timing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One network of a repository that has several. */
@Timeout(60)
class HubChoiceTest {
    private static final HubReference TINY = HubReference.of("hf:acme/tiny");
    private static final String NETWORK = "onnx/vision_model.onnx";
    private static final String TOKENIZER = "tokenizer.json";

    @TempDir
    private Path home;

    private LocalHub server;

    @BeforeEach
    void startHub() throws IOException {
        server = new LocalHub()
                .with("config.json", utf8("{}"))
                .with("README.md", utf8("# Tiny"))
                .with(TOKENIZER, utf8("{}"))
                .with(NETWORK, network())
                .with("onnx/model.onnx", new byte[5]);
    }

    @AfterEach
    void stopHub() {
        server.close();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] network() throws IOException {
        return Files.readAllBytes(Path.of("..", "golden", "graph", "clip-hidden.onnx"));
    }

    private Hub hub() {
        return new Hub(
                new HubSettings(server.endpoint(), Optional.empty(), false, home.resolve("cache")), Timing.usual());
    }

    private HubSnapshot usual() throws IOException {
        return hub().fetch(TINY, DownloadListener.silent());
    }

    private HubSnapshot fetch(String file) throws IOException {
        return hub().fetch(TINY, Optional.of(file), DownloadListener.silent());
    }

    private List<String> names(HubSnapshot fetched) throws IOException {
        try (Stream<Path> files = Files.walk(fetched.folder())) {
            return files.filter(Files::isRegularFile)
                    .map(file -> fetched.folder().relativize(file).toString())
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"onnx/vision_model_int8.onnx", "vision_model_int8.onnx"})
    void fetch_chosenNetwork_comesWithTheTextsOfItsEndingAlone(String file) throws IOException {
        byte[] network = network();
        server.with("onnx/vision_model_int8.onnx", network)
                .with("onnx/text_model.onnx", network)
                .with("onnx/text_model_int8.onnx", network);
        usual();
        HubSnapshot fetched = fetch(file);
        assertThat(fetched.network()).contains("vision_model_int8.onnx");
        assertThat(fetched.origin()).isEqualTo("hf:acme/tiny@" + LocalHub.COMMIT + ", onnx/vision_model_int8.onnx");
        assertThat(names(fetched))
                .containsExactlyInAnyOrder(
                        "config.json",
                        "README.md",
                        TOKENIZER,
                        "onnx/vision_model_int8.onnx",
                        "onnx/text_model_int8.onnx");
    }

    @Test
    void fetch_chosenNetworkOfAFolder_takesTheNearestSettings() throws IOException {
        byte[] network = network();
        server.with("onnx/s0/vision_model.onnx", network)
                .with("onnx/s0/text_model.onnx", network)
                .with("onnx/s0/config.json", utf8("{\"own\": 1}"))
                .with("preprocessor_config.json", utf8("{\"top\": 1}"));
        HubSnapshot fetched = fetch("onnx/s0/vision_model.onnx");
        assertThat(names(fetched))
                .containsExactlyInAnyOrder(
                        "config.json",
                        "preprocessor_config.json",
                        "README.md",
                        TOKENIZER,
                        NETWORK,
                        "onnx/text_model.onnx");
        assertThat(fetched.folder().resolve("config.json")).hasContent("{\"own\": 1}");
        assertThat(fetched.folder().resolve("preprocessor_config.json")).hasContent("{\"top\": 1}");
    }

    @Test
    void fetch_chosenNetworkOfAPair_isLaidOutAsOne() throws IOException {
        byte[] network = network();
        server.with("visual/small.onnx", network)
                .with("visual/preprocess_cfg.json", utf8("{}"))
                .with("textual/model.onnx", network);
        assertThat(names(fetch("visual/small.onnx")))
                .containsExactlyInAnyOrder(
                        "config.json",
                        "README.md",
                        "visual/model.onnx",
                        "visual/preprocess_cfg.json",
                        "textual/model.onnx");
    }

    @Test
    void fetch_noSuchNetwork_saysWhatThereIsAndTheCommand() throws IOException {
        assertThatThrownBy(() -> fetch("onnx/model_q4.onnx"))
                .isExactlyInstanceOf(DownloadRefusedException.class)
                .hasMessage(
                        "hf:acme/tiny@main has no network onnx/model_q4.onnx; it has onnx/model.onnx, onnx/vision_model.onnx")
                .asInstanceOf(InstanceOfAssertFactories.type(Remedied.class))
                .satisfies(refused -> {
                    assertThat(refused.remedy()).isEqualTo(Remedy.NETWORK_FILE);
                    assertThat(refused.about()).isEqualTo("hf:acme/tiny@main onnx/model.onnx");
                });
        assertThatThrownBy(() -> fetch("config.json")).hasMessageContaining("has no network config.json; it has onnx/");
        FolderRemoval.remove(home.resolve("cache"));
        server.with("model.onnx", new byte[5]);
        assertThatThrownBy(() -> fetch("model.onnx"))
                .hasMessageContaining("has both model.onnx and onnx/model.onnx, and which one is meant is not guessed");
        FolderRemoval.remove(home.resolve("cache"));
        server.without("model.onnx").without("onnx/model.onnx").without(NETWORK);
        assertThatThrownBy(() -> fetch("model.onnx")).hasMessageEndingWith("it has no .onnx file");
    }

    @Test
    void fetch_noTokenizerJson_bringsASlowTokenizersFiles() throws IOException {
        server.with("vocab.json", utf8("{}")).with("merges.txt", utf8(""));
        assertThat(names(usual())).doesNotContain("vocab.json", "merges.txt").contains(TOKENIZER);
        FolderRemoval.remove(home.resolve("cache"));
        server.without(TOKENIZER);
        assertThat(names(usual())).contains("vocab.json", "merges.txt");
    }
}
