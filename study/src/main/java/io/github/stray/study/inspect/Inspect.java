// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.inspect;

import io.github.stray.audit.ExactDuplicates;
import io.github.stray.audit.ImageSignature;
import io.github.stray.audit.LabelNoise;
import io.github.stray.audit.NearDuplicates;
import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.Extraction;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Layer;
import io.github.stray.inspect.CopyGroups;
import io.github.stray.inspect.GroupApart;
import io.github.stray.inspect.ImageMeasures;
import io.github.stray.inspect.OneSet;
import io.github.stray.inspect.Spoilt;
import io.github.stray.inspect.StrangerGroups;
import io.github.stray.inspect.StrangerRanking;
import io.github.stray.inspect.StrangerRule;
import io.github.stray.study.cache.FeatureCache;
import io.github.stray.study.features.ImageFeatures;
import io.github.stray.study.features.ProgressListener;
import io.github.stray.text.TextEncoder;
import io.github.stray.vision.audit.ImageReading;
import io.github.stray.vision.audit.ImageReadings;
import io.github.stray.vision.dataset.ImageInput;
import io.github.stray.vision.dataset.Selection;
import io.github.stray.vision.model.StoredModel;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which images of one set do not belong: strangers, copies, spoilt pictures, images in the wrong class. Needs no second set and
 * no labels, and is better with them. Immutable.
 *
 * @param model the extractor to compare images with
 * @param input the images, as {@link ImageInput} reads it; its class folders count as labels
 * @param rule ranks the images by how little they belong; its seed is that of every choice
 * @param words names to call groups of strangers by, which takes an extractor with a text encoder
 * @param limit images to take, chosen by the seed; all without it
 * @param batch images per inference call, at most
 * @param threads that read and extract images; comparing takes all processors
 * @param provider what the network runs on
 * @param cache where features are kept, if anywhere; without one they are held in memory
 */
public record Inspect(
        StoredModel model,
        String input,
        StrangerRule rule,
        Optional<List<String>> words,
        OptionalInt limit,
        int batch,
        int threads,
        Provider provider,
        Optional<FeatureCache> cache) {

    /**
     * {@return the usual inspection: all images, batches of 8, all processors, no cache}
     *
     * @param model the extractor
     * @param input the images
     */
    public static Inspect of(StoredModel model, String input) {
        return new Inspect(
                model,
                input,
                StrangerRule.USUAL,
                Optional.empty(),
                OptionalInt.empty(),
                8,
                Runtime.getRuntime().availableProcessors(),
                Provider.CPU,
                Optional.empty());
    }

    /**
     * {@return what was found. Nothing is written but the cache}
     *
     * @param listener told how far it has come, and of images that cannot be read
     * @throws IllegalArgumentException if the input cannot be understood, or there are words and no text encoder
     * @throws IOException if the input cannot be read, none of its images can, or the network cannot be run
     */
    public InspectResult run(ProgressListener listener) throws IOException {
        DatasetSource source = ImageInput.of(input, new Selection(limit, OptionalInt.empty(), rule.seed()));
        Optional<GroupNames> names = names();
        ImageReadings readings;
        Extraction extraction;
        try (OnnxExtractor opened = model.open(InferenceOptions.on(provider))) {
            var options = new ExtractionOptions(layers(names), batch, threads);
            var features = new ImageFeatures(opened, model.card(), provider, options, cache);
            listener.begin("reading", "images", source.size());
            readings = features.readings(input, source, listener);
            listener.begin("extracting", "images", source.size());
            extraction = features.of(input, source, listener);
        }
        FeatureSet features = extraction.requireRows(input);
        List<ImageReading> ordered = ordered(features, readings);
        return judge(source, features, ordered, extraction.failed(), names, listener);
    }

    private Optional<GroupNames> names() throws IOException {
        if (words.isPresent()) {
            try (TextEncoder encoder = TextEncoder.open(model, Provider.CPU)) {
                return Optional.of(GroupNames.ofWords(encoder, words.get()));
            }
        }
        return GroupNames.ofClassifier(model.card());
    }

    private static List<Layer> layers(Optional<GroupNames> names) {
        var layers = new LinkedHashSet<>(List.of(Layer.FEATURES));
        names.map(GroupNames::layer).ifPresent(layers::add);
        return List.copyOf(layers);
    }

    private List<ImageReading> ordered(FeatureSet features, ImageReadings readings) throws IOException {
        var ordered = new ArrayList<ImageReading>(features.size());
        for (String id : features.ids()) {
            ImageReading reading = readings.images().get(id);
            if (reading == null) {
                throw new IOException(
                        "%s changed while it was read: the image %s could not be read at first".formatted(input, id));
            }
            ordered.add(reading);
        }
        return ordered;
    }

    private InspectResult judge(
            DatasetSource source,
            FeatureSet features,
            List<ImageReading> readings,
            List<FailedSample> failed,
            Optional<GroupNames> names,
            ProgressListener listener) {
        var notes = new ArrayList<String>();
        List<ImageSignature> signatures =
                readings.stream().map(ImageReading::signature).toList();
        List<ImageMeasures> measures =
                readings.stream().map(ImageReading::measures).toList();

        NearDuplicates.Candidates candidates = NearDuplicates.candidates(signatures, List.of(features.features()));
        listener.begin("comparing", "pairs", candidates.size());
        List<NearDuplicates.Pair> near =
                NearDuplicates.among(signatures, candidates, NearDuplicates.Limits.USUAL, listener::advance);
        CopyGroups copies = CopyGroups.of(
                features.size(),
                ExactDuplicates.groups(signatures),
                near,
                Comparator.<Integer>comparingLong(row -> -measures.get(row).pixels())
                        .thenComparingDouble(row -> -measures.get(row).bytesPerPixel()));

        List<Spoilt> spoilt = Spoilt.of(measures);
        OneSet set = OneSet.of(features, copies, ruined(spoilt, features.size(), notes));
        listener.begin("ranking", "steps", 3);
        StrangerRanking ranking = rule.rank(set);
        listener.advance(1);
        if (ranking.vouchers() < StrangerRanking.LEAST_TO_CALL) {
            notes.add("%d images vouch for others; it takes %d to call one a stranger, so there is a ranking only"
                    .formatted(ranking.vouchers(), StrangerRanking.LEAST_TO_CALL));
        }
        ranking.sample()
                .ifPresent(sample -> notes.add(String.format(
                        Locale.ROOT,
                        "%,d images vouch for others; where all would be compared at once, %,d are, chosen by the seed",
                        ranking.vouchers(),
                        sample)));
        List<StrangerGroup> groups = groups(set, features, ranking, names);
        listener.advance(1);
        int[] apart = GroupApart.of(set, rule, ranking);
        listener.advance(1);
        boolean classes = set.classes().isPresent();
        List<LabelNoise.Suspect> suspects = List.of();
        if (classes && LabelNoise.obstacle(features).isEmpty()) {
            listener.begin("judging labels", "folds", LabelNoise.FOLDS);
            suspects = LabelNoise.of(features, rule.seed(), listener::advance);
        }
        return new InspectResult(
                this,
                source,
                features,
                readings,
                copies,
                spoilt,
                ranking,
                groups,
                rows(apart),
                suspects,
                classes ? withinClasses(set, ranking) : List.of(),
                classes ? ClassShortcut.of(set.classes().orElseThrow(), measures, rule.seed()) : List.of(),
                failed,
                notes);
    }

    /** Where most images are dark, plain or blurred, that is what the set is of, and they vouch all the same. */
    private static BitSet ruined(List<Spoilt> spoilt, int images, List<String> notes) {
        BitSet ruined = Spoilt.ruined(spoilt);
        if (2 * ruined.cardinality() <= images) {
            return ruined;
        }
        notes.add(
                "%d of %d images are dark, light, blurry or of low information: that is what this set is of, and they vouch for others all the same"
                        .formatted(ruined.cardinality(), images));
        return new BitSet();
    }

    private List<StrangerGroup> groups(
            OneSet set, FeatureSet features, StrangerRanking ranking, Optional<GroupNames> names) {
        var groups = new ArrayList<StrangerGroup>();
        var used = new LinkedHashMap<String, Integer>();
        for (int[] rows : StrangerGroups.of(set, ranking.strangers(), rule.seed())) {
            String name = names.isPresent() ? names.get().of(features, rows) : "group";
            int times = used.merge(name, 1, Integer::sum);
            boolean plain = names.isPresent() && times == 1;
            groups.add(new StrangerGroup(plain ? name : "%s %d".formatted(name, times), rows(rows)));
        }
        return groups;
    }

    /** Strangers are strange within their class, too, and are listed once. */
    private List<Integer> withinClasses(OneSet set, StrangerRanking ranking) {
        BitSet called = ranking.called();
        return Arrays.stream(rule.withinClasses(set))
                .filter(row -> !called.get(row))
                .boxed()
                .toList();
    }

    private static List<Integer> rows(int[] rows) {
        return Arrays.stream(rows).boxed().toList();
    }
}
