// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.detect.Detectors;
import io.github.stray.metric.Convention;
import io.github.stray.study.suite.SuitePair.Protocol;
import io.github.stray.vision.data.DatasetCatalogue;
import io.github.stray.vision.data.DatasetSplit;
import io.github.stray.vision.layout.NetworkOption;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuiteReaderTest {
    private static final String GOOD = """
            name: mine
            sets:
              train: {input: photos/train, classes: [cat, dog], per-class: 5}
              test:
                input: cifar10:${STRAY_SHARED}/x.bin#test
                part: held-out
                share: 0.5
              other: data:svhn#test
            pairs:
              - name: animals
                train: train
                test: test
                near: [other]
            extractors:
              - stray-mini
              - {name: net, file: net.onnx, input-size: 32}
            detectors:
              - knn:k=5
            metrics: openood
            seed: 7
            probe-batch: 64
            """;

    private static Suite read(String text) {
        return SuiteReader.read(text, "my.yaml", new SuitePaths(Path.of("/suites"), Map.of("STRAY_SHARED", "/shared")));
    }

    @Test
    void read_everyKey_isTaken() {
        Suite suite = read(GOOD);
        assertThat(suite.title()).isEqualTo("mine");
        assertThat(suite.set("train").input()).contains("/suites/photos/train");
        assertThat(suite.set("train").classNames()).containsExactly("cat", "dog");
        assertThat(suite.set("train").perClass()).isEqualTo(OptionalInt.of(5));
        assertThat(suite.set("test").input()).contains("cifar10:/shared/x.bin#test");
        assertThat(suite.set("test").part()).contains(new SuiteSet.Part(true, 0.5));
        assertThat(suite.set("other").input()).contains("data:svhn#test");
        assertThat(suite.pairs())
                .containsExactly(new SuitePair(
                        "animals", Protocol.STANDARD, "train", "test", List.of(new SuiteOod("other", OodGroup.NEAR))));
        assertThat(suite.extractors().get(1).file()).contains(Path.of("/suites/net.onnx"));
        assertThat(suite.extractors().get(1).network().values()).containsEntry(NetworkOption.INPUT_SIZE, "32");
        assertThat(suite.detectors()).containsExactly("knn:k=5");
        assertThat(suite.convention()).isEqualTo(Convention.OPENOOD);
        assertThat(suite.seed()).isEqualTo(7);
        assertThat(suite.probeBatch()).isEqualTo(64);
        assertThat(read(GOOD.replace("probe-batch: 64", "")).probeBatch()).isEqualTo(256);
        assertThat(suite.negatives()).isEqualTo(Optional.empty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            name: mine               | name: my/suite            | my.yaml:1: name: expected letters
            name: mine               | title: no name            | my.yaml:1: the suite: the key 'name' is missing
            seed: 7                  | sead: 7                   | my.yaml:20: the suite: there is no key 'sead'; did you mean 'seed'?
            probe-batch: 64          | probe-batch: 0            | my.yaml:21: probe-batch: must be at least 1, was 0
            seed: 7                  | seed: many                | my.yaml:20: seed: expected a number, found 'many'
            metrics: openood         | metrics: best             | my.yaml:19: metrics: unknown convention 'best'
            knn:k=5                  | knn:j=5                   | my.yaml:18: detector: detector knn has no option 'j'
            knn:k=5                  | kn                        | my.yaml:18: detector: no detector 'kn'; did you mean 'knn'?
            near: [other]            | near: [otter]             | my.yaml:13: near: there is no set 'otter'; did you mean 'other'?
            near: [other]            | near: [other, other]      | my.yaml:13: near: the set 'other' is OOD twice
            near: [other]            | near: [test]              | my.yaml:13: near: the set 'test' is the pair's own ID set
            test: test               | test: train               | my.yaml:12: test: the set 'train' holds samples of the training set 'train'
            near: [other]            | near: []                  | my.yaml:10: pair: the pair 'animals' has no OOD set
            near: [other]            | protocol: two-class       | my.yaml:13: protocol: expected standard or one-class
            share: 0.5               | share: 1.5                | my.yaml:7: share: must lie between 0 and 1, was 1.5
            part: held-out           | part: half                | my.yaml:6: part: expected held-out or rest
            per-class: 5             | per-class: 0              | my.yaml:3: per-class: must be at least 1, was 0
            input: photos/train      | features: f.npy, input: x | my.yaml:3: set train: give either 'input' (images) or 'features'
            - stray-mini             | - net                     | my.yaml:16: extractor: 'net' is given twice
            file: net.onnx           | crop: none                | my.yaml:16: extractor: how images are prepared is said of a 'file'
            input-size: 32           | size: 32                  | my.yaml:16: extractor: there is no key 'size'
            ${STRAY_SHARED}          | ${STRAY_NOT_SET}          | my.yaml:5: input: the variable STRAY_NOT_SET is not set
            ${STRAY_SHARED}          | ${HOME}                   | my.yaml:5: input: ${HOME} is not filled in: a suite may name variables that begin with STRAY_, such as ${STRAY_HOME}
            ${STRAY_SHARED}          | ${HF_TOKEN}               | my.yaml:5: input: ${HF_TOKEN} is not filled in: it may be a secret
            ${STRAY_SHARED}          | ${STRAY_SERVE_KEY}        | my.yaml:5: input: ${STRAY_SERVE_KEY} is not filled in: it may be a secret
            ${STRAY_SHARED}          | ${STRAY_HUB_MIRROR}       | my.yaml:5: input: ${STRAY_HUB_MIRROR} is not filled in: it may be a secret
            """)
    void read_mistakes_areNamedWithTheirLine(String good, String bad, String message) {
        assertThat(GOOD).contains(good);
        assertThatThrownBy(() -> read(GOOD.replace(good, bad)))
                .isInstanceOf(InvalidSuiteException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void read_moreThanAMebibyte_isRefusedUnparsed(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("long.yaml"), "name: \"" + "a".repeat(1 << 20) + "\"\n");

        assertThatThrownBy(() -> SuiteReader.read(file))
                .isInstanceOf(InvalidSuiteException.class)
                .hasMessageEndingWith("long.yaml:1: no suite: it is larger than 1 MiB");
    }

    @Test
    void read_noYaml_isNamedWithItsLine() {
        assertThatThrownBy(() -> read("name: mine\nsets: [unclosed\n"))
                .isInstanceOf(InvalidSuiteException.class)
                .hasMessageStartingWith("my.yaml:3: no YAML: ");
        assertThatThrownBy(() -> read("")).hasMessage("my.yaml:1: the suite is empty");
        assertThatThrownBy(() -> read("name: a\nname: b\n"))
                .hasMessage("my.yaml:2: the suite: the key 'name' is given twice");
    }

    @Test
    void read_trainingAndTestPartsOfOneInput_mustNotOverlap() {
        String parts =
                GOOD.replace("test:\n    input: cifar10:${STRAY_SHARED}/x.bin#test", "test:\n    input: photos/train");
        assertThatThrownBy(() -> read(parts))
                .hasMessageStartingWith("my.yaml:12: test: the set 'test' holds samples of the training set 'train'");
        String rest = parts.replace("classes: [cat, dog]", "part: rest, share: 0.5");
        assertThat(read(rest).pairs()).hasSize(1);
        assertThatThrownBy(() -> read(rest.replace("part: rest, share: 0.5", "part: rest, share: 0.8")))
                .hasMessageContaining("with the same share");
        assertThatThrownBy(() -> read(rest.replace("part: rest", "part: held-out")))
                .hasMessageContaining("'part: rest' for training");
    }

    @Test
    void read_thousandsOfLevelsOrNoText_isRefusedInOneLine(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> read("name: " + "[".repeat(100_000)))
                .isInstanceOf(InvalidSuiteException.class)
                .hasMessage("my.yaml:1: no suite: lists or keys are nested thousands deep");
        Path latin =
                Files.write(folder.resolve("latin.yaml"), "title: caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> ShippedSuites.open(latin.toString()))
                .isInstanceOf(InvalidSuiteException.class)
                .hasMessage(latin + ":1: no YAML: it is not UTF-8 text");
        Path inner = Files.createDirectories(folder.resolve("inner.yaml"));
        assertThatThrownBy(() -> ShippedSuites.open(inner.toString()))
                .hasMessage(inner + ":1: it is a folder, expected a YAML file");
    }

    @Test
    void read_anAnchorThatHoldsItself_isRefused() {
        assertThatThrownBy(() -> read("name: &a [*a]\n")).isInstanceOf(InvalidSuiteException.class);
    }

    @Test
    void read_noDetectors_meansAll() {
        assertThat(read(GOOD.replace("detectors:\n  - knn:k=5\n", "")).detectors())
                .isEqualTo(Detectors.ids());
    }

    @Test
    void read_allAmongDetectors_standsForEveryId() {
        assertThat(read(GOOD.replace("- knn:k=5", "- all\n  - knn:k=5")).detectors())
                .startsWith("knn", "kmeans")
                .endsWith("knn:k=5")
                .hasSize(Detectors.ids().size() + 1);
    }

    @Test
    void shippedSuites_haveTheirNamesAndPairs() throws IOException {
        var pairs = new TreeMap<String, Integer>();
        for (String name : ShippedSuites.names()) {
            Suite suite = ShippedSuites.open(name);
            assertThat(suite.name()).isEqualTo(name);
            pairs.put(name, suite.pairs().size());
        }
        assertThat(pairs)
                .isEqualTo(Map.of(
                        "clip-features", 1,
                        "one-class-cifar10", 1,
                        "one-class-sample", 1,
                        "openood-cifar10", 1,
                        "openood-cifar100", 1,
                        "openood-imagenet", 1,
                        "paper-18", 3,
                        "paper-imagenet", 1,
                        "sample", 3));
    }

    @Test
    void paperImagenet_namesEveryDetectorForTheSakeOfItsProbes() throws IOException {
        assertThat(ShippedSuites.open("paper-imagenet").detectors().stream()
                        .map(text -> Detectors.parse(text).id()))
                .containsExactlyElementsOf(Detectors.ids().stream()
                        .map(id -> Detectors.parse(id).id())
                        .toList());
    }

    @Test
    void file_ofAUser_isRelativeToItself(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("s.yaml"), GOOD.replace("${STRAY_SHARED}", "."));
        Suite suite = ShippedSuites.open(file.toString());
        assertThat(suite.set("train").input())
                .contains(folder.resolve("photos/train").toString());
        assertThatThrownBy(() -> ShippedSuites.open("samples"))
                .hasMessage("no suite 'samples': neither a name nor a .yaml file; did you mean 'sample'? Valid are: "
                        + String.join(", ", ShippedSuites.names()));
    }

    /** A name or split with a typing error would only be found by whoever has pulled gigabytes. */
    @Test
    void shippedSuites_pulledSets_areInTheCatalogue() throws IOException {
        DatasetCatalogue catalogue = DatasetCatalogue.ofStray();
        int seen = 0;
        for (String name : ShippedSuites.names()) {
            for (SuiteSet set : ShippedSuites.open(name).sets().values()) {
                String input = set.input().orElse("");
                if (!input.startsWith("data:")) {
                    continue;
                }
                String[] parts = input.substring("data:".length()).split("#", 2);
                assertThat(parts).as("%s, %s", name, input).hasSize(2);
                assertThat(catalogue.require(parts[0]).splits().stream().map(DatasetSplit::name))
                        .as("%s, %s", name, input)
                        .contains(parts[1]);
                seen++;
            }
        }
        assertThat(seen).isGreaterThan(40);
    }
}
