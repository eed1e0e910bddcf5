// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import io.github.stray.detect.Detection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * Images shown together because they have something in common.
 *
 * @param title short heading
 * @param explanation one sentence that says how they were chosen
 * @param examples the images, the most telling first; may be empty, which the report says
 */
public record ExampleGroup(String title, String explanation, List<Example> examples) {
    /** Copies the list. */
    public ExampleGroup {
        examples = List.copyOf(examples);
    }

    /**
     * Chooses the images worth looking at. Equal scores keep the order of the sets and of their samples.
     *
     * @param idName name of the ID test set
     * @param id its samples
     * @param ood samples of each OOD set by name, in order
     * @param threshold the cut; without it, or if it is infinite, no group depends on it
     * @param each most images a group, at least 1
     * @return the most OOD, the most ID, the most doubtful, OOD taken for ID, ID rejected
     */
    public static List<ExampleGroup> pick(
            String idName, List<Detection> id, Map<String, List<Detection>> ood, OptionalDouble threshold, int each) {
        if (each < 1) {
            throw new IllegalArgumentException("images a group must be at least 1, was " + each);
        }
        List<Example> inside = id.stream()
                .map(detection -> new Example(idName, true, detection))
                .toList();
        var outside = new ArrayList<Example>();
        ood.forEach(
                (set, detections) -> detections.forEach(detection -> outside.add(new Example(set, false, detection))));
        List<Example> all = Stream.concat(inside.stream(), outside.stream()).toList();
        Comparator<Example> lowest = Comparator.comparingDouble(ExampleGroup::score);
        Comparator<Example> highest = (a, b) -> Double.compare(score(b), score(a));

        var groups = new ArrayList<ExampleGroup>();
        groups.add(new ExampleGroup(
                "Most out-of-distribution", "The lowest scores of all sets.", first(all.stream(), lowest, each)));
        groups.add(new ExampleGroup(
                "Most in-distribution", "The highest scores of all sets.", first(all.stream(), highest, each)));
        if (threshold.isPresent() && Double.isFinite(threshold.getAsDouble())) {
            double cut = threshold.getAsDouble();
            groups.add(new ExampleGroup(
                    "Most doubtful",
                    "The scores closest to the threshold, on either side.",
                    first(all.stream(), Comparator.comparingDouble(example -> Math.abs(score(example) - cut)), each)));
            groups.add(new ExampleGroup(
                    "Mistakes: OOD taken for ID",
                    "OOD images at or above the threshold, the highest scores first.",
                    first(outside.stream().filter(example -> score(example) >= cut), highest, each)));
            groups.add(new ExampleGroup(
                    "Mistakes: ID rejected",
                    "ID images below the threshold, the lowest scores first.",
                    first(inside.stream().filter(example -> score(example) < cut), lowest, each)));
        } else {
            groups.add(alike(first(outside.stream(), highest, each)));
            groups.add(unlike(first(inside.stream(), lowest, each)));
        }
        return List.copyOf(groups);
    }

    /**
     * The images on the wrong side of each other, where no threshold is known.
     *
     * @param idName name of the ID set
     * @param id what was kept of it, without verdicts
     * @param ood what was kept of the OOD sets, by their names, without verdicts
     * @param each images a group, at most
     * @return two groups: OOD images of high scores and ID images of low ones
     */
    public static List<ExampleGroup> confused(
            String idName, ScorePicks id, SequencedMap<String, ScorePicks> ood, int each) {
        var outside = new ArrayList<Example>();
        ood.forEach(
                (set, picks) -> picks.typical().forEach(detection -> outside.add(new Example(set, false, detection))));
        return List.of(
                alike(first(outside.stream(), (a, b) -> Double.compare(score(b), score(a)), each)),
                unlike(first(
                        id.rejected().stream().map(detection -> new Example(idName, true, detection)),
                        Comparator.comparingDouble(ExampleGroup::score),
                        each)));
    }

    private static ExampleGroup alike(List<Example> examples) {
        return new ExampleGroup("OOD images that look most like ID", "The highest scores of the OOD sets.", examples);
    }

    private static ExampleGroup unlike(List<Example> examples) {
        return new ExampleGroup("ID images that look least like ID", "The lowest scores of the ID set.", examples);
    }

    private static double score(Example example) {
        return example.detection().score();
    }

    private static List<Example> first(Stream<Example> examples, Comparator<Example> order, int count) {
        return examples.sorted(order).limit(count).toList();
    }
}
