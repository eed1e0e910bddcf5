// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.study.cache.CacheEntry;
import io.github.stray.study.cache.FeatureCache;
import io.github.stray.vision.model.ModelStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Features that studies keep. */
@Command(
        name = "cache",
        description = "Features that studies keep for other studies: list (the default), verify, clean.",
        subcommands = {CacheCommand.ListCommand.class, CacheCommand.VerifyCommand.class, CacheCommand.CleanCommand.class
        })
final class CacheCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common = new CommonOptions();

    private final Console console;

    CacheCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return print(console, common, cache(console).list(), "entries");
    }

    private static FeatureCache cache(Console console) {
        return new FeatureCache(ModelStore.ofEnvironment().cache().resolve("features"), console.err()::println);
    }

    private static int print(Console console, CommonOptions common, List<CacheEntry> entries, String key) {
        long bytes = entries.stream().mapToLong(CacheEntry::bytes).sum();
        if (common.json) {
            var rows = new ArrayList<Map<String, Object>>();
            entries.forEach(entry -> rows.add(document(entry)));
            var document = new LinkedHashMap<String, Object>();
            document.put("folder", cache(console).folder().toString());
            document.put(key, rows);
            document.put("bytes", bytes);
            console.json(document);
        } else {
            for (CacheEntry entry : entries) {
                console.out()
                        .printf(
                                Locale.ROOT,
                                "%s  %-16s %-24s %,9d rows %,9.1f MB  used %s  %s%n",
                                entry.digest()
                                        .substring(
                                                0, Math.min(12, entry.digest().length())),
                                entry.extractor(),
                                entry.dataset(),
                                entry.rows(),
                                entry.bytes() / 1e6,
                                entry.used().toString().substring(0, 10),
                                entry.problem().orElse(String.join(", ", entry.layers())));
            }
            console.out()
                    .printf(
                            Locale.ROOT,
                            "%s, %,.1f MB in %s%n",
                            Count.of(entries.size(), "entry", "entries"),
                            bytes / 1e6,
                            cache(console).folder());
        }
        return ExitCode.DONE;
    }

    private static Map<String, Object> document(CacheEntry entry) {
        var row = new LinkedHashMap<String, Object>();
        row.put("digest", entry.digest());
        row.put("extractor", entry.extractor());
        row.put("dataset", entry.dataset());
        row.put("layers", entry.layers());
        row.put("rows", entry.rows());
        row.put("bytes", entry.bytes());
        row.put("used", entry.used().toString());
        entry.problem().ifPresent(problem -> row.put("problem", problem));
        return row;
    }

    /** What there is. */
    @Command(name = "list", description = "What is kept, last used first.")
    static final class ListCommand implements Callable<Integer> {
        @Mixin
        private CommonOptions common = new CommonOptions();

        private final Console console;

        ListCommand(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException {
            return print(console, common, cache(console).list(), "entries");
        }
    }

    /** Whether it is sound. */
    @Command(name = "verify", description = "Check every byte of what is kept against its checksum.")
    static final class VerifyCommand implements Callable<Integer> {
        @Mixin
        private CommonOptions common = new CommonOptions();

        private final Console console;

        VerifyCommand(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException {
            List<CacheEntry> entries = cache(console).verify();
            print(console, common, entries, "entries");
            List<CacheEntry> broken = entries.stream()
                    .filter(entry -> entry.problem().isPresent())
                    .toList();
            broken.forEach(entry -> console.err()
                    .printf(
                            "stray: cache entry %s cannot be used: %s%n",
                            entry.digest(), entry.problem().orElseThrow()));
            return broken.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
        }
    }

    /** Makes room. */
    @Command(
            name = "clean",
            description = "Delete what is kept; it is made again when a study needs it.",
            footer = {"", "Example:", "  stray cache clean --unused-for 30d"})
    static final class CleanCommand implements Callable<Integer> {
        @Mixin
        private CommonOptions common = new CommonOptions();

        @Option(
                names = "--unused-for",
                paramLabel = "TIME",
                description = "Only what was not used for so long: a number and d (days), h (hours) or m (minutes).")
        private @Nullable String unusedFor;

        private final Console console;

        CleanCommand(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException {
            Duration time = unusedFor == null ? Duration.ZERO : time(unusedFor);
            return print(console, common, cache(console).clean(time), "deleted");
        }

        private static Duration time(String text) {
            if (!text.matches("\\d{1,6}[dhm]")) {
                throw new UsageException(
                        "--unused-for expects a number and d, h or m, such as 30d, was '%s'".formatted(text));
            }
            long number = Long.parseLong(text.substring(0, text.length() - 1));
            return switch (text.charAt(text.length() - 1)) {
                case 'd' -> Duration.ofDays(number);
                case 'h' -> Duration.ofHours(number);
                default -> Duration.ofMinutes(number);
            };
        }
    }
}
