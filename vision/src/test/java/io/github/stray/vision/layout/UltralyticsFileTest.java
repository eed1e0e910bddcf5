// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import io.github.stray.graph.OnnxGraph;
import io.github.stray.graph.UnreadableGraphException;
import org.junit.jupiter.api.Test;

class UltralyticsFileTest {
    private static UltralyticsFile file(String size, String names) throws UnreadableGraphException {
        ModelProto model = ModelProto.newBuilder()
                .addMetadataProps(
                        StringStringEntryProto.newBuilder().setKey("imgsz").setValue(size))
                .addMetadataProps(
                        StringStringEntryProto.newBuilder().setKey("names").setValue(names))
                .build();
        return UltralyticsFile.of(OnnxGraph.of(model.toByteArray(), "net"));
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
