// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.UsageException.require;
import static io.github.stray.store.JsonRow.row;

import io.github.stray.accuracy.KnnAccuracy;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Layer;
import io.github.stray.probe.HeadQuality;
import io.github.stray.probe.JoinedLabels;
import io.github.stray.probe.LinearHead;
import io.github.stray.probe.PseudoLabels;
import io.github.stray.store.ClassEmbeddingsFile;
import io.github.stray.store.FeatureFile;
import io.github.stray.store.HeadFile;
import io.github.stray.store.LabelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Labelled features to the accuracy of a head, of class embeddings, or of nearest neighbours. */
@Command(
        name = "accuracy",
        description =
                "Top-1 accuracy on labelled features: of a head, zero-shot by class embeddings, or of weighted k nearest neighbours.",
        footer = {
            "",
            "Examples:",
            "  stray accuracy -f test.safetensors --head head.safetensors",
            "  stray accuracy -f test.safetensors --class-embeddings text.safetensors",
            "  stray accuracy -f test.npy --labels test-labels.npy --neighbours train.npy \\",
            "      --neighbour-labels train-labels.npy --k 20"
        })
final class AccuracyCommand extends StrayCommand {
    @Option(
            names = "-f",
            required = true,
            paramLabel = "TEST",
            description = "Features of the samples (.safetensors or .npy).")
    private Path features = Path.of("");

    @Option(names = "--labels", paramLabel = "L", description = "Labels of the samples (.npy, one integer a row).")
    private @Nullable Path labels;

    @Option(names = "--head", paramLabel = "HEAD", description = "Linear head on the features (.safetensors).")
    private @Nullable Path headFile;

    @Option(
            names = "--class-embeddings",
            paramLabel = "T",
            description =
                    "Class embeddings (.safetensors): the class of the largest cosine with the image embedding is predicted.")
    private @Nullable Path classFile;

    @Option(
            names = "--neighbours",
            paramLabel = "TRAIN",
            description =
                    "Labelled features (.safetensors or .npy): the nearest ones vote, each by exp(cosine / 0.02).")
    private @Nullable Path neighbours;

    @Option(
            names = "--neighbour-labels",
            paramLabel = "L",
            description = "Labels of the neighbours (.npy, one integer a row).")
    private @Nullable Path neighbourLabels;

    @Option(names = "--k", paramLabel = "K", description = "Neighbours that vote (default: 20).")
    private @Nullable Integer k;

    @Option(
            names = "--assume-same-space",
            description = "Compare features although the files name different feature spaces.")
    private boolean assumeSameSpace;

    @Option(names = "--classes-by-number", description = SideInputs.CLASSES_BY_NUMBER)
    private boolean classesByNumber;

    @Override
    public Integer call() throws IOException {
        long ways = Stream.of(headFile, classFile, neighbours)
                .filter(Objects::nonNull)
                .count();
        require(ways == 1, "give one of --head HEAD, --class-embeddings T and --neighbours TRAIN");
        require(
                neighbours != null || (k == null && neighbourLabels == null),
                "--k and --neighbour-labels go with --neighbours TRAIN");
        require(
                headFile != null || !classesByNumber,
                "--classes-by-number speaks of the classes of a head; it goes with --head");
        if (headFile != null) {
            return head(headFile);
        }
        return classFile != null ? zeroShot(classFile) : nearest(Objects.requireNonNull(neighbours));
    }

    private Integer head(Path file) throws IOException {
        FeatureSet samples = labelled(features, labels, Layer.FEATURES, "--labels");
        LinearHead head = HeadFile.read(file);
        samples.space().conflictWith(head.space()).ifPresent(conflict -> {
            throw new UsageException(
                    "samples '%s' live in %s, the head is for %s: %s; if both are the same space all the same, say so with --assume-same-space"
                            .formatted(samples.dataset(), samples.space(), head.space(), conflict));
        });
        LinearHead joined = classesByNumber ? head.forgetClassNames() : head;
        HeadQuality quality = HeadQuality.of(joined, samples);
        common.notes(JoinedLabels.of(joined, samples).note().stream().toList());
        return report("head", file, quality.accuracy(), quality.samples(), Map.of("loss", quality.loss()));
    }

    private Integer zeroShot(Path file) throws IOException {
        FeatureSet samples = labelled(features, labels, Layer.EMBEDDINGS, "--labels");
        PseudoLabels predicted = PseudoLabels.of(samples, ClassEmbeddingsFile.read(file));
        if (predicted.accuracy().isEmpty()) {
            throw new UsageException(
                    samples.size() == 0
                            ? "accuracy needs at least one sample, %s has none".formatted(samples.dataset())
                            : predicted.notes().getLast());
        }
        common.notes(predicted.notes());
        return report("zero-shot", file, predicted.accuracy().getAsDouble(), samples.size(), Map.of());
    }

    private Integer nearest(Path file) throws IOException {
        FeatureSet samples = labelled(features, labels, Layer.FEATURES, "--labels");
        FeatureSet training = labelled(file, neighbourLabels, Layer.FEATURES, "--neighbour-labels");
        KnnAccuracy rule = k == null ? KnnAccuracy.DEFAULT : new KnnAccuracy(k);
        return report("knn", file, rule.of(training, samples), samples.size(), Map.of("k", rule.k()));
    }

    private FeatureSet labelled(Path file, @Nullable Path labelFile, Layer layer, String option) throws IOException {
        FeatureSet rows = FeatureFile.read(file).layer(layer);
        if (labelFile != null) {
            rows = LabelFile.label(rows, labelFile);
        }
        if (rows.labels().isEmpty()) {
            throw new UsageException(
                    "accuracy needs labels, and %s has none: give %s FILE.npy or a features file with labels"
                            .formatted(rows.dataset(), option));
        }
        return assumeSameSpace ? rows.forgetOrigin() : rows;
    }

    private Integer report(String method, Path by, double accuracy, int samples, Map<String, Object> more) {
        if (common.json) {
            var document = row(
                    "method", method,
                    "by", by.toString(),
                    "n", samples,
                    "accuracy", accuracy);
            document.putAll(more);
            common.json(document);
        } else {
            common.say(
                    "%s: accuracy %.4f on %s of %s",
                    method, accuracy, Count.of(samples, "sample", "samples"), features);
        }
        return ExitCode.DONE;
    }
}
