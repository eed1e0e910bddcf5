// SPDX-License-Identifier: Apache-2.0
package example;

import io.github.stray.detect.CalibratedDetector;
import io.github.stray.detect.Detection;
import io.github.stray.detect.Detectors;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Layer;
import io.github.stray.store.DetectorFile;
import io.github.stray.store.FeatureFile;
import io.github.stray.store.ScoreWriter;
import io.github.stray.threshold.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** FOLDER: fits a detector on train.npy, and leaves guard.stray, and scores.csv of the rows of test.npy. */
public final class ScoreFeatures {
    private ScoreFeatures() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        FeatureSet train = FeatureFile.read(folder.resolve("train.npy")).layer(Layer.FEATURES);
        FeatureSet test = FeatureFile.read(folder.resolve("test.npy"))
                .layer(Layer.FEATURES)
                .withIds(Files.readAllLines(folder.resolve("test-ids.txt")));

        CalibratedDetector guard = CalibratedDetector.fit(Detectors.parse("knn:k=5"), train);
        DetectorFile.write(folder.resolve("guard.stray"), guard);

        List<Detection> judged = guard.detect(test);
        try (ScoreWriter scores =
                ScoreWriter.create(folder.resolve("scores.csv"), ScoreWriter.Columns.none())) {
            for (Detection each : judged) {
                scores.write(each);
            }
            scores.commit();
        }
        for (String kind : List.of("expected", "stranger")) {
            List<Detection> rows =
                    judged.stream().filter(each -> each.id().startsWith(kind)).toList();
            long out = rows.stream()
                    .filter(each -> each.verdict().orElseThrow() == Verdict.OUT)
                    .count();
            System.out.printf("%s: %d of %d are out%n", kind, out, rows.size());
        }
    }
}
