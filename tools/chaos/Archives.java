// SPDX-License-Identifier: Apache-2.0
import io.github.stray.vision.archive.ArchiveKind;
import io.github.stray.vision.archive.ArchiveKind.Outcome;
import io.github.stray.vision.archive.ArchiveKind.Result;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * FOLDER ROUNDS SEED: reads an archive of each kind, and ROUNDS of those that chance makes, in this JVM. Each must become what
 * it should, in at most five seconds of a processor an image; FOLDER then holds one of each and list.tsv, which says what should become of it.
 * Large ones are left out where ROUNDS is below 100.
 */
static final long LIMIT = 5_000_000_000L;
static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    int rounds = Integer.parseInt(arguments[1]);
    long seed = Long.parseLong(arguments[2]);
    List<ArchiveKind> kinds = ArchiveKind.all().stream()
            .filter(kind -> rounds >= 100 || !kind.large())
            .toList();
    var row = new Row("archives of %d kinds".formatted(kinds.size()), "" + seed);
    var list = new ArrayList<String>();
    boolean held = true;
    for (ArchiveKind kind : kinds) {
        int times = kind.outcome() == Outcome.ANY ? rounds : 1;
        for (int i = 0; i < times; i++) {
            held &= read(kind, kind.write(folder, seed * 1_000_003 + i), row);
        }
        if (kind.outcome() != Outcome.ANY) {
            list.add(kind.outcome() + "\t" + kind.input(folder.resolve(kind.name() + kind.suffix())));
        }
    }
    Files.write(folder.resolve("list.tsv"), list);
    row.print(Row.peakMegabytes());
    System.exit(held && Row.peakMegabytes() < 1000 ? 0 : 1);
}

boolean read(ArchiveKind kind, Path file, Row row) throws IOException {
    long begin = THREADS.getCurrentThreadCpuTime();
    Result result;
    try {
        result = kind.result(file);
    } catch (IOException | RuntimeException | Error e) {
        row.add("WRONG", THREADS.getCurrentThreadCpuTime() - begin);
        System.err.printf("%s: %s%n", file, e);
        return false;
    }
    long taken = THREADS.getCurrentThreadCpuTime() - begin;
    row.add(word(result.outcome()), taken);
    boolean right = kind.outcome() == Outcome.ANY || kind.outcome() == result.outcome();
    if (!right || taken > LIMIT * Math.max(1, result.samples())) {
        System.err.printf("%s: %s, %d ms%n", file, result, taken / 1_000_000);
        return false;
    }
    return true;
}

String word(Outcome outcome) {
    return switch (outcome) {
        case READ -> "read";
        case SAMPLES_FAIL -> "with failed samples";
        default -> "refused";
    };
}
