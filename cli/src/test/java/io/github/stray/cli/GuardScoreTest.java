// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.detect.Detection;
import io.github.stray.vision.Guard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a guard says of images in memory, beside what {@code stray score -i} writes of their folder. */
class GuardScoreTest {
    @TempDir
    static Path folder;

    private static Path signs;
    private static Path incoming;
    private static Path features;
    private static Path head;

    @BeforeAll
    static void prepare() throws IOException {
        signs = Images.signs(at("signs"), 6);
        incoming = Images.textures(at("incoming"), 2);
        features = at("train.safetensors");
        head = at("head.safetensors");
        assertThat(Cli.run("extract", "-m", "stray-mini", "-i", signs, "-o", features)
                        .code())
                .isZero();
        assertThat(Cli.run("probe", "-f", features, "-o", head).code()).isZero();
    }

    private static Path at(String name) {
        return folder.resolve(name);
    }

    private static void same(int neighbours, Object... fit) throws IOException {
        Path detector = at("guard.stray");
        var command = new ArrayList<Object>(List.of("fit", "-o", detector, "--force"));
        command.addAll(List.of(fit));
        Cli fitted = Cli.run(command.toArray());
        assertThat(fitted.code()).as(fitted.err()).isZero();
        Path scores = at("scores.csv");
        Cli.run("score", "-D", detector, "-i", incoming, "--neighbours", neighbours, "-o", scores, "--force");
        List<Map<String, String>> rows = ScoreRows.read(scores).rows();
        assertThat(rows).hasSize(10);
        var images = new LinkedHashMap<String, byte[]>();
        for (Map<String, String> row : rows) {
            String id = Objects.requireNonNull(row.get("id"));
            images.put(id, Files.readAllBytes(incoming.resolve(id)));
        }
        try (Guard guard = Guard.open(detector)) {
            for (Map<String, String> row : rows) {
                String id = Objects.requireNonNull(row.get("id"));
                assertRow(guard.check(id, Objects.requireNonNull(images.get(id)), neighbours), row);
            }
            List<Detection> batch = guard.check(images, neighbours).stream()
                    .map(Detection.class::cast)
                    .toList();
            for (int i = 0; i < rows.size(); i++) {
                assertRow(batch.get(i), rows.get(i));
            }
        }
    }

    /** As the file has it, to its last digit. */
    private static void assertRow(Detection detection, Map<String, String> row) {
        assertThat(Double.toString(detection.score())).isEqualTo(row.get("score"));
        assertThat(detection.verdict().orElseThrow().name()).isEqualToIgnoringCase(row.get("verdict"));
        assertThat(Double.toString(detection.pValue().orElseThrow())).isEqualTo(row.get("p_value"));
        for (int k = 1; k <= detection.neighbours().size(); k++) {
            assertThat(detection.neighbours().get(k - 1).id()).isEqualTo(row.get("neighbour_" + k));
            assertThat(Double.toString(detection.neighbours().get(k - 1).similarity()))
                    .isEqualTo(row.get("similarity_" + k));
        }
    }

    @Test
    void knn_givesTheScoresOfTheCommand() throws IOException {
        same(3, "-d", "knn", "-m", "stray-mini", "-i", signs);
    }

    @Test
    void mahalanobis_givesTheScoresOfTheCommand() throws IOException {
        same(1, "-d", "mahalanobis", "-f", features);
    }

    @Test
    void scoresOfAHead_areThoseOfTheCommand() throws IOException {
        for (String detector : List.of("msp", "energy", "vim:dimension=10", "klm")) {
            same(1, "-d", detector, "-f", features, "--head", head, "--allow-seen");
        }
    }

    @Test
    void mcmWithItsClasses_givesTheScoresOfTheCommand() throws IOException {
        Path names = Files.writeString(at("names.txt"), "road sign\ncat\nice cream\n");
        same(0, "-d", "mcm", "-m", "stray-mini", "--classes", names, "--calibration", signs);
    }
}
