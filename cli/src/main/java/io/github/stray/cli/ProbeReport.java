// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.probe.HeadQuality;
import io.github.stray.probe.LinearProbe.Solver;
import io.github.stray.probe.MeasuredProbe;
import io.github.stray.probe.PseudoLabels;
import io.github.stray.probe.TrainedProbe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A trained probe, as lines for people and as the contract's document.
 *
 * @param head the file it was written to
 * @param result the probe and its quality
 */
record ProbeReport(Path head, MeasuredProbe result) {
    private static final int NAMED = 5;

    void print(Console console) {
        TrainedProbe probe = result.probe();
        boolean adam = probe.recipe().solver() == Solver.ADAM;
        console.say(
                "%s: head of %,d classes x %,d dimensions, trained on %s of %s by %s in %s",
                head,
                probe.head().classes(),
                probe.head().dimension(),
                Count.of(probe.training().samples(), "row", "rows"),
                probe.head().space(),
                solver(),
                adam ? Count.of(probe.steps(), "step", "steps") : Count.of(probe.steps(), "iteration", "iterations"));
        result.pseudo().ifPresent(pseudo -> print(console, pseudo));
        print(console, "training", probe.training());
        result.heldOut().ifPresent(quality -> print(console, "held-out", quality));
        result.heldOutAccuracy()
                .ifPresent(accuracy -> console.say("held-out accuracy %.4f against the samples' own labels", accuracy));
    }

    private void print(Console console, String rows, HeadQuality quality) {
        console.say(
                "%s accuracy %.4f%s, loss %.6g, on %s",
                rows,
                quality.accuracy(),
                result.pseudo().isEmpty() ? "" : " against the pseudo-labels",
                quality.loss(),
                Count.of(quality.samples(), "row", "rows"));
    }

    private static void print(Console console, PseudoLabels pseudo) {
        List<Integer> sizes = pseudo.histogram();
        List<Integer> unused = pseudo.unused();
        List<Integer> bySize = IntStream.range(0, sizes.size())
                .boxed()
                .filter(c -> sizes.get(c) > 0)
                .sorted(Comparator.<Integer>comparingInt(sizes::get).reversed().thenComparing(c -> c))
                .toList();
        console.say(
                "pseudo-labels: %,d of %s got rows%s",
                bySize.size(),
                Count.of(sizes.size(), "class", "classes"),
                pseudo.accuracy().isEmpty()
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "; accuracy %.4f against the samples' own labels",
                                pseudo.accuracy().getAsDouble()));
        console.say("  largest: %s", named(pseudo, bySize.stream()));
        if (bySize.size() > NAMED) {
            console.say("  smallest: %s", named(pseudo, bySize.reversed().stream()));
        }
        if (!unused.isEmpty()) {
            String names =
                    unused.stream().limit(NAMED).map(pseudo.labels()::nameOf).collect(Collectors.joining(", "));
            console.say(
                    "  none: %s%s", names, unused.size() > NAMED ? ", .. (%,d in all)".formatted(unused.size()) : "");
        }
    }

    private static String named(PseudoLabels pseudo, Stream<Integer> classes) {
        return classes.limit(NAMED)
                .map(c -> "%s %,d"
                        .formatted(pseudo.labels().nameOf(c), pseudo.histogram().get(c)))
                .collect(Collectors.joining(", "));
    }

    Map<String, Object> document(List<String> notes) {
        TrainedProbe probe = result.probe();
        var document = new LinkedHashMap<String, Object>();
        document.put("head", head.toString());
        document.put("solver", solver());
        document.put("classes", probe.head().classes());
        document.put("dimension", probe.head().dimension());
        document.put("space", probe.head().space().toString());
        document.put("steps", probe.steps());
        probe.gradientNorms().ifPresent(norms -> {
            document.put("gradient_norm_start", norms.start());
            document.put("gradient_norm_end", norms.end());
        });
        document.put("training", document(probe.training(), Optional.empty()));
        result.heldOut().ifPresent(quality -> document.put("held_out", document(quality, result.heldOutAccuracy())));
        result.pseudo().ifPresent(pseudo -> document.put("pseudo_labels", document(pseudo)));
        document.put("notes", notes);
        return document;
    }

    private String solver() {
        return result.probe().recipe().solver().name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> document(HeadQuality quality, Optional<Double> ownAccuracy) {
        var document = new LinkedHashMap<String, Object>();
        document.put("n", quality.samples());
        document.put("accuracy", quality.accuracy());
        ownAccuracy.ifPresent(accuracy -> document.put("accuracy_on_labels", accuracy));
        document.put("loss", quality.loss());
        return document;
    }

    private static Map<String, Object> document(PseudoLabels pseudo) {
        var document = new LinkedHashMap<String, Object>();
        document.put("n", pseudo.labels().size());
        pseudo.accuracy().ifPresent(accuracy -> document.put("accuracy", accuracy));
        document.put("unused_classes", pseudo.unused().size());
        var histogram = new ArrayList<Map<String, Object>>();
        for (int c = 0; c < pseudo.histogram().size(); c++) {
            var entry = new LinkedHashMap<String, Object>();
            entry.put("class", pseudo.labels().nameOf(c));
            entry.put("n", pseudo.histogram().get(c));
            histogram.add(entry);
        }
        document.put("histogram", histogram);
        return document;
    }
}
