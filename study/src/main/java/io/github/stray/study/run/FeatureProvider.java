// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import io.github.stray.extract.ExtractionListener;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.provenance.Sha256;
import io.github.stray.store.FeatureFile;
import io.github.stray.study.cache.CacheFailedException;
import io.github.stray.study.cache.CachedFeatures;
import io.github.stray.study.cache.FeatureCache;
import io.github.stray.study.cache.FeatureKey;
import io.github.stray.study.suite.SuiteSet;
import io.github.stray.vision.onnx.InferenceUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/** Gets the features of sets: from files of features, or from images through the cache. */
final class FeatureProvider {
    private final FeatureCache cache;
    private final ImageSets images;
    private final StudyOptions options;
    private final long seed;
    private final StudyListener listener;
    private final Map<Path, FeatureFile> files = new HashMap<>();
    private final Map<Path, String> digests = new HashMap<>();
    private final Map<List<Object>, SetFeatures> known = new HashMap<>();
    private final Map<String, Rate> rates = new HashMap<>();

    FeatureProvider(FeatureCache cache, ImageSets images, StudyOptions options, long seed, StudyListener listener) {
        this.cache = cache;
        this.images = images;
        this.options = options;
        this.seed = seed;
        this.listener = listener;
    }

    private record Rate(long images, double seconds) {}

    /** Images a second of an extractor over all that it extracted, also in earlier runs. */
    Optional<Double> rate(String extractor) {
        return Optional.ofNullable(rates.get(extractor))
                .filter(rate -> rate.seconds() > 0)
                .map(rate -> rate.images() / rate.seconds());
    }

    /** Features that {@link #ofImages} gave before. */
    SetFeatures known(SuiteSet set, String extractor) {
        return Objects.requireNonNull(known.get(List.of(set.name(), extractor)));
    }

    static OptionalInt limit(SuiteSet set, OptionalInt most) {
        if (set.limit().isEmpty() || most.isEmpty()) {
            return set.limit().isPresent() ? set.limit() : most;
        }
        return OptionalInt.of(Math.min(set.limit().getAsInt(), most.getAsInt()));
    }

    SetFeatures ofFile(SuiteSet set, OptionalInt most) throws SetFailedException {
        Path path = set.features().orElseThrow();
        try {
            if (!files.containsKey(path)) {
                files.put(path, FeatureFile.read(path));
            }
            var features = new SetFeatures(
                    Objects.requireNonNull(files.get(path)),
                    set,
                    limit(set, most),
                    set.perClass(),
                    seed,
                    digest(path),
                    List.of());
            requireRows(set, features);
            return features;
        } catch (IOException | RuntimeException e) {
            throw new SetFailedException("set %s: %s".formatted(set.name(), message(e)), e);
        }
    }

    private String digest(Path path) throws IOException {
        if (!digests.containsKey(path)) {
            digests.put(path, Sha256.of(path));
        }
        return Objects.requireNonNull(digests.get(path));
    }

    private static void requireRows(SuiteSet set, SetFeatures features) {
        if (features.size() == 0) {
            throw new IllegalArgumentException("it has no rows");
        }
        if (set.perClass().isPresent() && features.features().labels().isEmpty()) {
            throw new IllegalArgumentException("'per-class' needs labels, and it has none");
        }
    }

    SetFeatures ofImages(SuiteSet set, StudyNetwork network, OptionalInt most)
            throws SetFailedException, CacheFailedException {
        OptionalInt limit = limit(set, most);
        ImageSets.Opened opened = images.open(set, limit);
        List<Object> place = List.of(set.name(), network.name());
        SetFeatures before = known.get(place);
        if (before != null) {
            return before;
        }
        try {
            FeatureKey key = network.key(opened.digest());
            Optional<CachedFeatures> found = cache.find(key);
            CachedFeatures entry;
            if (found.isPresent()) {
                entry = found.get();
                listener.advance(opened.source().size());
            } else {
                var extraction = new ExtractionOptions(network.layers(), options.batch(), options.threads());
                entry = cache.make(key, opened.source(), network.open(), extraction, options.provider(), told(set));
            }
            rates.merge(
                    network.name(),
                    new Rate(entry.file().rows(), entry.seconds()),
                    (a, b) -> new Rate(a.images() + b.images(), a.seconds() + b.seconds()));
            boolean choose = set.part().isPresent();
            var features = new SetFeatures(
                    entry.file(),
                    set,
                    choose ? limit : OptionalInt.empty(),
                    choose ? set.perClass() : OptionalInt.empty(),
                    seed,
                    key.digest(),
                    entry.failed());
            requireRows(set, features);
            known.put(place, features);
            return features;
        } catch (CacheFailedException | InferenceUnavailableException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new SetFailedException("%s on set %s: %s".formatted(network.name(), set.name(), message(e)), e);
        }
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private ExtractionListener told(SuiteSet set) {
        return new ExtractionListener() {
            @Override
            public void extracted(int samples) {
                listener.advance(samples);
            }

            @Override
            public void failed(FailedSample sample) {
                listener.message(
                        "stray: failed sample %s of set %s: %s".formatted(sample.id(), set.name(), sample.reason()));
                listener.advance(1);
            }
        };
    }
}
