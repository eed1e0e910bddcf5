// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.Count.formatted;
import static io.github.stray.store.JsonRow.row;

import io.github.stray.probe.HeadQuality;
import io.github.stray.probe.LinearProbe.Solver;
import io.github.stray.probe.MeasuredProbe;
import io.github.stray.probe.PseudoLabels;
import io.github.stray.probe.TrainedProbe;
import java.nio.file.Path;
import java.util.Comparator;
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

    void print(CommonOptions common) {
        TrainedProbe probe = result.probe();
        boolean adam = probe.recipe().solver() == Solver.ADAM;
        common.say(
                "%s: head of %,d classes x %,d dimensions, trained on %s of %s by %s in %s",
                head,
                probe.head().classes(),
                probe.head().dimension(),
                Count.of(probe.training().samples(), "row", "rows"),
                probe.head().space(),
                solver(),
                adam ? Count.of(probe.steps(), "step", "steps") : Count.of(probe.steps(), "iteration", "iterations"));
        result.pseudo().ifPresent(pseudo -> print(common, pseudo));
        print(common, "training", probe.training());
        result.heldOut().ifPresent(quality -> print(common, "held-out", quality));
        result.heldOutAccuracy()
                .ifPresent(accuracy -> common.say("held-out accuracy %.4f against the samples' own labels", accuracy));
    }

    private void print(CommonOptions common, String rows, HeadQuality quality) {
        common.say(
                "%s accuracy %.4f%s, loss %.6g, on %s",
                rows,
                quality.accuracy(),
                result.pseudo().isEmpty() ? "" : " against the pseudo-labels",
                quality.loss(),
                Count.of(quality.samples(), "row", "rows"));
    }

    private static void print(CommonOptions common, PseudoLabels pseudo) {
        List<Integer> sizes = pseudo.histogram();
        List<Integer> unused = pseudo.unused();
        List<Integer> bySize = IntStream.range(0, sizes.size())
                .boxed()
                .filter(c -> sizes.get(c) > 0)
                .sorted(Comparator.<Integer>comparingInt(sizes::get).reversed().thenComparing(c -> c))
                .toList();
        String accuracy = pseudo.accuracy().isEmpty()
                ? ""
                : formatted(
                        "; accuracy %.4f against the samples' own labels",
                        pseudo.accuracy().getAsDouble());
        String classes = Count.of(sizes.size(), "class", "classes");
        common.say("pseudo-labels: %,d of %s got rows%s", bySize.size(), classes, accuracy);
        common.say("  largest: %s", named(pseudo, bySize.stream()));
        if (bySize.size() > NAMED) {
            common.say("  smallest: %s", named(pseudo, bySize.reversed().stream()));
        }
        if (!unused.isEmpty()) {
            String names =
                    unused.stream().limit(NAMED).map(pseudo.labels()::nameOf).collect(Collectors.joining(", "));
            common.say(
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
        var document = row(
                "head", head.toString(),
                "solver", solver(),
                "classes", probe.head().classes(),
                "dimension", probe.head().dimension(),
                "space", probe.head().space().toString(),
                "steps", probe.steps());
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
        var document = row(
                "n", quality.samples(),
                "accuracy", quality.accuracy());
        ownAccuracy.ifPresent(accuracy -> document.put("accuracy_on_labels", accuracy));
        document.put("loss", quality.loss());
        return document;
    }

    private static Map<String, Object> document(PseudoLabels pseudo) {
        var document = row("n", pseudo.labels().size());
        pseudo.accuracy().ifPresent(accuracy -> document.put("accuracy", accuracy));
        document.put("unused_classes", pseudo.unused().size());
        List<Integer> sizes = pseudo.histogram();
        document.put(
                "histogram",
                IntStream.range(0, sizes.size())
                        .mapToObj(c -> row("class", pseudo.labels().nameOf(c), "n", sizes.get(c)))
                        .toList());
        return document;
    }
}
