// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import io.github.stray.detect.CalibratedDetector;
import io.github.stray.provenance.Sha256;
import io.github.stray.store.DetectorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Detectors that are mended: {@code calibrate} and {@code update}. */
class UpdateCommandTest {
    private static final int DIMENSION = 6;

    @TempDir
    Path folder;

    private Path guard;
    private Path held;
    private Path more;

    private Path at(String name) {
        return folder.resolve(name);
    }

    @BeforeEach
    void fit() throws IOException {
        Path train = Clusters.around(160, DIMENSION, 1).safetensors(at("train.safetensors"), "net");
        held = Clusters.around(70, DIMENSION, 2).npy(at("held.npy"));
        more = Clusters.around(40, DIMENSION, 3).npy(at("more.npy"));
        guard = fitted("guard.stray", train);
    }

    private Path fitted(String name, Path train, Object... options) {
        var arguments = new ArrayList<Object>(List.of("fit", "-d", "knn:k=2", "-f", train, "-o", at(name), "--quiet"));
        Collections.addAll(arguments, options);
        Cli.done(arguments.toArray());
        return at(name);
    }

    private String scored(Path detector) {
        return Cli.done("score", "-D", detector, "-f", more, "--quiet").out();
    }

    @Test
    void calibrate_otherPromise_scoresAsFittedWithIt() throws IOException {
        Path expected = fitted("expected.stray", at("train.safetensors"), "--tpr", "0.7");
        Cli done = Cli.done("calibrate", "-D", guard, "--tpr", "0.7", "-o", at("new.stray"));
        assertThat(done.out()).contains("keeps 70.00 % of ID on average (", "(the threshold was ");
        assertThat(scored(at("new.stray"))).isEqualTo(scored(expected)).isNotEqualTo(scored(guard));
        // What is not asked for stays.
        Cli.done("calibrate", "-D", at("new.stray"), "--confidence", "0.9", "-o", at("sure.stray"));
        JsonObject sure = Cli.done("calibrate", "-D", at("sure.stray"), "-f", held, "--json", "-o", at("again.stray"))
                .json();
        assertThat(sure.getDouble("tpr")).isEqualTo(0.7);
        assertThat(sure.getDouble("confidence")).isEqualTo(0.9);
        assertThat(sure.getInt("n_calibration")).isEqualTo(70);
        assertThat(sure).containsKeys("threshold", "threshold_before", "keep_rate");
    }

    @Test
    void calibrate_newSamples_scoresAsFittedWithThem() throws IOException {
        Path none = fitted("none.stray", at("train.safetensors"), "--calibration", "none");
        Path expected = fitted("expected.stray", at("train.safetensors"), "--calibration", held);
        Cli refused = Cli.run("calibrate", "-D", none, "-o", at("new.stray"));
        assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err())
                .contains("the detector has no calibration scores: give images (-i) or features (-f) to calibrate on");
        Cli.done("calibrate", "-D", none, "-f", held, "-o", at("new.stray"));
        assertThat(scored(at("new.stray"))).isEqualTo(scored(expected));
        Cli tooFew = Cli.run("calibrate", "-D", guard, "--confidence", "0.95", "-o", at("x.stray"));
        assertThat(tooFew.err()).contains("takes at least 59 calibration samples, there are 32");
    }

    @Test
    void update_addedAndRemoved_scoresAsFittedAnew() throws IOException {
        CalibratedDetector before = DetectorFile.read(guard);
        String out = before.gallery().orElseThrow().ids().get(3);
        String outHeld = before.heldOut().orElseThrow().ids().get(1);
        Path ids = Files.writeString(at("ids.txt"), "#input\tanything\n" + out + "\tash\n\n" + outHeld + "\n");
        Cli done = Cli.done("update", "-D", guard, "--add", more, "--remove", ids, "-o", at("new.stray"));
        assertThat(done.out()).contains("new.stray: knn on 167 rows (128 before)", "from 31 calibration samples");
        CalibratedDetector after = DetectorFile.read(at("new.stray"));
        assertThat(after.gallery().orElseThrow().ids())
                .hasSize(167)
                .contains("0", "39")
                .doesNotContain(out);
        assertThat(after.provenance().entries())
                .containsEntry("operation", "update")
                .containsEntry("added", more.toString())
                .containsEntry("added_sha256", Sha256.of(more))
                .containsEntry("removed_sha256", Sha256.of(ids));
        assertThat(after.provenance().before().getFirst()).containsEntry("sha256", Sha256.of(guard));
        // The numbers go on.
        Path further = Clusters.around(5, DIMENSION, 4).npy(at("further.npy"));
        Cli.done("update", "-D", at("new.stray"), "--add", further, "-o", at("newer.stray"));
        assertThat(DetectorFile.read(at("newer.stray")).gallery().orElseThrow().ids())
                .endsWith("40", "41", "42", "43", "44");
        assertThat(DetectorFile.read(at("newer.stray")).provenance().before())
                .extracting(step -> step.get("sha256"))
                .containsExactly(Sha256.of(guard), Sha256.of(at("new.stray")));
    }

    @Test
    void update_preview_namesTheVerdictsThatChange() throws IOException {
        Path far = Clusters.anywhere(40, DIMENSION, 5).npy(at("far.npy"));
        Cli shown = Cli.done("update", "-D", guard, "--add", far, "--preview", far);
        List<String> changes = shown.out()
                .lines()
                .filter(line -> line.contains(": out -> in (score "))
                .toList();
        assertThat(changes).isNotEmpty();
        assertThat(shown.out())
                .contains("%d verdicts of 40 samples changed".formatted(changes.size()), "not written: ");
        JsonObject document = Cli.done(
                        "update", "-D", guard, "--add", far, "--preview", far, "--json", "-o", at("n.stray"))
                .json();
        assertThat(document.getObject("preview").getInt("n")).isEqualTo(40);
        assertThat(document.getObject("preview").getArray("changed")).hasSize(changes.size());
        assertThat(document.getInt("n_training")).isEqualTo(168);
        assertThat(document.getInt("n_training_before")).isEqualTo(128);
        String before = Cli.done("score", "-D", guard, "-f", far, "--quiet").out();
        String after =
                Cli.done("score", "-D", at("n.stray"), "-f", far, "--quiet").out();
        for (Object change : document.getObject("preview").getArray("changed")) {
            String id = ((JsonObject) change).getString("id");
            assertThat(before).containsPattern("(?m)^" + id + ",[^,]*,out,");
            assertThat(after).containsPattern("(?m)^" + id + ",[^,]*,in,");
        }
    }

    @Test
    void update_samplesThatAreThereOrHeldOut_areRefusedByName() throws IOException {
        Cli again = Cli.run("update", "-D", guard, "--add", at("train.safetensors"), "-o", at("new.stray"));
        assertThat(again.code()).isEqualTo(ExitCode.USAGE);
        assertThat(again.err()).contains("128 samples to be added are in the gallery already: 'sample-");
        Path same = Clusters.around(160, DIMENSION, 1).npy(at("same.npy"));
        assertThat(Cli.run("update", "-D", guard, "--add", same, "-o", at("new.stray"))
                        .err())
                .contains(
                        "32 samples to be added are copies of samples held out for the calibration: '",
                        "(the features of sample-");
        Path ids = Files.writeString(at("ids.txt"), "nobody\n");
        assertThat(Cli.run("update", "-D", guard, "--remove", ids, "-o", at("new.stray"))
                        .err())
                .contains("1 sample to be removed is neither in the gallery nor held out: 'nobody'");
        assertThat(at("new.stray")).doesNotExist();
    }

    @Test
    void update_detectorOrOptionsThatDoNotSuit_areRefused() throws IOException {
        Path labelled = at("m.stray");
        Cli.done("fit", "-d", "mahalanobis", "-f", at("train.safetensors"), "-o", labelled, "--quiet");
        Cli refused = Cli.run("update", "-D", labelled, "--add", more, "-o", at("new.stray"));
        assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
        assertThat(refused.err())
                .contains(
                        "mahalanobis cannot be given more or fewer samples, since it is fitted to labels, which its file does not hold; fit it anew");
        assertThat(Cli.run("update", "-D", guard, "-o", at("new.stray")).err())
                .contains("give --add INPUT, --remove IDS or both");
        assertThat(Cli.run("update", "-D", guard, "--add", more).err()).contains("give -o NEW.stray");
        assertThat(Cli.run("update", "-D", guard, "--add", more, "-o", guard, "--force")
                        .err())
                .contains("would replace a file that is read");
        Path bare = fitted("bare.stray", at("train.safetensors"), "--no-gallery");
        assertThat(Cli.run("update", "-D", bare, "--add", more, "-o", at("new.stray"))
                        .err())
                .contains("holds no gallery, so its samples have no ids");
    }

    @Test
    void update_fileWithoutHeldOutSamples_losesItsThresholdAndSaysSo() throws IOException {
        CalibratedDetector known = DetectorFile.read(guard);
        Path old = at("old.stray");
        DetectorFile.write(
                old, new CalibratedDetector(known.fitted(), known.calibration(), known.gallery(), known.provenance()));
        Cli lost = Cli.run("update", "-D", old, "--add", more, "-o", at("new.stray"));
        assertThat(lost.code()).isEqualTo(ExitCode.DONE);
        assertThat(lost.out()).contains("; not calibrated");
        assertThat(lost.err()).contains("does not hold the samples its threshold came from, so the threshold is lost");
        Cli kept = Cli.done("update", "-D", old, "--add", more, "-f", held, "-o", at("new.stray"));
        assertThat(kept.out()).contains("from 70 calibration samples");
    }
}
