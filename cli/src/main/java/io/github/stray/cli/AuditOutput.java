// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import com.grack.nanojson.JsonWriter;
import io.github.stray.cli.AuditFinding.Kind;
import io.github.stray.report.AuditHtml;
import io.github.stray.report.AuditReport;
import io.github.stray.report.AuditReport.Group;
import io.github.stray.report.AuditReport.Sample;
import io.github.stray.store.AtomicFile;
import io.github.stray.vision.audit.AuditPictures;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The folder of an audit: its document, its page, the cleaned lists. */
final class AuditOutput {
    /** Findings of a kind that the page shows. */
    static final int SHOWN = 100;

    /** Samples in all whose lists the page holds, about 50 bytes each. */
    private static final int MOST_LISTED = 200_000;

    static final String DOCUMENT = "audit.json";

    private final Path folder;
    private final Map<Kind, List<AuditFinding>> findings = new EnumMap<>(Kind.class);
    private final Map<Kind, String> missing = new EnumMap<>(Kind.class);

    AuditOutput(Path folder) {
        this.folder = folder;
    }

    /** The folder is new, empty, or holds an audit. */
    static void require(Path folder, boolean force) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new UsageException("-o %s is a file, expected a folder".formatted(folder));
        }
        if (Files.isDirectory(folder) && !force && !Files.isRegularFile(folder.resolve(DOCUMENT))) {
            try (Stream<Path> entries = Files.list(folder)) {
                if (entries.findAny().isPresent()) {
                    throw new UsageException(
                            "%s is not empty and holds no audit; take another folder, or --force".formatted(folder));
                }
            }
        }
    }

    static void text(Path file, String text) throws IOException {
        try (AtomicFile target = AtomicFile.create(file)) {
            target.append(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            target.commit();
        }
    }

    static String json(Map<String, Object> document) {
        return JsonWriter.indent("  ").string().value(document).done() + "\n";
    }

    void put(Kind kind, List<AuditFinding> found) {
        findings.put(kind, List.copyOf(found));
    }

    void missing(Kind kind, String why) {
        missing.put(kind, why);
    }

    List<AuditFinding> of(Kind kind) {
        return findings.getOrDefault(kind, List.of());
    }

    Optional<String> whyMissing(Kind kind) {
        return Optional.ofNullable(missing.get(kind));
    }

    List<AuditFinding> all() {
        return findings.values().stream().flatMap(List::stream).toList();
    }

    Group group(Kind kind, String title, String explanation) {
        List<AuditFinding> found = of(kind);
        return new Group(
                kind.id(),
                title,
                explanation,
                found.size(),
                whyMissing(kind),
                found.stream().limit(SHOWN).map(AuditFinding::shown).toList());
    }

    Map<String, Object> document(Kind kind) {
        var document = new LinkedHashMap<String, Object>();
        Optional<String> why = whyMissing(kind);
        if (why.isPresent()) {
            document.put("n/a", why.get());
            return document;
        }
        document.put("total", of(kind).size());
        document.put("findings", of(kind).stream().map(AuditFinding::document).toList());
        return document;
    }

    /** A cleaned list that was written. */
    record Cleaned(String set, String file, int kept, int removed) {
        Map<String, Object> document() {
            var row = new LinkedHashMap<String, Object>();
            row.put("set", set);
            row.put("file", file);
            row.put("kept", kept);
            row.put("removed", removed);
            return row;
        }
    }

    /** Writes the cleaned lists. */
    List<Cleaned> clean(List<AuditSet> sets) throws IOException {
        AuditLists.removeEarlier(folder);
        var written = new ArrayList<Cleaned>();
        for (AuditSet set : sets) {
            AuditLists whole = AuditLists.of(set);
            AuditLists cleaned = whole.without(all());
            cleaned.write(folder);
            int kept = cleaned.lines().size();
            written.add(
                    new Cleaned(set.key(), cleaned.file(), kept, whole.lines().size() - kept));
        }
        return written;
    }

    /** Lists for the page, without what findings that it does not show take out. */
    List<AuditReport.Listed> listed(List<AuditSet> sets) {
        long samples = sets.stream().mapToLong(AuditSet::size).sum();
        if (samples > MOST_LISTED) {
            return List.of();
        }
        List<AuditFinding> hidden =
                findings.values().stream().flatMap(AuditOutput::hidden).toList();
        return sets.stream()
                .map(set -> AuditLists.of(set).without(hidden))
                .map(list -> new AuditReport.Listed(list.set(), list.file(), list.first(), list.lines()))
                .toList();
    }

    /** Findings that the page does not show, and whose sample no shown one of the kind decides about. */
    private static Stream<AuditFinding> hidden(List<AuditFinding> found) {
        Set<Sample> shown =
                found.stream().limit(SHOWN).map(AuditFinding::subject).collect(Collectors.toSet());
        return found.stream().skip(SHOWN).filter(finding -> !shown.contains(finding.subject()));
    }

    void page(AuditReport report, List<AuditSet> sets) throws IOException {
        var wanted = new HashMap<String, Set<String>>();
        for (List<AuditFinding> found : findings.values()) {
            for (AuditFinding finding : found.subList(0, Math.min(SHOWN, found.size()))) {
                want(wanted, finding.subject());
                finding.besides().forEach(sample -> want(wanted, sample));
            }
        }
        var pictures = new HashMap<String, Map<String, byte[]>>();
        for (AuditSet set : sets) {
            pictures.put(set.key(), AuditPictures.of(set.source(), wanted.getOrDefault(set.key(), Set.of())));
        }
        try (AtomicFile target = AtomicFile.create(folder.resolve("report.html"))) {
            Writer writer = new OutputStreamWriter(target.stream(), StandardCharsets.UTF_8);
            AuditHtml.write(
                    report,
                    (set, id) -> Optional.ofNullable(
                            Objects.requireNonNull(pictures.get(set)).get(id)),
                    writer);
            writer.flush();
            target.commit();
        }
    }

    private static void want(Map<String, Set<String>> wanted, Sample sample) {
        wanted.computeIfAbsent(sample.set(), ignored -> new LinkedHashSet<>()).add(sample.id());
    }
}
