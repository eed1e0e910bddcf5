// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import io.github.stray.graph.OnnxGraph;
import io.github.stray.graph.UnreadableGraphException;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UltralyticsFileTest {
    private static UltralyticsFile file(String size, String names) throws UnreadableGraphException {
        return UltralyticsFile.of(graph(Map.of("imgsz", size, "names", names)));
    }

    private static OnnxGraph graph(Map<String, String> metadata) throws UnreadableGraphException {
        ModelProto.Builder model = ModelProto.newBuilder();
        metadata.forEach((key, value) -> model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return OnnxGraph.of(model.build().toByteArray(), "net");
    }

    @ParameterizedTest
    @CsvSource({"Ultralytics, classify, true", "Ultralytics, detect, false", "me, classify, false"})
    void of_author_saysWhetherItIsTheirClassifier(String author, String task, boolean classifier)
            throws UnreadableGraphException {
        assertThat(UltralyticsFile.of(graph(Map.of("author", author, "task", task)))
                        .classifier())
                .isEqualTo(classifier);
    }

    @Test
    void withOwnLayers_theirClassifierAndNothingSaid_takesTheirPreset() throws IOException {
        OnnxGraph graph = graph(Map.of("author", "Ultralytics", "task", "classify", "imgsz", "[64, 96]"));

        NetworkOptions own = NetworkOptions.none().withOwnLayers(graph);
        assertThat(own.get(NetworkOption.PRESET)).hasValue("ultralytics");
        assertThat(own.get(NetworkOption.INPUT_SIZE)).hasValue("96x64");

        NetworkOptions said = NetworkOptions.none().with(NetworkOption.CROP, "center");
        assertThat(said.withOwnLayers(graph).get(NetworkOption.PRESET))
                .as("what is said is not added to")
                .isEmpty();
    }

    @Test
    void of_sizeAndNames_areRead() throws UnreadableGraphException {
        UltralyticsFile file = file("[64, 96]", "{0: 'jay', 1: \"hen's\", 2: 'the \\'elk\\''}");
        assertThat(file.inputSize()).hasValue("96x64");
        assertThat(file.classNames()).containsExactly("jay", "hen's", "the 'elk'");
    }

    @Test
    void of_whatIsNotWhole_isLeftOut() throws UnreadableGraphException {
        assertThat(file("64", "{0: 'jay', 2: 'elk'}")).isEqualTo(file("", ""));
        assertThat(file("[64, 64, 3]", "jay, elk").inputSize()).isEmpty();
    }
}
