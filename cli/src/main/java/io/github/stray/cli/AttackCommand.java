// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.UsageException.require;

import io.github.stray.store.HeadFile;
import io.github.stray.study.attack.Attack;
import io.github.stray.study.attack.AttackFiles;
import io.github.stray.study.attack.AttackResult;
import io.github.stray.text.TextLines;
import io.github.stray.vision.attack.AttackRecipe;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Adversarial OOD images, and what they do to detectors. */
@Command(
        name = "attack",
        description = {
            "Push OOD images towards the features of ID images by the gradient of the very network that is deployed, and show what detectors then make of them.",
            "Leaves the attacked images in DIR/images, a line for each in DIR/attacked.jsonl, all figures in DIR/attack.json, and a page to look at in DIR/report.html. An attack that was interrupted goes on where it was when it is started again."
        },
        footer = {
            "",
            "Examples:",
            "  stray attack -m stray-mini --id photos --ood others --limit 200 -o attacked",
            "  stray attack -m net --id photos --ood others --method pgd --epsilon 8 -o ball"
        })
final class AttackCommand extends StrayCommand {
    @Mixin
    private ProviderOptions network = new ProviderOptions();

    @Option(names = "-m", required = true, paramLabel = "MODEL", description = "Extractor to attack, in float32.")
    private String model = "";

    @Option(
            names = "--id",
            required = true,
            paramLabel = "INPUT",
            description = "ID training images, the gallery that targets are drawn from: " + ImageOptions.INPUT_HELP)
    private String id = "";

    @Option(
            names = "--id-test",
            paramLabel = "INPUT",
            description = "ID test images (default: a fifth of --id, chosen by a hash of the sample id, held out).")
    private @Nullable String idTest;

    @Option(names = "--ood", required = true, paramLabel = "INPUT", description = "OOD images to attack.")
    private String ood = "";

    @Option(
            names = "--limit",
            paramLabel = "N",
            description =
                    "Attack N images, chosen by the seed, and test on N ID images, chosen by the seed of --id-test, else spread over the fifth that is held out; the gallery stays whole.")
    private @Nullable Integer limit;

    @Option(
            names = "--method",
            paramLabel = "adam|pgd",
            defaultValue = "adam",
            description =
                    "adam: the paper's, without a bound (default); pgd: steps along the sign, in the ball of --epsilon.")
    private AttackRecipe.Method method = AttackRecipe.Method.ADAM;

    @Option(names = "--steps", paramLabel = "N", description = "Steps (default: 250).")
    private @Nullable Integer steps;

    @Option(
            names = "--lr",
            paramLabel = "R",
            description =
                    "Adam's learning rate, or the size of a step of pgd, of a range of 1 (default: 0.001; for pgd 2.5 epsilon / steps).")
    private @Nullable Double learningRate;

    @Option(
            names = "--lambda",
            paramLabel = "L",
            description =
                    "Weight of roughness: 5000 gives smooth perturbations, 0 patchy ones (default: 5000; for pgd 0).")
    private @Nullable Double lambda;

    @Option(
            names = "--epsilon",
            paramLabel = "E",
            description = "For pgd: most that a value may change, in 1/255 (default: 8).")
    private @Nullable Double epsilon;

    @Option(
            names = "-d",
            paramLabel = "DETECTOR",
            description =
                    "Detector to test, may be given several times (default: knn; with two classes or more also mahalanobis and linear-probe; with --classes also mcm and plp; with --head also energy).")
    private List<String> detectorTexts = new ArrayList<>();

    @Option(
            names = "--classes",
            paramLabel = "FILE",
            description = "Class names, one a line, for detectors that read language.")
    private @Nullable Path classNames;

    @Option(
            names = "--head",
            paramLabel = "FILE",
            description =
                    "Linear head on the features, as 'stray probe' and 'stray models head' write it, for detectors that take one.")
    private @Nullable Path headFile;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "16",
            description = "Images attacked at once; memory grows with it (default: 16).")
    private int batch;

    @Option(names = "--threads", paramLabel = "N", description = "Threads (default: as many as there are processors).")
    private @Nullable Integer threads;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "42",
            description = "Seed of choice, targets and start (default: 42).")
    private long seed;

    @Option(names = "-o", required = true, paramLabel = "DIR", description = "Folder for everything that comes out.")
    private Path folder = Path.of("");

    @Option(names = "--force", description = "Take a folder that holds another attack or anything else.")
    private boolean force;

    @Override
    public Integer call() throws IOException {
        int workers = ImageOptions.threads(threads);
        ImageOptions.requireValid(batch, workers);
        var attack = new Attack(
                model,
                id,
                Optional.ofNullable(idTest),
                ood,
                ImageOptions.optional(limit),
                recipe(),
                detectorTexts,
                classNames == null ? Optional.empty() : Optional.of(TextLines.classNames(classNames)),
                headFile == null ? Optional.empty() : Optional.of(HeadFile.read(headFile)),
                batch,
                workers,
                network.provider,
                Optional.empty());
        var failures = new FailureLog();
        AttackResult result;
        try (var progress = new TaskProgress(common, failures)) {
            result = attack.run(folder, force, progress);
        }
        if (result.reused() > 0) {
            common.remark("note: %d images had been attacked before and were taken from %s", result.reused(), folder);
        }
        Map<String, Object> document = AttackFiles.write(result, common.commandLine());
        if (common.json) {
            common.json(document);
        } else {
            common.out().print(AttackTable.text(result));
            common.say("%nreport: %s", folder.resolve(AttackFiles.PAGE));
        }
        return failures.exitCode();
    }

    private AttackRecipe recipe() {
        boolean ball = method == AttackRecipe.Method.PGD;
        require(ball || epsilon == null, "--epsilon bounds --method pgd; adam knows no bound, leave it out");
        if (epsilon != null && !(epsilon > 0 && epsilon <= 255)) {
            String given = Double.isFinite(epsilon)
                    ? new BigDecimal(epsilon)
                            .round(new MathContext(4))
                            .stripTrailingZeros()
                            .toPlainString()
                    : epsilon.toString();
            throw new UsageException(
                    "--epsilon counts levels of 255: it must lie above 0 and be at most 255, was " + given);
        }
        int count = steps == null ? AttackRecipe.PAPER.steps() : steps;
        double bound = ball ? (epsilon == null ? 8 : epsilon) / 255 : 1;
        double usualRate = ball ? 2.5 * bound / Math.max(1, count) : AttackRecipe.PAPER.learningRate();
        double usualLambda = ball ? 0 : AttackRecipe.SMOOTH;
        return new AttackRecipe(
                method,
                count,
                learningRate == null ? usualRate : learningRate,
                lambda == null ? usualLambda : lambda,
                bound,
                seed);
    }
}
