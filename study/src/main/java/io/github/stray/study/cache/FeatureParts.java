// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.cache;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ExtractionListener;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.extract.FeatureSink;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import io.github.stray.feature.Layer;
import io.github.stray.provenance.Provenance;
import io.github.stray.store.FeatureFile;
import io.github.stray.store.FeatureFileWriter;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * Features of a large set, extracted part by part, so that work that was broken off goes on with the next part. A part is
 * extracted by itself: rows do not depend on where work was broken off.
 *
 * @param folder holds finished parts
 * @param extractor makes the features
 * @param options layers kept; batch and threads
 * @param spaces where the layers live
 * @param provenance of the parts
 * @param surroundings what images are read with; parts that lack images are made again where it has changed
 */
record FeatureParts(
        PartFolder folder,
        FeatureExtractor extractor,
        ExtractionOptions options,
        SequencedMap<Layer, FeatureSpace> spaces,
        Provenance provenance,
        String surroundings) {
    private static final String FEATURES = ".safetensors";
    private static final String NOTE = ".json";

    /** Rows that are copied at once. */
    private static final int ROWS = 256;

    /** Delivers all rows and failures of a set to a sink, from parts that are there or are made now. */
    void to(DatasetSource source, FeatureSink sink, ExtractionListener listener) throws IOException {
        int parts = 0;
        long done = 0;
        long samples = samples(parts);
        while (samples > 0) {
            done += samples;
            samples = samples(++parts);
        }
        for (int part = 0; part < parts; part++) {
            EntryNote note = note(part);
            note.failed().forEach(listener::failed);
            listener.extracted((int) note.rows());
        }
        try (SourceParts rest = SourceParts.open(source, done)) {
            while (rest.more()) {
                make(parts++, rest.next(PartFolder.SAMPLES), listener);
            }
        }
        for (int part = 0; part < parts; part++) {
            copy(part, sink);
        }
    }

    /** Samples of a part that is there and sound, 0 if it is not. */
    private long samples(int part) throws IOException {
        if (!Files.exists(folder.file(part, NOTE))) {
            return 0;
        }
        try {
            EntryNote note = note(part);
            boolean readable = note.failed().isEmpty() || note.surroundings().equals(surroundings);
            boolean whole = FeatureFile.read(folder.file(part, FEATURES)).rows() == note.rows();
            return readable && whole ? note.rows() + note.failed().size() : 0;
        } catch (IOException damaged) {
            return 0;
        }
    }

    private EntryNote note(int part) throws IOException {
        return EntryNote.read(folder.file(part, NOTE));
    }

    private void make(int part, DatasetSource samples, ExtractionListener listener) throws IOException {
        var failed = new ArrayList<FailedSample>();
        long start = System.nanoTime();
        try (FeatureFileWriter writer = writer(part, samples)) {
            FeatureSink sink = new FeatureSink() {
                @Override
                public void accept(FeatureBatch batch) throws IOException {
                    try {
                        writer.accept(batch);
                    } catch (IOException e) {
                        throw new CacheFailedException(e);
                    }
                }

                @Override
                public void failed(FailedSample sample) {
                    failed.add(sample);
                }
            };
            extractor.extract(samples, options, sink.with(listener));
            double seconds = (System.nanoTime() - start) / 1e9;
            var note = new EntryNote(
                    samples.name(), extractor.id(), options.layers(), writer.rows(), failed, surroundings, seconds);
            try {
                writer.commit();
                note.write(folder.file(part, NOTE));
            } catch (IOException e) {
                throw new CacheFailedException(e);
            }
        }
    }

    private FeatureFileWriter writer(int part, DatasetSource samples) throws CacheFailedException {
        try {
            return FeatureFileWriter.create(
                    folder.file(part, FEATURES), spaces, samples.classNames(), samples.name(), provenance);
        } catch (IOException e) {
            throw new CacheFailedException(e);
        }
    }

    private void copy(int part, FeatureSink sink) throws IOException {
        FeatureFile file = FeatureFile.read(folder.file(part, FEATURES));
        FeatureSet set = file.layers(List.of(file.layers().getFirst()));
        for (int from = 0; from < file.rows(); from += ROWS) {
            int to = Math.min(file.rows(), from + ROWS);
            Map<Layer, float[]> layers = new HashMap<>();
            for (Layer layer : spaces.keySet()) {
                layers.put(layer, rows(file.tensor(layer), file.rows(), from, to));
            }
            sink.accept(new FeatureBatch(set.ids().subList(from, to), labels(set, from, to), layers));
        }
        for (FailedSample failed : note(part).failed()) {
            sink.failed(failed);
        }
    }

    private static float[] rows(Tensor tensor, int rows, int from, int to) {
        int length = Math.toIntExact(tensor.size() / rows);
        float[] values = new float[(to - from) * length];
        tensor.copyFloats((long) from * length, values, 0, values.length);
        return values;
    }

    private static List<OptionalInt> labels(FeatureSet set, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(row -> set.labels()
                        .map((Labels labels) -> OptionalInt.of(labels.get(row)))
                        .orElse(OptionalInt.empty()))
                .toList();
    }
}
