// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import io.github.stray.extract.FailedSample.Kind;
import io.github.stray.extract.SampleException;
import java.io.IOException;

/**
 * What decoding a JPEG may cost. A few bytes can ask for all samples to be kept and gone over again and again: libjpeg
 * holds the coefficients of pictures in several scans outside Java's heap. One of these counts the work of one file, which
 * may be several JPEG files: the strips of a TIFF.
 */
final class JpegWork {
    /** As many as the fuzzers of libjpeg-turbo allow; encoders write about ten. */
    static final int MOST_SCANS = 500;

    private static final long MOST_SAMPLES = 8_000_000_000L;
    /** What a scan costs beside its samples. */
    private static final long SCAN = 4096;

    private long samples;

    /** Adds a picture that is about to be decoded. */
    void add(JpegHeader header, JpegScans scans) throws IOException {
        ImageSize size = header.size();
        if (scans.count() > MOST_SCANS) {
            throw new SampleException(
                    Kind.TOO_LARGE,
                    "this JPEG image has %d scans, more than the %d that are decoded; save it anew"
                            .formatted(scans.count(), MOST_SCANS));
        }
        samples += scans.count() * (header.samples() + SCAN);
        if (samples > MOST_SAMPLES) {
            throw new SampleException(
                    Kind.TOO_LARGE,
                    "%d scans of %d x %d pixels are more than are decoded; save it anew"
                            .formatted(scans.count(), size.width(), size.height()));
        }
        boolean kept = scans.count() > 1 || header.coding() == JpegHeader.Coding.PROGRESSIVE;
        long coefficients = kept ? 2 * header.samples() : 0;
        long outside = coefficients + 3 * size.pixels();
        long allowed = Runtime.getRuntime().maxMemory() / 4 * 3;
        if (outside > allowed) {
            throw new SampleException(
                    Kind.NO_MEMORY,
                    "not enough memory to decode this JPEG image of %d x %d pixels (%d MB outside the heap, %d MB allowed); raise -Xmx"
                            .formatted(size.width(), size.height(), outside >> 20, allowed >> 20));
        }
    }
}
