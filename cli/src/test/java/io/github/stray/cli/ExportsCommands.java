// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.github.stray.feature.Layer;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.model.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs the commands that people type first on every folder that {@code tools/exports} wrote, with nothing else said, and prints
 * a line for each: its name, a tab, the commands that went well, and what others said. Passed over is what cannot go: texts and
 * {@code mcm} of a network of images alone, which must say so, and {@code msp} without logits, which must name the head that it
 * wants. OUT IMAGES [REGEX]; the images lie in one folder a class. Property {@code stray.home}: an empty folder.
 */
final class ExportsCommands {
    /** Characters of a refusal that are shown. */
    private static final int MOST = 120;

    private final Path images;
    private final Path work;
    private final Path classes;

    private ExportsCommands(Path images, Path work) throws IOException {
        this.images = images;
        this.work = work;
        this.classes = work.resolve("classes.txt");
        try (Stream<Path> folders = Files.list(images)) {
            Files.write(
                    classes,
                    folders.filter(Files::isDirectory)
                            .map(folder -> folder.getFileName().toString())
                            .sorted()
                            .toList());
        }
    }

    public static void main(String... arguments) throws IOException {
        Pattern wanted = Pattern.compile(arguments.length > 2 ? arguments[2] : "");
        List<Path> folders;
        try (Stream<Path> all = Files.list(Path.of(arguments[0]))) {
            folders = all.filter(folder -> Files.isDirectory(folder.resolve("model")))
                    .filter(folder ->
                            wanted.matcher(folder.getFileName().toString()).find())
                    .sorted()
                    .toList();
        }
        var commands = new ExportsCommands(Path.of(arguments[1]), Files.createTempDirectory("stray-commands-"));
        for (Path folder : folders) {
            System.out.println(folder.getFileName() + "\t" + commands.tried(folder));
        }
    }

    private String tried(Path folder) throws IOException {
        String name = String.valueOf(folder.getFileName());
        var add = new ArrayList<Object>(List.of("models", "add"));
        add.addAll(source(folder));
        add.addAll(List.of("--name", name));
        Cli added = Cli.run(add.toArray());
        if (added.code() != 0) {
            return "refused";
        }
        StoredModel model = ModelStore.ofEnvironment().find(name);
        boolean texts = model.card().text().isPresent();
        var well = new ArrayList<>(List.of("add"));
        var others = new ArrayList<String>();
        boolean logits = model.card().layers().containsKey(Layer.LOGITS);
        String noLogits = logits ? "" : "a linear head on the features gives logits (stray fit: --head HEAD;";
        String noTexts = texts ? "" : "has no text encoder, so it cannot embed class names";
        tried("extract", "", well, others, "extract", "-m", name, "-i", images, "-o", file("all.safetensors"));
        tried("text", noTexts, well, others, "text", "-m", name, "--classes", classes, "-o", file("t.safetensors"));
        tried("knn", "", well, others, "fit", "-d", "knn", "-m", name, "-i", images, "-o", file("knn.stray"));
        tried("msp", noLogits, well, others, "fit", "-d", "msp", "-m", name, "-i", images, "-o", file("msp.stray"));
        tried(
                "mcm",
                noTexts,
                well,
                others,
                "fit",
                "-d",
                "mcm",
                "-m",
                name,
                "-i",
                images,
                "--classes",
                classes,
                "-o",
                file("mcm.stray"));
        ModelStore.ofEnvironment().remove(name);
        return Stream.concat(Stream.of(String.join(" ", well)), others.stream()).collect(Collectors.joining("; "));
    }

    private Path file(String name) throws IOException {
        Path file = work.resolve(name);
        Files.deleteIfExists(file);
        return file;
    }

    /** Only the refusal that the network calls for, if any, is passed over in silence. */
    private static void tried(
            String what, String refusal, List<String> well, List<String> others, Object... arguments) {
        Cli result = Cli.run(arguments);
        boolean called = !refusal.isEmpty()
                && result.code() == ExitCode.USAGE
                && result.err().contains(refusal);
        if (result.code() == 0 && refusal.isEmpty()) {
            well.add(what);
        } else if (!called) {
            others.add(what + ": " + said(result));
        }
    }

    /** The folder, or the bare file with what a user says beside it. */
    private static List<String> source(Path folder) throws IOException {
        Path model = folder.resolve("model");
        Path options = folder.resolve("options.json");
        if (!Files.isRegularFile(options)) {
            return List.of(model.toString());
        }
        try {
            JsonArray words = JsonParser.array().from(Files.readString(options));
            var source = new ArrayList<String>();
            words.forEach(word ->
                    source.add(source.isEmpty() ? model.resolve(word.toString()).toString() : word.toString()));
            return source;
        } catch (JsonParserException e) {
            throw new IOException(options.toString(), e);
        }
    }

    /** The message without notes. */
    private static String said(Cli result) {
        String message = Arrays.stream(result.err().split("\n"))
                .filter(line -> !line.startsWith("stray: note:"))
                .findFirst()
                .orElse("exit code " + result.code())
                .replace("stray: ", "");
        return message.length() <= MOST ? message : message.substring(0, MOST) + "..";
    }
}
