// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.audit;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ImageContent.Encoded;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleIterator;
import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.image.PngEncoder;
import io.github.stray.vision.preprocess.Resampling;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Small pictures of some images of a set. */
public final class AuditPictures {
    private static final int MOST = 64;

    private AuditPictures() {}

    /**
     * Reads images again and makes them small.
     *
     * @param source the set
     * @param ids those wanted; those the set does not hold have no picture
     * @return PNG files by id, none wider or higher than {@value #MOST} pixels, in the proportions of the image
     * @throws IOException if the set cannot be read on
     */
    public static Map<String, byte[]> of(DatasetSource source, Set<String> ids) throws IOException {
        var missing = new HashSet<>(ids);
        var pictures = new HashMap<String, byte[]>();
        if (missing.isEmpty()) {
            return pictures;
        }
        try (SampleIterator samples = source.open()) {
            while (!missing.isEmpty() && samples.hasNext()) {
                Sample sample = samples.next();
                if (missing.remove(sample.id())) {
                    Pixels image = switch (sample.content()) {
                        case Pixels pixels -> pixels;
                        case Encoded encoded -> ImageDecoder.decode(encoded.read());
                    };
                    pictures.put(sample.id(), PngEncoder.encode(Resampling.within(image, MOST)));
                }
            }
        }
        return pictures;
    }
}
