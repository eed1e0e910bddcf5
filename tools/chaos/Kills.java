// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * COUNT SEED [COMMAND,..]: kills every command that writes at random moments. A round runs one command up to nine times in one folder, killed
 * each time; after a kill no file may be there by halves. Then what is left is made to look two hours old, and the command runs
 * to its end: it must succeed, leave the same files as without kills, and nothing else, neither there nor in Stray's home nor
 * in the folder of temporary files. CHAOS_MINUTES ends it earlier.
 */
static final Path WORK = Commands.WORK;

void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[0]);
    long seed = Long.parseLong(arguments[1]);
    List<Commands.Command> commands = arguments.length < 3
            ? Commands.ALL
            : Commands.ALL.stream().filter(one -> List.of(arguments[2].split(",")).contains(one.name)).toList();
    Commands.prepare();
    var rows = new TreeMap<String, Row>();
    boolean held = true;
    var random = new SplittableRandom(seed);
    int kills = 0;
    Instant end = Instant.now().plus(Duration.ofMinutes(Long.parseLong(Objects.requireNonNullElse(System.getenv("CHAOS_MINUTES"), "600"))));
    for (int round = 0; kills < count && Instant.now().isBefore(end); round++) {
        Commands.Command command = commands.get(round % commands.size());
        Row row = rows.computeIfAbsent(command.name, name -> new Row("kills: " + name, "" + seed));
        if (command.files.isEmpty()) {
            undisturbed(command);
        }
        var wrong = new ArrayList<String>();
        boolean fresh = random.nextInt(3) == 0;
        begin(fresh);
        for (int i = random.nextInt(1, 10); i > 0 && kills < count; i--) {
            Process process = Commands.start(command);
            // Half of them in the last third, where files are written.
            long lasts = command.lasts.toMillis();
            long moment = random.nextBoolean() ? random.nextLong(1, lasts) : random.nextLong(lasts * 2 / 3, lasts * 21 / 20);
            boolean ended = process.waitFor(moment, TimeUnit.MILLISECONDS);
            process.destroyForcibly();
            process.waitFor();
            if (ended) {
                continue;
            }
            kills++;
            List<String> halves = halves(command);
            row.add(halves.isEmpty() ? "killed, nothing by halves" : "WRONG: half a file", 0);
            halves.forEach(half -> wrong.add("half-written: " + half));
        }
        age();
        long begin = System.nanoTime();
        int code = Commands.start(command).waitFor();
        command.lasts = Duration.ofNanos(System.nanoTime() - begin);
        String said = Files.readString(WORK.resolve("err")).strip();
        if (code != 0 && !said.contains("is installed already")) {
            wrong.add("the next run ended with %d: %s".formatted(code, said));
        }
        var left = files();
        command.files.keySet().stream().filter(name -> !left.containsKey(name)).forEach(name -> wrong.add("missing: " + name));
        left.keySet().stream().filter(name -> !command.files.containsKey(name)).forEach(name -> wrong.add("left: " + name));
        row.add(wrong.isEmpty() ? "next runs clean" : "WRONG next runs", 0);
        if (!wrong.isEmpty()) {
            held = false;
            System.err.printf("round %d of seed %d, %s%s:%n", round, seed, command.name, fresh ? " in a new home" : "");
            wrong.forEach(line -> System.err.println("  " + line));
        }
    }
    rows.values().forEach(row -> row.print(0));
    System.exit(held ? 0 : 1);
}

/** Runs a command alone, which tells what it leaves. */
void undisturbed(Commands.Command command) throws Exception {
    begin(false);
    long begin = System.nanoTime();
    if (Commands.start(command).waitFor() != 0) {
        throw new IOException(command.name + ": " + Files.readString(WORK.resolve("err")));
    }
    command.lasts = Duration.ofNanos(System.nanoTime() - begin);
    command.files = files();
}

/** Empties the folders. A home that is not fresh has the native libraries, and features for {@code cache clean}. */
void begin(boolean fresh) throws Exception {
    Path kept = WORK.resolve("native");
    if (!Files.exists(kept)) {
        Files.move(WORK.resolve("home/native"), kept);
    }
    for (String folder : List.of("OUT", "home", "tmp")) {
        Commands.delete(WORK.resolve(folder));
        Files.createDirectories(WORK.resolve(folder));
    }
    if (!fresh) {
        Commands.copy(kept, WORK.resolve("home/native"));
    }
}

/** All files below the three folders, by their path; those of the native libraries without content. */
Map<String, byte[]> files() throws IOException {
    var files = new TreeMap<String, byte[]>();
    for (String folder : List.of("OUT", "home", "tmp")) {
        Files.walkFileTree(WORK.resolve(folder), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String name = WORK.relativize(file).toString();
                // A command may do without a library that another run of it needs.
                if (!name.startsWith("home/native/") || name.contains("/.")) {
                    files.put(name, attributes.isRegularFile() ? Files.readAllBytes(file) : new byte[0]);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
                try (Stream<Path> inside = Files.list(folder)) {
                    if (inside.findAny().isEmpty() && !folder.getParent().equals(WORK)) {
                        files.put(WORK.relativize(folder) + "/", new byte[0]);
                    }
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
    }
    return files;
}

/** Files under their final name that do not end as an undisturbed run ends them. */
List<String> halves(Commands.Command command) throws IOException {
    var halves = new ArrayList<String>();
    files().forEach((name, bytes) -> {
        byte[] whole = command.files.get(name);
        if (whole != null && !hidden(name) && !endsAlike(name, bytes, whole)) {
            halves.add("%s, %,d bytes instead of %,d".formatted(name, bytes.length, whole.length));
        }
    });
    return halves;
}

/** Times and the like differ from run to run, in a few bytes; a document ends with a bracket or the end of a line. */
boolean endsAlike(String name, byte[] one, byte[] whole) {
    int end = name.matches(".*\\.(json|jsonl|html|md)") ? 1 : Math.min(8, whole.length);
    return Math.abs(one.length - whole.length) <= whole.length / 50 + 64
            && one.length >= end
            && Arrays.equals(one, one.length - end, one.length, whole, whole.length - end, whole.length);
}

boolean hidden(String name) {
    return Stream.of(name.split("/")).anyMatch(part -> part.startsWith("."));
}

/** Makes everything that is there two hours old. */
void age() throws Exception {
    FileTime old = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
    for (String folder : List.of("OUT", "home", "tmp")) {
        try (Stream<Path> all = Files.walk(WORK.resolve(folder))) {
            for (Path one : all.toList()) {
                if (Files.readAttributes(one, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isOther()) {
                    // Java opens what it dates, and waits for the other end of a pipe.
                    new ProcessBuilder("touch", "-h", "-d", "2 hours ago", one.toString()).start().waitFor();
                } else {
                    Files.setLastModifiedTime(one, old);
                }
            }
        }
    }
}
