// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.graph.OnnxGraph;
import io.github.stray.graph.UnreadableGraphException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkSourceTest {
    private static final Path FILE = Path.of("..", "golden", "graph", "classifier-gemm.onnx");
    private static final Path EXTERNAL = Path.of("..", "golden", "graph", "clip-external.onnx");
    private static final String HIDDEN = "before(logits)";

    private static List<String> outputs(NetworkSource source) throws IOException {
        try (OnnxNetwork network = OnnxNetwork.load(source, InferenceOptions.ONE_THREAD)) {
            return network.outputs().stream().map(TensorSignature::name).toList();
        }
    }

    @Test
    void name_isThePathUnlessOneIsGiven() throws IOException {
        assertThat(NetworkSource.of(FILE).name()).isEqualTo(FILE.toString());
        assertThat(NetworkSource.of(FILE, "net").name()).isEqualTo("net");
        NetworkSource memory = NetworkSource.of(Files.readAllBytes(FILE), "bytes");
        assertThat(memory.name()).isEqualTo("bytes");
        assertThat(memory.withOutputs(List.of(HIDDEN)).name()).isEqualTo("bytes");
        assertThat(memory.with(new byte[1]).name()).isEqualTo("bytes");
    }

    @Test
    void withOutputs_fileAndMemory_areLoadedAlikeAndTheGraphIsAsStored() throws IOException {
        for (NetworkSource source :
                List.of(NetworkSource.of(FILE, "net"), NetworkSource.of(Files.readAllBytes(FILE), "net"))) {
            NetworkSource changed = source.withOutputs(List.of(HIDDEN));
            assertThat(outputs(source)).containsExactly("logits");
            assertThat(outputs(changed)).containsExactly("logits", HIDDEN);
            assertThat(changed.graph().outputs()).containsExactly("logits");
            assertThat(outputs(changed.withOutputs(List.of()))).containsExactly("logits");
            assertThat(outputs(changed.withOutputs(List.of("logits", "no tensor"))))
                    .containsExactly("logits");
        }
    }

    @Test
    void with_addition_isPutBehindTheNetworkAsItIsStored() throws IOException {
        NetworkSource source = NetworkSource.of(FILE, "net");
        byte[] addition = source.graph().expose(List.of(HIDDEN));
        assertThat(outputs(source.with(addition))).containsExactly("logits", HIDDEN);
        assertThat(outputs(source.withOutputs(List.of(HIDDEN)).with(new byte[0])))
                .containsExactly("logits");
        assertThat(outputs(source.with(addition).withOutputs(List.of("logits"))))
                .containsExactly("logits");
        assertThat(source.with(addition).graph().outputs()).containsExactly("logits");
    }

    @Test
    void externalData_isFoundBesideTheFileAndNowhereForMemory(@TempDir Path folder) throws IOException {
        String before = "before(image_embeds)";
        assertThat(outputs(NetworkSource.of(EXTERNAL).withOutputs(List.of(before))))
                .contains(before);
        NetworkSource memory = NetworkSource.of(Files.readAllBytes(EXTERNAL), "bytes");
        assertThatThrownBy(() -> outputs(memory))
                .isInstanceOf(InvalidNetworkException.class)
                .hasMessageStartingWith("bytes ");
        NetworkSource alone = NetworkSource.of(Files.copy(EXTERNAL, folder.resolve("alone.onnx")), "alone");
        assertThatThrownBy(() -> outputs(alone.withOutputs(List.of(before))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("alone");
    }

    @Test
    void graph_whatIsNoNetwork_isRefusedByName(@TempDir Path folder) throws IOException {
        byte[] page = "<html>not found</html>".getBytes(StandardCharsets.UTF_8);
        Path file = folder.resolve("page.onnx");
        NetworkSource later = NetworkSource.of(file, "page");
        assertThatThrownBy(later::graph).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> outputs(later))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage("page: no such network file");
        Files.write(file, page);
        for (NetworkSource source : List.of(later, NetworkSource.of(page, "page"))) {
            assertThatThrownBy(source::graph)
                    .isInstanceOf(InvalidNetworkException.class)
                    .hasMessageStartingWith("page is damaged, truncated or no ONNX network: ")
                    .hasCauseInstanceOf(UnreadableGraphException.class);
        }
        Files.copy(FILE, file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(later.graph().outputs())
                .isEqualTo(OnnxGraph.read(FILE, "net").outputs());
    }
}
