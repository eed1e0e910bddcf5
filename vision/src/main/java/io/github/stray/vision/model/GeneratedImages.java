// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleIterator;
import io.github.stray.provenance.Sha256;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/**
 * Images to try an extractor on, always the same: coloured gradients with noise, 256 x 256.
 *
 * @param count how many
 */
record GeneratedImages(int count) implements DatasetSource {
    private static final int SIDE = 256;

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

    private static Pixels image(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] slope = random.doubles(6, -0.5, 0.5).toArray();
        byte[] rgb = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < rgb.length; i++) {
            int channel = i % 3;
            int x = i / 3 % SIDE;
            int y = i / 3 / SIDE;
            double value = 128 + slope[channel] * (x - SIDE / 2) + slope[3 + channel] * (y - SIDE / 2);
            rgb[i] = (byte) Math.clamp(Math.round(value + random.nextInt(-20, 21)), 0, 255);
        }
        return new Pixels(SIDE, SIDE, rgb);
    }
}
