// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Mutants in a JVM of their own, which is started again behind each one that ended it or took too long. What runs there has a
 * {@code main} with FROM TO SEED FOLDER, prints {@code at NUMBER} before a mutant and {@code is OUTCOME} behind it.
 *
 * @param outcomes how many came to what; those in capitals should not be
 * @param dead numbers of those that ended the JVM
 * @param hung numbers of those that took longer than {@value #SECONDS} seconds
 * @param slowestSeconds the time of the slowest that came to something
 * @param residentMegabytes the most memory that any of the JVMs held
 */
record MutantRun(
        Map<String, Integer> outcomes,
        List<Long> dead,
        List<Long> hung,
        double slowestSeconds,
        long residentMegabytes) {
    private static final int SECONDS = 60;
    private static final int MOST_MEGABYTES = 1000;

    /** Of a JVM with a heap of 512 MB, its own code and threads, and what a network takes. */
    private static final int MOST_KILOBYTES = 1_000_000;

    /**
     * WHAT CLASS COUNT SEED: prints a row of the table in docs/security.md; exits 0 if no JVM died, none hung, all outcomes
     * are expected ones, and none held a gigabyte.
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        MutantRun run = of(arguments[1], Long.parseLong(arguments[2]), Long.parseLong(arguments[3]));
        var all = new ArrayList<String>();
        run.outcomes.forEach((outcome, times) -> all.add("%,d %s".formatted(times, outcome)));
        run.dead.forEach(number -> all.add("JVM DEAD at " + number));
        run.hung.forEach(number -> all.add("HUNG at " + number));
        System.out.printf(
                Locale.ROOT,
                "| %s | %,d | %s | %s | %.1f s | %d MB |%n",
                arguments[0],
                Long.parseLong(arguments[2]),
                arguments[3],
                String.join(", ", all),
                run.slowestSeconds,
                run.residentMegabytes);
        System.exit(run.passed() ? 0 : 1);
    }

    boolean passed() {
        return dead.isEmpty()
                && hung.isEmpty()
                && residentMegabytes < MOST_MEGABYTES
                && outcomes.keySet().stream().noneMatch(MutantRun::unexpected);
    }

    private static boolean unexpected(String outcome) {
        return Character.isUpperCase(outcome.charAt(0)) && Character.isUpperCase(outcome.charAt(1));
    }

    /** Runs {@code count} mutants. */
    static MutantRun of(String mainClass, long count, long seed) throws IOException, InterruptedException {
        var outcomes = new TreeMap<String, Integer>();
        var dead = new ArrayList<Long>();
        var hung = new ArrayList<Long>();
        long resident = 0;
        double slowest = 0;
        long begun = System.nanoTime();
        long next = 0;
        Path work = Files.createTempDirectory("stray-mutants");
        while (next < count) {
            Process process = start(mainClass, next, count, seed, work);
            BlockingQueue<String> lines = lines(process);
            long at = -1;
            String line = lines.poll(SECONDS, TimeUnit.SECONDS);
            while (line != null && !line.isEmpty()) {
                if (line.startsWith("at ")) {
                    at = Long.parseLong(line.substring(3));
                    begun = System.nanoTime();
                    resident = Math.max(resident, resident(process.pid()));
                } else if (line.startsWith("is ")) {
                    outcomes.merge(line.substring(3), 1, Integer::sum);
                    slowest = Math.max(slowest, (System.nanoTime() - begun) / 1e9);
                    at = -at - 2;
                }
                line = lines.poll(SECONDS, TimeUnit.SECONDS);
            }
            if (line == null) {
                hung.add(at);
                process.destroyForcibly();
            } else if (process.waitFor() != 0 || at >= 0) {
                if (at < 0) {
                    throw new IOException("the JVM ended with %d between two mutants".formatted(process.exitValue()));
                }
                dead.add(at);
            } else {
                break;
            }
            next = at + 1;
        }
        try (var left = Files.walk(work)) {
            left.sorted((a, b) -> b.compareTo(a)).forEach(path -> path.toFile().delete());
        }
        return new MutantRun(outcomes, dead, hung, slowest, resident);
    }

    private static Process start(String mainClass, long from, long to, long seed, Path work) throws IOException {
        var command = new ArrayList<>(List.of(
                "sh",
                "-c",
                // As the launcher limits what native code may take, to less than the machine has.
                "ulimit -S -d %d 2>/dev/null; exec \"$@\"".formatted(MOST_KILOBYTES),
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + work.resolve("hs_err.log"),
                "-Dstray.network.seconds=1",
                "-Dverbose=" + Boolean.getBoolean("verbose"),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
        command.addAll(List.of(Long.toString(from), Long.toString(to), Long.toString(seed), work.toString()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** The lines it prints, and an empty one at the end. */
    private static BlockingQueue<String> lines(Process process) {
        var lines = new LinkedBlockingQueue<String>();
        Thread.ofPlatform().daemon().start(() -> {
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                reader.lines().filter(line -> !line.isEmpty()).forEach(lines::add);
            } catch (IOException | UncheckedIOException e) {
                // It was killed.
            } finally {
                lines.add("");
            }
        });
        return lines;
    }

    /** The most it held so far, where the system tells it. */
    private static long resident(long process) throws IOException {
        Path status = Path.of("/proc/%d/status".formatted(process));
        if (!Files.isReadable(status)) {
            return 0;
        }
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException gone) {
            return 0;
        }
    }
}
