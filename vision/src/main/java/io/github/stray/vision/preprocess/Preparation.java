// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FailedSample.Kind;
import io.github.stray.extract.ImageContent.Encoded;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.extract.Sample;
import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.preprocess.PreparedImages.Prepared;
import java.io.IOException;
import java.util.concurrent.Callable;

/**
 * From a sample to an image of the network's input size: decoding, resizing, cropping. Nothing that is wrong with a sample
 * ends in an exception. Immutable and safe for concurrent use.
 *
 * @param preprocessing resize and crop
 * @param mostPixels largest number of pixels that is decoded
 */
public record Preparation(Preprocessing preprocessing, long mostPixels) {
    /**
     * Reads a sample now, on the calling thread, and leaves the rest for later.
     *
     * @param sample the sample, whose bytes may be gone afterwards
     * @return decodes and resizes, on any thread
     */
    public Callable<Prepared> read(Sample sample) {
        return switch (sample.content()) {
            case Pixels pixels -> () -> prepared(sample, () -> pixels);
            case Encoded encoded -> {
                try {
                    byte[] file = encoded.read();
                    yield () -> prepared(sample, () -> ImageDecoder.decode(file, mostPixels));
                } catch (IOException e) {
                    Prepared failed = new Prepared.Failed(FailedSample.of(sample.id(), e));
                    yield () -> failed;
                }
            }
        };
    }

    /**
     * Reads, decodes and resizes a sample on the calling thread.
     *
     * @param sample the sample
     * @return the image, or why there is none
     */
    public Prepared prepared(Sample sample) {
        return switch (sample.content()) {
            case Pixels pixels -> prepared(sample, () -> pixels);
            case Encoded encoded -> prepared(sample, () -> ImageDecoder.decode(encoded.read(), mostPixels));
        };
    }

    /** Image codecs answer damaged files with any exception; none of them may end the run of all other images. */
    private Prepared prepared(Sample sample, Callable<Pixels> decoding) {
        try {
            return new Prepared.Image(sample.id(), sample.label(), preprocessing.prepared(decoding.call()));
        } catch (Exception e) {
            return new Prepared.Failed(FailedSample.of(sample.id(), e));
        } catch (OutOfMemoryError e) {
            return new Prepared.Failed(
                    new FailedSample(sample.id(), "not enough memory to resize it; raise -Xmx", Kind.NO_MEMORY));
        }
    }
}
