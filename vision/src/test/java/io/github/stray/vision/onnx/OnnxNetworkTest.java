// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.stray.vision.SmallNetwork;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OnnxNetworkTest {
    private static final int HALF = TensorProto.DataType.FLOAT16_VALUE;

    private static OnnxNetwork load(SmallNetwork network) throws IOException {
        return OnnxNetwork.load(NetworkSource.of(network.bytes(3), "small"), InferenceOptions.ONE_THREAD);
    }

    private static float[] run(SmallNetwork network, InputTensor given) throws IOException {
        try (OnnxNetwork loaded = load(network)) {
            return requireNonNull(loaded.run(Map.of("input", given), List.of("output"))
                            .get("output"))
                    .values();
        }
    }

    @Test
    void run_halfPrecision_isGivenAndReadAsFloats() throws IOException {
        FloatBuffer values = InputTensor.buffer(3).put(0, new float[] {1 / 3f, -1e-5f, 70_000});
        float[] read = run(
                new SmallNetwork(HALF, -1, 3).node("Identity", "input", "output"),
                new InputTensor.Floats(values, new long[] {1, 3}));
        assertThat(read).containsExactly(0.33325195f, -1.001358E-5f, Float.POSITIVE_INFINITY);
        assertThat(values.get(0)).isEqualTo(1 / 3f);
    }

    @Test
    void run_wholeNumbersToHalfPrecision_areReadAsFloats() throws IOException {
        float[] read = run(
                new SmallNetwork(TensorProto.DataType.INT64_VALUE, -1, 3)
                        .to(HALF)
                        .node("Cast", "input", "output", "to", HALF),
                new InputTensor.Integers(new long[] {1, 2, 49407}, new long[] {1, 3}));
        assertThat(read).containsExactly(1, 2, 49408);
    }

    @Test
    void run_channelsLast_areInterleavedAndThePlanesKept() throws IOException {
        FloatBuffer planes = InputTensor.buffer(12).put(0, new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
        float[] read = run(
                new SmallNetwork(TensorProto.DataType.FLOAT_VALUE, -1, 1, 2, 3)
                        .integers("rows", -1, 3)
                        .node("Reshape", "input rows", "output"),
                new InputTensor.ChannelsLast(planes, new long[] {2, 3, 1, 2}));
        assertThat(read).containsExactly(1, 3, 5, 2, 4, 6, 7, 9, 11, 8, 10, 12);
        assertThat(planes.get(1)).isEqualTo(2);
    }

    @Test
    void fixedBatch_ofGraphAndInput_mustAgree() throws IOException {
        var four = new SmallNetwork(TensorProto.DataType.FLOAT_VALUE, 4, 3, 8, 8)
                .node("GlobalAveragePool", "input", "mean")
                .node("Flatten", "mean", "output");
        var input = new NetworkInput("input");
        try (OnnxNetwork loaded = load(four)) {
            assertThat(loaded.fixedBatch(input, 8, 8)).isEqualTo(Optional.of(4));
            assertThatThrownBy(() -> loaded.fixedBatch(input.single(), 8, 8))
                    .isInstanceOf(InvalidNetworkException.class)
                    .hasMessage(
                            "small takes batches of 4 images only, and its features are right in batches of 1 only");
            assertThatThrownBy(() -> loaded.fixedBatch(
                            new NetworkInput("input", NetworkInput.Layout.NHWC, Optional.empty()), 8, 8))
                    .hasMessageContaining("expected FLOAT [n, 8, 8, 3]");
        }
    }
}
