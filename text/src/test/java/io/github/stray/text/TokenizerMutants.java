// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import io.github.stray.store.StrayHome;
import io.github.stray.vision.layout.FolderLayout;
import io.github.stray.vision.layout.NetworkOptions;
import io.github.stray.vision.layout.TextSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Damaged copies of tokenizers, each read and, where it is taken, made to encode texts: {@code tokenizer.json} and the files of
 * slow tokenizers. Prints the number of each before it begins, so that whoever runs this knows which one ended the process;
 * {@link MutantRun} does. The same number and seed give the same copy.
 */
final class TokenizerMutants {
    private static final Path EXPORTS = Path.of("src", "test", "exports");
    private static final Path GOLDEN = Path.of("..", "golden");

    /** One in so many is a copy of a slow tokenizer's file. */
    private static final int SLOW = 4;

    static final List<String> TEXTS = List.of(
            "a photo of a cat",
            "",
            "aaaaaaaaaaaaaaaaaaaaaaaa",
            "\u00dcn\u00efc\u00f6d\u00e9 \ufb01 \u2460 \ufdfa don't",
            "<s> </s> [CLS] [MASK] <|endoftext|> <pad>",
            " \t\u3000\n ",
            "two birds, three cats and 12 dogs! ".repeat(20));

    private final List<Path> files;
    private final List<Path> slow;
    private final Path work;
    private final Path cache = StrayHome.ofEnvironment().resolve("cache");

    private TokenizerMutants(Path work) throws IOException {
        this.work = work;
        this.files = tokenizers();
        this.slow = Stream.of("siglip-one-file", "altclip-two-files", "chinese-clip-two-files", "clip-one-file")
                .map(EXPORTS::resolve)
                .toList();
    }

    /** The tokenizers of the tests. */
    static List<Path> tokenizers() throws IOException {
        try (Stream<Path> exports = Files.walk(EXPORTS);
                Stream<Path> golden = Files.walk(GOLDEN)) {
            return Stream.concat(exports, golden)
                    .filter(file ->
                            file.getFileName().toString().matches("tokenizer\\.json(\\.txt)?|tower\\.tokenizer"))
                    .sorted()
                    .toList();
        }
    }

    /** FROM TO SEED FOLDER: reads those numbers, with a folder to work in. */
    public static void main(String[] arguments) throws IOException {
        var mutants = new TokenizerMutants(Path.of(arguments[3]));
        var outcomes = new TreeMap<String, Integer>();
        long seed = Long.parseLong(arguments[2]);
        for (long i = Long.parseLong(arguments[0]); i < Long.parseLong(arguments[1]); i++) {
            System.out.println("at " + i);
            String outcome = mutants.outcome(i, seed);
            outcomes.merge(outcome, 1, Integer::sum);
            System.out.println("is " + outcome);
        }
    }

    private String outcome(long number, long seed) throws IOException {
        var random = new Random(seed * 1_000_003 + number);
        try {
            byte[] json = number % SLOW == 0 ? converted(number, random) : mutant(number, random);
            try (Tokenizer tokenizer = Tokenizer.load(json, "mutant", cache)) {
                TEXTS.forEach(tokenizer::ids);
            }
            return number % SLOW == 0 ? "slow tokenizer taken" : "taken";
        } catch (InvalidTokenizerException e) {
            return String.valueOf(e.getMessage()).contains("by the tokenizer library")
                    ? "REFUSED BY THE LIBRARY ONLY " + e.getMessage()
                    : "refused";
        } catch (IOException e) {
            return "slow tokenizer's folder refused";
        } catch (NoTexts left) {
            return "slow tokenizer left out";
        } catch (RuntimeException | Error e) {
            return "UNEXPECTED " + e;
        }
    }

    private byte[] mutant(long number, Random random) throws IOException {
        return JsonMutant.of(Files.readAllBytes(files.get((int) (number / 2 % files.size()))), random);
    }

    /** What becomes of a slow tokenizer of which one file is damaged. */
    private byte[] converted(long number, Random random) throws IOException {
        Path source = slow.get((int) (number / SLOW % slow.size()));
        Path folder = work.resolve(source.getFileName().toString());
        copy(source, folder);
        // What is read where it lies beside the slow tokenizer's files.
        Files.deleteIfExists(folder.resolve("model").resolve("tokenizer.json"));
        List<Path> damaged;
        try (Stream<Path> walk = Files.walk(folder)) {
            damaged = walk.filter(file ->
                            file.toString().matches(".*(vocab\\.\\w+|merges\\.txt|\\.model|tokenizer_config\\.json)"))
                    .sorted()
                    .toList();
        }
        Path file = damaged.get(random.nextInt(damaged.size()));
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, file.toString().endsWith(".json") ? JsonMutant.of(bytes, random) : bytes(bytes, random));
        Path home = folder.resolve("model");
        FolderLayout layout = FolderLayout.read(home, Optional.empty(), NetworkOptions.none());
        TextSource texts = layout.text().orElseThrow(NoTexts::new);
        return texts.tokenizer().json().getBytes(StandardCharsets.UTF_8);
    }

    /** The images alone would be added. */
    private static final class NoTexts extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static byte[] bytes(byte[] file, Random random) {
        byte[] mutant = file.clone();
        int at = random.nextInt(mutant.length);
        switch (random.nextInt(5)) {
            case 0 -> mutant = Arrays.copyOf(mutant, at);
            case 1 -> {
                byte[] more = Arrays.copyOf(mutant, mutant.length + 20_000);
                Arrays.fill(more, mutant.length, more.length, mutant[at]);
                mutant = more;
            }
            case 2 -> mutant[at] = (byte) random.nextInt();
            default -> mutant[at] ^= (byte) (1 << random.nextInt(8));
        }
        return mutant;
    }

    static void copy(Path source, Path target) throws IOException {
        try (Stream<Path> walk = Files.walk(source)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                Path copy = target.resolve(source.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.write(copy, Files.readAllBytes(file));
            }
        }
    }
}
