// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureSink;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.feature.Layer;
import io.github.stray.vision.MemoryDataset;
import io.github.stray.vision.SharedData;
import io.github.stray.vision.preprocess.ChannelOrder;
import io.github.stray.vision.preprocess.CropRule;
import io.github.stray.vision.preprocess.Interpolation;
import io.github.stray.vision.preprocess.Preprocessing;
import io.github.stray.vision.preprocess.ResizeRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.tukaani.xz.XZInputStream;

class Cifar10AccuracyTest {
    private static final int RECORD = 1 + 3 * 32 * 32;

    /** Pixel order, channel order and normalisation are right only if a foreign classifier is right. */
    @Test
    void extract_resnet20OnTheWholeTestSet_classifiesIt() throws IOException {
        Path weights = SharedData.require("models/resnet20_cifar10.onnx");
        byte[] records;
        try (XZInputStream in =
                new XZInputStream(Files.newInputStream(SharedData.require("data/images/cifar10-test.bin.xz")))) {
            records = in.readAllBytes();
        }
        assertThat(records).hasSize(10_000 * RECORD);
        var preprocessing = new Preprocessing(
                32,
                32,
                new ResizeRule.Exact(32, 32),
                new CropRule.None(),
                Interpolation.BILINEAR,
                Preprocessing.UNIT_SCALE,
                List.of(0.485, 0.456, 0.406),
                List.of(0.229, 0.224, 0.225),
                ChannelOrder.RGB);
        int[] right = new int[1];
        try (OnnxExtractor resnet = new OnnxExtractor(
                "resnet20",
                OnnxNetwork.load(NetworkSource.of(weights, weights.toString()), InferenceOptions.ONE_THREAD),
                new NetworkInput("input"),
                preprocessing,
                Map.of(Layer.LOGITS, new NetworkLayer("logits", 10, Normalisation.NONE)),
                "0".repeat(64))) {
            MemoryDataset images = MemoryDataset.of(10_000, i -> pixels(records, i));
            resnet.extract(images, new ExtractionOptions(List.of(Layer.LOGITS), 64, 2), new FeatureSink() {
                @Override
                public void accept(FeatureBatch batch) {
                    float[] logits = Objects.requireNonNull(batch.layers().get(Layer.LOGITS));
                    for (int i = 0; i < batch.ids().size(); i++) {
                        int sample = Integer.parseInt(batch.ids().get(i).substring("sample-".length()));
                        right[0] += argmax(logits, i * 10) == records[sample * RECORD] ? 1 : 0;
                    }
                }

                @Override
                public void failed(FailedSample failed) {
                    throw new AssertionError(failed);
                }
            });
        }
        assertThat(right[0]).as("correct of 10,000").isBetween(9_100, 9_250);
    }

    private static Pixels pixels(byte[] records, int index) {
        byte[] rgb = new byte[3 * 1024];
        for (int i = 0; i < 1024; i++) {
            for (int channel = 0; channel < 3; channel++) {
                rgb[3 * i + channel] = records[index * RECORD + 1 + channel * 1024 + i];
            }
        }
        return new Pixels(32, 32, rgb);
    }

    private static int argmax(float[] values, int offset) {
        int best = 0;
        for (int k = 1; k < 10; k++) {
            best = values[offset + k] > values[offset + best] ? k : best;
        }
        return best;
    }
}
