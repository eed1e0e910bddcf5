// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What one kind of attempts came to: a row of the table in docs/security.md. */
final class Row {
    private final String kind;
    private final String seed;
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private long slowest;

    Row(String kind, String seed) {
        this.kind = kind;
        this.seed = seed;
    }

    void add(String outcome, long nanos) {
        outcomes.merge(outcome, 1, Integer::sum);
        slowest = Math.max(slowest, nanos);
    }

    Duration slowest() {
        return Duration.ofNanos(slowest);
    }

    /** Largest resident memory of this process so far, in MB; 0 where the system does not tell. */
    static long peakMegabytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1000)
                .findFirst()
                .orElse(0);
    }

    /** Prints it; {@code peak} is a number of MB, or 0 for none. */
    void print(long peak) {
        int count = outcomes.values().stream().mapToInt(Integer::intValue).sum();
        String all = outcomes.entrySet().stream()
                .map(one -> "%,d %s".formatted(one.getValue(), one.getKey()))
                .collect(Collectors.joining(", "));
        System.out.println(String.format(
                Locale.ROOT,
                "| %s | %,d | %s | %s | %s | %s |",
                kind,
                count,
                seed,
                all,
                slowest == 0 ? "" : "%,d ms".formatted(slowest / 1_000_000),
                peak == 0 ? "" : "%,d MB".formatted(peak)));
    }
}
