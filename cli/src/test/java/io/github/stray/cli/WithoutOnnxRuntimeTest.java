// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WithoutOnnxRuntimeTest {
    @TempDir
    Path folder;

    private Cli withoutOnnxRuntime(Object... arguments) throws IOException, InterruptedException {
        String whole = System.getProperty("java.class.path");
        String classPath = Arrays.stream(whole.split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("onnxruntime"))
                .collect(Collectors.joining(File.pathSeparator));
        assertThat(classPath).isNotEqualTo(whole);
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        int code = Cli.process(classPath, arguments)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start()
                .waitFor();
        return new Cli(
                code,
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8)
                        .replace(
                                "WARNING: Using incubator modules: jdk.incubator.vector" + System.lineSeparator(), ""));
    }

    private Path at(String name) {
        return folder.resolve(name);
    }

    @Test
    void features_needNoInference() throws Exception {
        Path train = Clusters.around(120, 5, 1).npy(at("train.npy"));
        Path ood = Clusters.anywhere(40, 5, 2).npy(at("ood.npy"));
        Cli fit = withoutOnnxRuntime("fit", "-d", "knn", "-f", train, "-o", at("d.stray"));
        assertThat(fit.err()).isEmpty();
        assertThat(fit.code()).isZero();
        Cli score = withoutOnnxRuntime("score", "-D", at("d.stray"), "-f", ood, "-o", at("ood.csv"));
        assertThat(score.code()).as(score.err()).isZero();
        assertThat(ScoreRows.read(at("ood.csv")).rows()).hasSize(40);
        Cli evaluate = withoutOnnxRuntime("evaluate", "--id", at("ood.csv"), "--ood", at("ood.csv"), "--json");
        assertThat(evaluate.code()).as(evaluate.err()).isZero();
        assertThat(evaluate.json().getObject("mean").getDouble("auroc")).isEqualTo(0.5);
    }

    @Test
    void images_needIt_andSaySo() throws Exception {
        Path signs = Images.signs(at("signs"), 1);
        for (List<Object> command : List.of(
                List.<Object>of("extract", "-m", "stray-mini", "-i", signs, "-o", at("f.safetensors")),
                List.<Object>of("demo", "-o", at("demo")))) {
            Cli result = withoutOnnxRuntime(command.toArray());
            assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.ENVIRONMENT);
            assertThat(result.out()).isEmpty();
            assertThat(result.err())
                    .startsWith("stray: ")
                    .contains("ONNX Runtime")
                    .doesNotContain("\tat ");
        }
        assertThat(at("f.safetensors")).doesNotExist();
    }
}
