// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The commands that write, each a process, with small inputs below {@link #WORK}. */
final class Commands {
    static final Path WORK = Path.of(System.getenv("CHAOS_WORK")).toAbsolutePath().resolve("commands");

    private static final String STRAY = System.getenv("CHAOS_HOME") + "/bin/stray";

    private Commands() {}

    /** What a command is given, {@code IN} and {@code OUT} standing for folders; and what it left undisturbed. */
    static final class Command {
        final String name;
        final List<String> arguments;
        Map<String, byte[]> files = Map.of();
        Duration lasts = Duration.ofSeconds(2);

        Command(String name, String arguments) {
            this.name = name;
            this.arguments = List.of((name + " " + arguments).strip().split(" "));
        }
    }

    static final List<Command> ALL = List.of(
            new Command("extract", "-m stray-mini -i IN/id -o OUT/f.safetensors"),
            new Command("fit", "-d knn -f IN/f.safetensors -o OUT/d.stray"),
            new Command("fit", "-d mahalanobis -m stray-mini -i IN/id -o OUT/d.stray"),
            new Command("score", "-D IN/d.stray -f IN/f.safetensors --neighbours 2 -o OUT/s.csv"),
            new Command("score", "-D IN/d.stray -i IN/ood -o OUT/s.jsonl"),
            new Command("text", "-m stray-mini --classes IN/names.txt -o OUT/t.safetensors"),
            new Command("probe", "-f IN/f.safetensors --epochs 5 -o OUT/h.safetensors"),
            new Command("preprocess", "-m stray-mini -i IN/ood -o OUT/x.npy"),
            new Command("models head", "IN/classifier -o OUT/h.safetensors"),
            new Command("models add", "IN/network --name added"),
            new Command("data pull", "imagenet30 --mirror IN/mirror"),
            new Command("audit", "--id IN/id --ood IN/ood -m stray-mini -o OUT/audit"),
            new Command("inspect", "IN/id -m stray-mini -o OUT/inspect"),
            new Command("attack", "--id IN/id --ood IN/ood -m stray-mini --steps 2 --limit 4 -d knn -o OUT/attack"),
            new Command("bench run", "IN/suite.yaml -o OUT/bench"),
            new Command("cache clean", ""),
            new Command("demo", "-o OUT/demo"));

    /** Small inputs. */
    static void prepare() throws Exception {
        if (Files.exists(WORK.resolve("IN/suite.yaml"))) {
            return;
        }
        Files.createDirectories(WORK.resolve("home"));
        Path in = Files.createDirectories(WORK.resolve("IN"));
        Files.createDirectories(WORK.resolve("tmp"));
        Drawn.images(in.resolve("id"), 1, 3, 10);
        Drawn.images(in.resolve("ood"), 2, 2, 3);
        Drawn.mirror(in.resolve("mirror"));
        Files.writeString(in.resolve("names.txt"), "stop sign\nno entry\ntree\n");
        run("extract", "-m", "stray-mini", "-i", in + "/id", "-o", in + "/f.safetensors");
        run("fit", "-d", "knn", "-f", in + "/f.safetensors", "-o", in + "/d.stray");
        run("text", "-m", "stray-mini", "--classes", in + "/names.txt", "-o", in + "/t.safetensors");
        copy(Path.of("text/src/test/exports/convnext-base/model"), in.resolve("network"));
        run("models", "add", "text/src/test/exports/bit-classifier/model", "--name", "classifier");
        copy(WORK.resolve("home/models/classifier"), in.resolve("classifier"));
        Files.writeString(in.resolve("suite.yaml"), """
                name: tiny
                title: Tiny
                sets:
                  train: {input: %1$s/id, part: rest, share: 0.5}
                  test: {input: %1$s/id, part: held-out, share: 0.5}
                  ood: %1$s/ood
                pairs: [{name: signs, train: train, test: test, far: [ood]}]
                extractors: [stray-mini]
                detectors: [knn, mahalanobis]
                """.formatted(in));
    }

    private static void run(String... command) throws Exception {
        if (start(new Command(String.join(" ", command), "")).waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + Files.readString(WORK.resolve("err")));
        }
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path one : all.toList()) {
                Files.copy(one, to.resolve(from.relativize(one).toString()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(one);
                }
            }
        }
    }

    static Process start(Command command) throws IOException {
        return start(command, Map.of());
    }

    /** The same with other environment variables than usual. */
    static Process start(Command command, Map<String, String> environment) throws IOException {
        var line = new ArrayList<String>(List.of(STRAY));
        for (String argument : command.arguments) {
            line.add(argument.replaceFirst("^IN(?=/)", WORK + "/IN")
                    .replaceFirst("^OUT(?=/)", environment.getOrDefault("CHAOS_OUT", WORK + "/OUT")));
        }
        var builder = new ProcessBuilder(line)
                .redirectOutput(WORK.resolve("out").toFile())
                .redirectError(WORK.resolve("err").toFile());
        builder.environment().putAll(Map.of(
                "STRAY_HOME", WORK + "/home",
                "STRAY_OFFLINE", "1",
                "TMPDIR", WORK + "/tmp",
                "STRAY_JAVA_OPTIONS", "-Xmx1g -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dstray.simd=scalar -Djava.io.tmpdir=" + WORK + "/tmp"));
        builder.environment().putAll(environment);
        return builder.start();
    }
}
