// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleIterator;
import io.github.stray.provenance.Sha256;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.preprocess.CropRule;
import io.github.stray.vision.preprocess.ResizeRule;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/**
 * Images to try an extractor on, always the same: coloured gradients with noise, 256 x 256, or of the network's
 * size where its card neither resizes nor crops.
 *
 * @param count how many
 * @param width in pixels
 * @param height in pixels
 */
record GeneratedImages(int count, int width, int height) implements DatasetSource {
    private static final int SIDE = 256;

    static GeneratedImages of(int count, FeatureExtractor extractor) {
        return extractor instanceof OnnxExtractor network
                        && network.preprocessing().resize() instanceof ResizeRule.None
                        && network.preprocessing().crop() instanceof CropRule.None
                ? new GeneratedImages(
                        count,
                        network.preprocessing().width(),
                        network.preprocessing().height())
                : new GeneratedImages(count, SIDE, SIDE);
    }

    @Override
    public String name() {
        return "generated";
    }

    @Override
    public long size() {
        return count;
    }

    @Override
    public long ignored() {
        return 0;
    }

    @Override
    public List<String> classNames() {
        return List.of();
    }

    @Override
    public String fingerprint() {
        return Sha256.of("generated " + count);
    }

    @Override
    public SampleIterator open() {
        return new SampleIterator() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < count;
            }

            @Override
            public Sample next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                int seed = next++;
                return new Sample(Integer.toString(seed), OptionalInt.empty(), image(seed));
            }

            @Override
            public void close() {}
        };
    }

    private Pixels image(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] slope = random.doubles(6, -0.5, 0.5).toArray();
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            int channel = i % 3;
            int x = i / 3 % width;
            int y = i / 3 / width;
            double value = 128 + slope[channel] * (x - width / 2) + slope[3 + channel] * (y - height / 2);
            rgb[i] = (byte) Math.clamp(Math.round(value + random.nextInt(-20, 21)), 0, 255);
        }
        return new Pixels(width, height, rgb);
    }
}
