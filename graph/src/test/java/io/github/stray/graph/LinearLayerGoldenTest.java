// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LinearLayerGoldenTest {
    static List<JsonObject> heads() throws IOException, JsonParserException {
        return JsonParser.object()
                .from(Files.readString(Path.of("..", "golden", "graph", "heads.json")))
                .getArray("cases")
                .stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("heads")
    void linearLayer_everyForm_isTheMatrixItStandsFor(JsonObject golden) throws IOException {
        OnnxGraph graph = OnnxGraph.of(Base64.getDecoder().decode(golden.getString("onnx")), golden.getString("name"));
        LinearLayer layer = graph.linearLayer("logits");
        assertThat(layer.classes()).isEqualTo(5);
        assertThat(layer.dimension()).isEqualTo(3);
        assertThat(layer.dequantised()).isEqualTo(golden.getBoolean("quantised"));
        requireSame(layer.weight(), golden.getArray("weight"));
        requireSame(layer.bias(), golden.getArray("bias"));
        assertThat(graph.sameValues("features", layer.input())).isTrue();
        assertThat(graph.sameValues("input", layer.input())).isFalse();
        assertThat(graph.sameValues("before(logits)", "features")).isTrue();
    }

    private static void requireSame(float[] actual, JsonArray expected) {
        assertThat(actual).hasSize(expected.size());
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i])
                    .isCloseTo(expected.getDouble(i), within(1e-7 * Math.abs(expected.getDouble(i))));
        }
    }
}
