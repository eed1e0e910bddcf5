// SPDX-License-Identifier: Apache-2.0
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * MOST SEED: damages Stray's own files byte by byte and gives them to the commands that read them, in this JVM. Of every file a
 * bit of each byte is turned (of a long file of MOST bytes, half of them at its beginning), and it is cut off at as many
 * places; a sixteenth of that where a command takes long. What has a checksum must be refused or give the same answer; of the rest the answer may differ. A refusal is
 * exit code 2, and no message speaks of an internal error.
 */
static final Path WORK = Path.of(System.getenv("CHAOS_WORK")).toAbsolutePath().resolve("own");

record Answer(int code, String out, String err) {}

/** A file, whether a checksum guards it, and the command that reads it. */
record Case(String what, Path file, boolean guarded, List<String> command) {
    Case(String what, String file, boolean guarded, String command) {
        this(what, WORK.resolve(file), guarded, List.of(command.replace("IN/", WORK + "/").split(" ")));
    }
}

static final List<Case> CASES = List.of(
        new Case("detector", "d.stray", true, "score -D IN/d.stray -f IN/f.safetensors"),
        new Case("features", "f.safetensors", true, "score -D IN/good.stray -f IN/f.safetensors"),
        new Case("head", "h.safetensors", true, "accuracy -f IN/good.safetensors --head IN/h.safetensors"),
        new Case("class embeddings", "t.safetensors", true, "accuracy -f IN/good.safetensors --class-embeddings IN/t.safetensors"),
        new Case("cached features", "home/cache/.*safetensors", true, "cache verify"),
        new Case("note of cached features", "home/cache/.*json", false, "cache verify"),
        new Case("labels .npy", "l.npy", false, "accuracy -f IN/good.safetensors --labels IN/l.npy --head IN/good-head.safetensors"),
        new Case("features .npy", "x.npy", false, "probe -f IN/x.npy --labels IN/good-labels.npy --epochs 1 --force -o IN/out.safetensors"),
        new Case("scores .csv", "s.csv", false, "evaluate --id IN/s.csv --ood IN/good.csv"),
        new Case("scores .jsonl", "s.jsonl", false, "evaluate --id IN/s.jsonl --ood IN/good.csv"),
        new Case("suite", "suite.yaml", false, "bench run IN/suite.yaml --only none -o IN/never"),
        new Case("card", "home/models/added/extractor.json", false, "models show added"),
        new Case("card in the list", "home/models/added/extractor.json", false, "models list"),
        new Case("dataset's record", "home/data/imagenet30/.*json", false, "data show imagenet30"),
        new Case("class names", "names.txt", false, "text -m stray-mini --classes IN/names.txt -o IN/out-texts.safetensors"),
        new Case("decisions", "decisions.tsv", false, "audit --decisions IN/decisions.tsv -o IN/audit"),
        new Case("audit", "audit/audit.json", false, "audit --decisions IN/good-decisions.tsv -o IN/audit"),
        new Case("decisions of an inspection", "inspect-decisions.tsv", false, "inspect --decisions IN/inspect-decisions.tsv -o IN/inspect"),
        new Case("inspection", "inspect/inspect.json", false, "inspect --decisions IN/good-inspect-decisions.tsv -o IN/inspect"),
        new Case("cell of a study", "bench/cells/.*safetensors", true, "bench run IN/good.yaml -o IN/bench --json"),
        new Case("mark of a study", "bench/study.txt", false, "bench run IN/good.yaml -o IN/bench --json"));

void main(String[] arguments) throws Exception {
    int most = Integer.parseInt(arguments[0]);
    long seed = Long.parseLong(arguments[1]);
    prepare();
    boolean held = true;
    for (Case one : CASES) {
        held &= damage(one, most, seed);
    }
    System.exit(held ? 0 : 1);
}

boolean damage(Case one, int bytes, long seed) throws Exception {
    // A network or a study behind the command takes its time.
    int most = one.command.getFirst().matches("text|bench") ? Math.max(4, bytes / 16) : bytes;
    Path file = file(one.file);
    byte[] whole = Files.readAllBytes(file);
    Answer right = stray(one.command);
    var random = new SplittableRandom(seed);
    var row = new Row("own files: " + one.what, "" + seed);
    int wrong = 0;
    for (int i = 0; i < 2 * Math.min(whole.length, most); i++) {
        int number = i / 2;
        int at = whole.length <= most || number < most / 2
                ? number
                : most / 2 + (int) ((long) (number - most / 2) * (whole.length - most / 2) / (most - most / 2));
        byte[] damaged = i % 2 == 0 ? whole.clone() : Arrays.copyOf(whole, at);
        if (i % 2 == 0) {
            damaged[at] ^= (byte) (1 << random.nextInt(8));
        }
        Files.write(file, damaged);
        long begin = System.nanoTime();
        Answer answer = stray(one.command);
        long taken = System.nanoTime() - begin;
        String outcome = outcome(one, answer, right);
        row.add(outcome, taken);
        if (outcome.startsWith("WRONG") && ++wrong <= 3) {
            System.err.printf("%s, %s byte %d: %s: %d, %s%n", one.what, i % 2 == 0 ? "turned" : "cut at", at, outcome, answer.code, answer.err.strip());
        }
    }
    Files.write(file, whole);
    row.print(0);
    return wrong == 0;
}

String outcome(Case one, Answer answer, Answer right) {
    if (answer.err.contains("internal error") || answer.err.contains("Exception") || answer.code < 0) {
        return "WRONG: an exception came through";
    }
    if (answer.code == right.code && answer.out.equals(right.out) && (answer.code == 0 || answer.err.equals(right.err))) {
        return "same answer";
    }
    // A list or a check goes on with the rest, and says by 1 that not all is well.
    if (answer.code == 2 || (answer.code == 1 && one.command.getLast().matches("list|verify"))) {
        return answer.err.isBlank() && answer.out.isBlank() ? "WRONG: no word of it" : "refused";
    }
    if (one.guarded) {
        return "WRONG: another answer";
    }
    return answer.code == 0 ? "another answer" : "WRONG: exit code " + answer.code;
}

/** The first file whose whole name a pattern matches. */
Path file(Path pattern) throws IOException {
    try (Stream<Path> all = Files.walk(WORK)) {
        return all.filter(one -> one.toString().matches(pattern.toString())).sorted().findFirst().orElseThrow();
    }
}

void prepare() throws Exception {
    Drawn.images(WORK.resolve("id"), 1, 3, 4);
    Drawn.images(WORK.resolve("ood"), 2, 2, 3);
    Drawn.mirror(WORK.resolve("mirror"));
    must("extract -m stray-mini -i IN/id --layer features,embeddings -o IN/f.safetensors");
    must("fit -d knn -f IN/f.safetensors -o IN/d.stray");
    must("probe -f IN/f.safetensors --epochs 2 --held-out none -o IN/h.safetensors");
    Files.writeString(WORK.resolve("names.txt"), "class0\nclass1\nclass2\n");
    must("text -m stray-mini --classes IN/names.txt -o IN/t.safetensors");
    must("score -D IN/d.stray -f IN/f.safetensors --neighbours 1 -o IN/s.csv");
    must("score -D IN/d.stray -f IN/f.safetensors --neighbours 1 -o IN/s.jsonl");
    must("models add text/src/test/exports/convnext-base/model --name added");
    must("data pull imagenet30 --mirror IN/mirror");
    String suite = """
            name: tiny
            title: Tiny
            sets:
              train: {input: IN/id, part: rest, share: 0.5}
              test: {input: IN/id, part: held-out, share: 0.5}
              ood: IN/ood
            pairs:
              - {name: signs, train: train, test: test, far: [ood]}
            extractors: [stray-mini]
            detectors: [knn, 'knn:k=5,aggregate=kth']
            """.replace("IN/", WORK + "/");
    Files.writeString(WORK.resolve("suite.yaml"), suite);
    Files.writeString(WORK.resolve("good.yaml"), suite);
    must("bench run IN/good.yaml -o IN/bench");
    must("audit --id IN/id --ood IN/ood -m stray-mini -o IN/audit");
    must("inspect IN/id -m stray-mini -o IN/inspect");
    npy("l.npy", "<i8", "(12,)", 12 * 8, 0);
    npy("x.npy", "<f4", "(12, 3)", 12 * 3 * 4, 7);
    Files.writeString(WORK.resolve("decisions.tsv"), "#stray-audit-decisions\t1\n");
    Files.writeString(WORK.resolve("inspect-decisions.tsv"), "#stray-inspect-decisions\t1\n");
    for (String[] pair : new String[][] {
        {"d.stray", "good.stray"}, {"f.safetensors", "good.safetensors"}, {"h.safetensors", "good-head.safetensors"},
        {"s.csv", "good.csv"}, {"l.npy", "good-labels.npy"}, {"decisions.tsv", "good-decisions.tsv"},
        {"inspect-decisions.tsv", "good-inspect-decisions.tsv"}
    }) {
        Files.copy(WORK.resolve(pair[0]), WORK.resolve(pair[1]));
    }
}

/** An array as NumPy writes it; labels 0, 1, 2, .. or numbers without meaning. */
void npy(String name, String type, String shape, int bytes, int salt) throws IOException {
    String header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(type, shape);
    byte[] all = new byte[128 + bytes];
    byte[] start = ("\u0093NUMPY\1\0v\0" + header + " ".repeat(117 - header.length()) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(start, 0, all, 0, 128);
    for (int i = 0; i < bytes; i++) {
        all[128 + i] = (byte) (salt == 0 ? (i % 8 == 0 ? i / 32 : 0) : i % 4 == 3 ? 0x3F : i * salt);
    }
    Files.write(WORK.resolve(name), all);
}

void must(String command) throws Exception {
    Answer answer = stray(List.of(command.replace("IN/", WORK + "/").split(" ")));
    if (answer.code != 0) {
        throw new IOException(command + ": " + answer.err);
    }
}

/** The command line without its process. */
Answer stray(List<String> command) throws Exception {
    Class<?> consoles = Class.forName("io.github.stray.cli.Console");
    Constructor<?> console = consoles.getDeclaredConstructor(PrintStream.class, PrintStream.class, boolean.class);
    Method run = Class.forName("io.github.stray.cli.Stray").getDeclaredMethod("run", String[].class, consoles);
    console.setAccessible(true);
    run.setAccessible(true);
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int code;
    try (var outs = new PrintStream(out, false, StandardCharsets.UTF_8); var errs = new PrintStream(err, false, StandardCharsets.UTF_8)) {
        code = (int) run.invoke(null, command.toArray(String[]::new), console.newInstance(outs, errs, false));
    } catch (ReflectiveOperationException e) {
        e.getCause().printStackTrace();
        return new Answer(-1, "", String.valueOf(e.getCause()));
    }
    // Times differ from run to run.
    String answer = out.toString(StandardCharsets.UTF_8).replaceAll("\"times\":\\{[^}]*\\{[^}]*}[^}]*}", "");
    return new Answer(code, answer, err.toString(StandardCharsets.UTF_8));
}
