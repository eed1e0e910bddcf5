// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import io.github.stray.extract.DatasetSource;
import io.github.stray.study.cache.SetDigests;
import io.github.stray.study.suite.SuiteSet;
import io.github.stray.vision.dataset.ImageInput;
import io.github.stray.vision.dataset.Selection;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/** Opens each image set of a suite once, and computes the digest of its content. Safe for concurrent use. */
final class ImageSets {
    private final long seed;
    private final Map<String, Opened> opened = new ConcurrentHashMap<>();
    private final SetDigests digests = new SetDigests();

    ImageSets(long seed) {
        this.seed = seed;
    }

    /**
     * A set that can be read.
     *
     * @param source its images
     * @param fingerprint digest of the manifest, of the choice of samples and, where the set is one file, of that file; the
     *     same in every folder
     * @param digest digest of all that and of the times at which the files of a folder were changed
     */
    record Opened(DatasetSource source, String fingerprint, String digest) {}

    Opened open(SuiteSet set, OptionalInt limit) throws SetFailedException {
        String input = set.input().orElseThrow();
        boolean whole = set.part().isPresent();
        var selection = whole ? Selection.ALL : new Selection(limit, set.perClass(), seed);
        String key = input + selection;
        if (!opened.containsKey(key)) {
            try {
                DatasetSource source = ImageInput.of(input, selection);
                opened.put(key, new Opened(source, digests.fingerprint(input, source), digests.of(input, source)));
            } catch (IOException | RuntimeException e) {
                throw new SetFailedException("set %s: %s".formatted(set.name(), e.getMessage()), e);
            }
        }
        return Objects.requireNonNull(opened.get(key));
    }
}
