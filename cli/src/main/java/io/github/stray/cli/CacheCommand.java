// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.Count.formatted;
import static io.github.stray.cli.UsageException.require;
import static io.github.stray.store.JsonRow.row;
import static io.github.stray.store.JsonRow.rows;

import io.github.stray.feature.Layer;
import io.github.stray.study.cache.CacheEntry;
import io.github.stray.study.cache.FeatureCache;
import io.github.stray.vision.model.ModelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Features that studies keep. */
@Command(
        name = "cache",
        description = "Features that studies keep for other studies: list (the default), verify, clean.",
        subcommands = {CacheCommand.ListCommand.class, CacheCommand.VerifyCommand.class, CacheCommand.CleanCommand.class
        })
final class CacheCommand extends StrayCommand {
    @Override
    public Integer call() throws IOException {
        return print(common, cache(common).list(), "entries");
    }

    static FeatureCache cache(CommonOptions common) {
        return new FeatureCache(ModelStore.ofEnvironment().cache().resolve("features"), common.err()::println);
    }

    private static int print(CommonOptions common, List<CacheEntry> entries, String key) {
        long bytes = entries.stream().mapToLong(CacheEntry::bytes).sum();
        Path folder = cache(common).folder();
        var document = row("folder", folder.toString());
        document.put(key, rows(entries, CacheCommand::document));
        document.put("bytes", bytes);
        var lines = new ArrayList<>(entries.stream().map(CacheCommand::line).toList());
        lines.add(formatted("%s, %,.1f MB in %s", Count.of(entries.size(), "entry", "entries"), bytes / 1e6, folder));
        common.print(document, lines);
        return ExitCode.DONE;
    }

    private static String line(CacheEntry entry) {
        return formatted(
                "%.12s  %-16s %-24s %,9d rows %,9.1f MB  used %.10s  %s",
                entry.digest(),
                entry.extractor(),
                entry.dataset(),
                entry.rows(),
                entry.bytes() / 1e6,
                entry.used(),
                entry.problem().orElse(Layer.join(entry.layers())));
    }

    private static Map<String, Object> document(CacheEntry entry) {
        var row = row(
                "digest", entry.digest(),
                "extractor", entry.extractor(),
                "dataset", entry.dataset(),
                "layers", entry.layers().stream().map(Layer::id).toList(),
                "rows", entry.rows(),
                "bytes", entry.bytes(),
                "used", entry.used().toString());
        entry.problem().ifPresent(problem -> row.put("problem", problem));
        return row;
    }

    /** What there is. */
    @Command(name = "list", description = "What is kept, last used first.")
    static final class ListCommand extends StrayCommand {
        @Override
        public Integer call() throws IOException {
            return print(common, cache(common).list(), "entries");
        }
    }

    /** Whether it is sound. */
    @Command(name = "verify", description = "Check every byte of what is kept against its checksum.")
    static final class VerifyCommand extends StrayCommand {
        @Override
        public Integer call() throws IOException {
            List<CacheEntry> entries = cache(common).verify();
            print(common, entries, "entries");
            var broken = new LinkedHashMap<String, String>();
            entries.forEach(entry ->
                    entry.problem().ifPresent(problem -> broken.put("cache entry " + entry.digest(), problem)));
            return common.broken(broken);
        }
    }

    /** Makes room. */
    @Command(
            name = "clean",
            description = "Delete what is kept; it is made again when a study needs it.",
            footer = {"", "Example:", "  stray cache clean --unused-for 30d"})
    static final class CleanCommand extends StrayCommand {
        @Option(
                names = "--unused-for",
                paramLabel = "TIME",
                description = "Only what was not used for so long: a number and d (days), h (hours) or m (minutes).")
        private @Nullable String unusedFor;

        @Override
        public Integer call() throws IOException {
            Duration time = unusedFor == null ? Duration.ZERO : time(unusedFor);
            return print(common, cache(common).clean(time), "deleted");
        }

        private static Duration time(String text) {
            require(
                    text.matches("\\d{1,6}[dhm]"),
                    "--unused-for expects a number and d, h or m, such as 30d, was '%s'",
                    text);
            long number = Long.parseLong(text.substring(0, text.length() - 1));
            return switch (text.charAt(text.length() - 1)) {
                case 'd' -> Duration.ofDays(number);
                case 'h' -> Duration.ofHours(number);
                default -> Duration.ofMinutes(number);
            };
        }
    }
}
