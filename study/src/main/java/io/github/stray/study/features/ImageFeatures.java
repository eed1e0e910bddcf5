// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.features;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.Extraction;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.study.cache.CachedFeatures;
import io.github.stray.study.cache.FeatureCache;
import io.github.stray.study.cache.FeatureKey;
import io.github.stray.study.cache.ReadingCache;
import io.github.stray.study.cache.SetDigests;
import io.github.stray.vision.audit.ImageReadings;
import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * Features of image sets by one extractor: extracted into memory, or through a cache that a study may share. For one thread.
 *
 * @param extractor the opened extractor; stays open
 * @param card what it is
 * @param provider what its network runs on
 * @param options layers wanted, features first; batch and threads
 * @param cache where features are kept, if anywhere
 */
public record ImageFeatures(
        OnnxExtractor extractor,
        ExtractorCard card,
        Provider provider,
        ExtractionOptions options,
        Optional<FeatureCache> cache) {

    /**
     * {@return readings of a set: from the cache, if it was read before}
     *
     * @param input what the set was opened from
     * @param source the set
     * @param listener told of its samples
     * @throws IOException if the set cannot be read on, or the cache not be written to
     */
    public ImageReadings readings(String input, DatasetSource source, ProgressListener listener) throws IOException {
        return cache.isEmpty()
                ? ImageReadings.of(source, options.threads(), listener::advance)
                : new ReadingCache(cache.get().folder())
                        .of(new SetDigests().of(input, source), source, options.threads(), listener::advance);
    }

    /**
     * {@return features of a set, and failures}
     *
     * @param input what the set was opened from
     * @param source the set
     * @param listener told of its samples
     * @throws IOException if the set cannot be read on or, with a cache, none of its images can be read
     */
    public Extraction of(String input, DatasetSource source, ProgressListener listener) throws IOException {
        if (cache.isEmpty()) {
            return extractor.extract(source, options, listener);
        }
        var layers = new LinkedHashSet<>(FeatureKey.layers(card));
        layers.addAll(options.layers());
        var all = new ExtractionOptions(List.copyOf(layers), options.batch(), options.threads());
        FeatureKey key = FeatureKey.of(card, all.layers(), provider, new SetDigests().of(input, source));
        Optional<CachedFeatures> found = cache.get().find(key);
        if (found.isPresent()) {
            found.get().failed().forEach(listener::failed);
            listener.advance(found.get().file().rows());
        }
        CachedFeatures entry =
                found.isPresent() ? found.get() : cache.get().make(key, source, extractor, all, provider, listener);
        return new Extraction(entry.file().layers(options.layers()), entry.failed());
    }
}
