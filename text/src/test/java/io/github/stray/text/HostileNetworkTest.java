// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.stray.graph.OnnxGraph;
import io.github.stray.provenance.Sha256;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.model.AddOptions;
import io.github.stray.vision.model.ModelInstaller;
import io.github.stray.vision.model.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks of strangers: what would never end ends, and weights come from listed files only. */
class HostileNetworkTest {
    @TempDir
    Path home;

    private void add(Path network) throws IOException {
        new ModelInstaller(ModelStore.at(home.resolve("stray")))
                .add(
                        network.toString(),
                        new AddOptions(Optional.of("m"), Optional.empty(), Optional.empty(), NetworkMutants.OPTIONS));
    }

    private Path write(String kind) throws IOException {
        return Files.write(home.resolve("network.onnx"), HostileNetworks.of(kind, new Random(1)));
    }

    private void refused(String kind, String message) throws IOException {
        Path network = write(kind);
        assertThatThrownBy(() -> add(network))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(network.toString(), message);
        assertThat(ModelStore.at(home.resolve("stray")).list().models()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"endless loop", "constants that take long"})
    void withoutEnd_isEndedAndRefused(String kind) throws IOException {
        String before = System.getProperty("stray.network.seconds");
        System.setProperty("stray.network.seconds", "1");
        try {
            refused(kind, "did not finish within 2 s on input [1, 3, 8, 8]");
        } finally {
            if (before == null) {
                System.clearProperty("stray.network.seconds");
            } else {
                System.setProperty("stray.network.seconds", before);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            functions of functions      | has functions that call each other: it would have more than 1000000 nodes
            branches in branches, deep  | too many levels of nesting
            weight in '/etc/passwd'     | keeps weights in '/etc/passwd', which does not lie in its folder
            weight in '../../secret'    | keeps weights in '../../secret', which does not lie in its folder
            weight in 'a/../../b'       | which does not lie in its folder
            weight in 'weights.bin'     | weights.bin, which is missing
            batch of 5000               | takes batches of 5000 images only, expected a free size or 1 to 4096
            Tile                        | output tensor would require more than
            """)
    void refusedByName(String kind, String message) throws IOException {
        refused(kind, message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"good", "batch of 1", "batch of 4", "branches in branches", "loop of no rounds"})
    void oddButSound_isTaken(String kind) throws IOException {
        add(write(kind));
        assertThat(ModelStore.at(home.resolve("stray")).find("m").card().layers())
                .hasSize(1);
    }

    /** What the card does not list has no digest. */
    @Test
    void weightsThatTheCardDoesNotList_areRefusedWhenOpened_andWhenAdded() throws IOException {
        Files.write(home.resolve("weights.bin"), new byte[12]);
        Path network = write("weight in 'weights.bin'");
        // An offset of 0.
        for (int seed = 2;
                !OnnxGraph.read(network, "n").proto().getInitializer(0).getExternalDataList().stream()
                        .allMatch(entry -> !entry.getKey().equals("offset")
                                || entry.getValue().equals("0"));
                seed++) {
            Files.write(network, HostileNetworks.of("weight in 'weights.bin'", new Random(seed)));
        }
        add(network);
        Path folder = home.resolve("stray").resolve("models").resolve("m");
        Path card = folder.resolve("extractor.json");
        String written = Files.readString(card);
        assertThat(written).contains("weights.bin");
        ModelStore store = ModelStore.at(home.resolve("other"));
        store.find(folder.toString()).open().close();
        String entry = "\\s*\"weights.bin\"\\s*:\\s*\"" + Sha256.of(new byte[12]) + "\",?";
        String unlisted = written.replaceFirst(entry, "").replaceFirst(",(\\s*\\})", "$1");
        assertThat(unlisted).doesNotContain("weights.bin");
        Files.writeString(card, unlisted);
        assertThatThrownBy(() -> store.find(folder.toString()).open())
                .isInstanceOf(InvalidCardException.class)
                .hasMessageContaining(
                        "network.onnx keeps weights in 'weights.bin', which its card does not list with a digest");
        assertThatThrownBy(() -> new ModelInstaller(store).add(folder.toString(), AddOptions.none()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("weights.bin");
        assertThat(store.list().models()).hasSize(1);
    }

    @Test
    void weightsOfFunctionsAndSparseTensors_areListed() throws IOException {
        TensorProto.Builder sparse = outside("sparse.bin");
        AttributeProto constant = AttributeProto.newBuilder()
                .setName("value")
                .setType(AttributeProto.AttributeType.TENSOR)
                .setT(outside("function.bin"))
                .build();
        var model = HostileNetworks.good()
                .addFunctions(FunctionProto.newBuilder()
                        .setName("f")
                        .addNode(NodeProto.newBuilder().setOpType("Constant").addAttribute(constant)));
        model.getGraphBuilder()
                .addSparseInitializer(SparseTensorProto.newBuilder().setValues(sparse));
        assertThat(OnnxGraph.of(model.build().toByteArray(), "n").externalFiles())
                .isEqualTo(List.of("function.bin", "sparse.bin"));
    }

    private static TensorProto.Builder outside(String place) {
        return TensorProto.newBuilder()
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue(place));
    }
}
