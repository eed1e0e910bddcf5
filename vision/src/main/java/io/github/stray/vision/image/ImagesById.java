// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ImageContent.Encoded;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleIterator;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Reads some images of a set again, such as those that a page shows. */
public final class ImagesById {
    private ImagesById() {}

    /**
     * {@return what was made of images, by id; without those that the set does not hold}
     *
     * @param <T> what is made of an image
     * @param source the set
     * @param ids those wanted
     * @param make makes something of an image, which is not kept
     * @throws IOException if the set cannot be read on, or one of them is no image any more
     */
    public static <T> Map<String, T> read(DatasetSource source, Set<String> ids, Function<Pixels, T> make)
            throws IOException {
        var missing = new HashSet<>(ids);
        var made = new HashMap<String, T>();
        if (missing.isEmpty()) {
            return made;
        }
        try (SampleIterator samples = source.open()) {
            while (!missing.isEmpty() && samples.hasNext()) {
                Sample sample = samples.next();
                if (missing.remove(sample.id())) {
                    Pixels image = switch (sample.content()) {
                        case Pixels pixels -> pixels;
                        case Encoded encoded -> ImageDecoder.decode(encoded.read());
                    };
                    made.put(sample.id(), make.apply(image));
                }
            }
        }
        return made;
    }
}
