// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a dataset without known checksum, whose archives a folder has, and on one whose folder is given. */
class DataCommandTest {
    @TempDir
    private Path folder;

    @RegisterExtension
    private final FreshHome freshHome = new FreshHome(() -> folder.resolve("home"));

    /** ImageNet-30's two archives with signs for images. */
    private Path mirror() throws IOException {
        Path mirror = Files.createDirectories(folder.resolve("mirror"));
        Path signs = Images.signs(folder.resolve("signs"), 2);
        for (String split : List.of("one_class_train", "one_class_test")) {
            tar(signs, split, mirror.resolve(split + ".tar"));
        }
        return mirror;
    }

    private static void tar(Path files, String prefix, Path target) throws IOException {
        try (var tar = new TarArchiveOutputStream(Files.newOutputStream(target));
                Stream<Path> all = Files.walk(files)) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                var entry = new TarArchiveEntry(prefix + "/" + files.relativize(file), true);
                entry.setSize(Files.size(file));
                tar.putArchiveEntry(entry);
                Files.copy(file, tar);
                tar.closeArchiveEntry();
            }
        }
    }

    @Test
    void pull_fromFolder_isAnInputOfOtherCommands() throws IOException {
        Cli pulled = Cli.run("data", "pull", "imagenet30", "--mirror", mirror());
        assertThat(pulled.code()).isZero();
        assertThat(pulled.err())
                .contains("no checksum of one_class_train.tar is known: what came was recorded, not checked");
        assertThat(pulled.out()).startsWith("imagenet30 (unpacked in ").contains("data:imagenet30#test");
        assertThat(Cli.done("data", "show", "imagenet30").out())
                .contains("found      the split train has ", ", and the catalogue says 39,000");
        Path features = folder.resolve("f.safetensors");
        Cli extracted = Cli.run(
                "extract", "-m", "stray-mini", "-i", "data:imagenet30#test", "-o", features, "--json", "--quiet");
        assertThat(extracted.err()).isEmpty();
        assertThat(extracted.code()).isZero();
        assertThat(features).isRegularFile();
        Cli again = Cli.run("data", "pull", "imagenet30", "--quiet");
        assertThat(again.code()).isZero();
        assertThat(again.out()).startsWith("imagenet30 is here already, and complete");
        assertThat(Cli.done("data", "remove", "imagenet30").out()).isEqualTo("removed imagenet30\n");
        assertThat(Cli.refused(
                        "extract",
                        "-m",
                        "stray-mini",
                        "-i",
                        "data:imagenet30#test",
                        "-o",
                        folder.resolve("g.safetensors")))
                .contains("'stray data pull imagenet30' fetches it");
    }

    @Test
    void list_tableAndJson_sayWhatIsHere() throws IOException {
        Cli.run("data", "pull", "imagenet30", "--mirror", mirror());
        assertThat(Cli.done("data").out())
                .isEqualTo(Cli.done("data", "list").out())
                .containsPattern("imagenet30 +here")
                .containsPattern("imagenet1k +by hand")
                .containsPattern("cifar10 +- +170 MB +train, test +none stated");
        List<JsonObject> datasets = Cli.done("data", "list", "--json").json().getArray("datasets").stream()
                .map(JsonObject.class::cast)
                .toList();
        for (JsonObject dataset : datasets) {
            assertThat(dataset.getBoolean("installed"))
                    .isEqualTo(dataset.getString("name").equals("imagenet30"));
            assertThat(dataset.getString("licence")).isNotBlank();
        }
        assertThat(datasets).hasSizeGreaterThanOrEqualTo(20);
    }

    @Test
    void show_known_namesSourceTermsAndChecksum() {
        assertThat(Cli.done("data", "show", "dtd").out())
                .startsWith("dtd (not here)")
                .contains("MD5 fff73e5086ae6bdbea199a49dfb8a4c1 (torchvision)")
                .contains("https://www.robots.ox.ac.uk/~vgg/data/dtd/download/dtd-r1.0.1.tar.gz")
                .contains("data:dtd#all, 5,640 images");
        JsonObject json = Cli.done("data", "show", "dtd", "--json").json();
        assertThat(json.getArray("archives").getObject(0).getString("md5"))
                .isEqualTo("fff73e5086ae6bdbea199a49dfb8a4c1");
        assertThat(Cli.refused("data", "show", "dtt")).contains("did you mean 'dtd'?");
    }

    @Test
    void pull_givenFolder_staysWhereItIs() throws IOException {
        Path imagenet = folder.resolve("imagenet");
        Images.signs(imagenet.resolve("val"), 1);
        Cli pulled = Cli.run("data", "pull", "imagenet1k", "--mirror", imagenet, "--json");
        assertThat(pulled.code()).isZero();
        assertThat(pulled.json().getString("folder")).isEqualTo(imagenet.toString());
        assertThat(Cli.done("data", "pull", "imagenet1k", "--mirror", imagenet, "--quiet")
                        .out())
                .startsWith("imagenet1k is remembered already\n");
        Cli.done("data", "remove", "imagenet1k");
        assertThat(imagenet.resolve("val")).isDirectory();
    }

    @Test
    void pull_wrong_saysWhatHelps() throws IOException {
        assertThat(Cli.refused("data", "pull", "imagenet30")).contains("--mirror DIR");
        assertThat(Cli.refused("data", "pull", "no-such-set")).contains("no dataset 'no-such-set' is known");
        assertThat(Cli.refused("data", "pull", "dtd", "--mirror", " ")).contains("--mirror is empty");
        assertThat(Cli.refused("data", "pull", "dtd", "--mirror", folder.resolve("none")))
                .contains("is neither a folder nor an address");
        System.setProperty("stray.offline", "1");
        try {
            Cli offline = Cli.run("data", "pull", "dtd");
            assertThat(offline.code()).isEqualTo(ExitCode.ENVIRONMENT);
            assertThat(offline.err()).contains("STRAY_OFFLINE is set, and dtd-r1.0.1.tar.gz of dtd is not here");
        } finally {
            System.clearProperty("stray.offline");
        }
        Path mirror = mirror();
        Path archive = mirror.resolve("one_class_test.tar");
        byte[] damaged;
        try (InputStream in = Files.newInputStream(archive)) {
            damaged = in.readNBytes(700);
        }
        System.arraycopy("damaged".getBytes(StandardCharsets.US_ASCII), 0, damaged, 100, 7);
        Files.write(archive, damaged);
        Cli failed = Cli.run("data", "pull", "imagenet30", "--mirror", mirror);
        assertThat(failed.code()).isEqualTo(ExitCode.FAILED);
        assertThat(failed.err()).contains("one_class_test.tar is damaged").doesNotContain("Exception");
        assertThat(Cli.done("data", "list").out()).doesNotContain(" here ");
    }
}
