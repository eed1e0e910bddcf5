// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.github.stray.cli.AuditFinding.Kind;
import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleIterator;
import io.github.stray.store.JsonNode;
import io.github.stray.vision.dataset.ImageInput;
import io.github.stray.vision.dataset.Selection;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Writes the cleaned lists of an audit anew, as someone decided. A line a decision, {@code kind TAB set TAB id TAB
 * remove|keep}, after the first line {@code #stray-audit-decisions TAB 1}; a finding without a line keeps its proposal.
 */
final class AuditDecisions {
    private static final String FIRST = "#stray-audit-decisions\t1";

    private final Console console;
    private final boolean json;

    AuditDecisions(Console console, boolean json) {
        this.console = console;
        this.json = json;
    }

    private record Finding(String kind, String set, String id) {}

    int apply(Path folder, Path decisions) throws IOException {
        JsonObject audit = audit(folder.resolve(AuditOutput.DOCUMENT));
        Map<Finding, Boolean> findings = proposals(audit);
        decide(findings, decisions);
        OptionalInt limit = audit.has("limit") ? OptionalInt.of(audit.getInt("limit")) : OptionalInt.empty();
        var chosen = new Selection(limit, OptionalInt.empty(), audit.getLong("seed"));
        var rows = new ArrayList<Map<String, Object>>();
        for (Object each : array(audit, "sets")) {
            JsonObject set = (JsonObject) each;
            String key = set.getString("set");
            Set<String> out = new HashSet<>();
            for (Object failed : array(audit, "failed")) {
                JsonObject sample = (JsonObject) failed;
                if (key.equals(sample.getString("set"))) {
                    out.add(sample.getString("id"));
                }
            }
            findings.forEach((finding, remove) -> {
                if (remove && finding.set.equals(key)) {
                    out.add(finding.id);
                }
            });
            AuditLists whole = list(key, set, chosen);
            var cleaned = new AuditLists(key, whole.input(), whole.kept(out));
            cleaned.write(folder);
            var row = new LinkedHashMap<String, Object>();
            row.put("set", key);
            row.put("file", cleaned.file());
            row.put("kept", cleaned.lines().size());
            rows.add(row);
            if (!json) {
                console.out()
                        .printf(
                                "%s: %,d kept%n",
                                folder.resolve(cleaned.file()), cleaned.lines().size());
            }
        }
        if (json) {
            console.json(Map.of("clean", rows));
        }
        return ExitCode.DONE;
    }

    private static AuditLists list(String key, JsonObject set, Selection chosen) throws IOException {
        String input = set.getString("input");
        DatasetSource source = ImageInput.of(input, chosen);
        if (!source.fingerprint().equals(set.getString("fingerprint"))) {
            throw new UsageException(
                    "%s is not what was audited: its files have changed; audit it again".formatted(input));
        }
        var lines = new ArrayList<String>();
        try (SampleIterator samples = source.open()) {
            while (samples.hasNext()) {
                Sample sample = samples.next();
                OptionalInt label = sample.label();
                lines.add(AuditLists.line(
                        sample.id(), label.isPresent() ? source.classNames().get(label.getAsInt()) : ""));
            }
        }
        return new AuditLists(key, input, lines);
    }

    private static JsonObject audit(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new UsageException("there is no audit in %s: %s is missing".formatted(file.getParent(), file));
        }
        JsonNode<IOException> audit = JsonNode.read(
                file, (message, cause) -> new IOException("%s is damaged: %s".formatted(file, message), cause));
        if (!"stray-audit-1".equals(audit.at("format").value())) {
            throw new UsageException("%s is no audit that this version reads: its format is %s, expected stray-audit-1"
                    .formatted(file, audit.at("format").value()));
        }
        return (JsonObject) Objects.requireNonNull(audit.value());
    }

    private static Map<Finding, Boolean> proposals(JsonObject audit) {
        var proposals = new LinkedHashMap<Finding, Boolean>();
        for (Kind kind : Kind.values()) {
            for (Object each : array(audit.getObject(kind.key(), new JsonObject()), "findings")) {
                JsonObject row = (JsonObject) each;
                proposals.merge(
                        new Finding(kind.id(), row.getString("set"), row.getString("id")),
                        "remove".equals(row.getString("proposal")),
                        Boolean::logicalOr);
            }
        }
        return proposals;
    }

    private static JsonArray array(JsonObject object, String name) {
        return object.has(name) ? object.getArray(name) : new JsonArray();
    }

    private static List<String> lines(Path decisions) throws IOException {
        try {
            return Files.readAllLines(decisions);
        } catch (CharacterCodingException e) {
            throw new UsageException("%s is not UTF-8 text".formatted(decisions), e);
        }
    }

    /** Several findings may speak of one sample as the same kind: then any that takes it out does. */
    private static void decide(Map<Finding, Boolean> findings, Path decisions) throws IOException {
        List<String> lines = lines(decisions);
        String first = lines.isEmpty() ? "" : lines.getFirst().replaceFirst("^\uFEFF", "");
        if (!first.equals(FIRST)) {
            throw new UsageException(
                    "%s, line 1: expected '#stray-audit-decisions<TAB>1', as the page of an audit saves it"
                            .formatted(decisions));
        }
        var decided = new LinkedHashMap<Finding, Boolean>();
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).isBlank()) {
                continue;
            }
            String[] parts = lines.get(i).split("\t", -1);
            if (parts.length != 4 || !(parts[3].equals("remove") || parts[3].equals("keep"))) {
                throw new UsageException("%s, line %d: expected 'kind<TAB>set<TAB>id<TAB>remove|keep', got '%s'"
                        .formatted(decisions, i + 1, lines.get(i)));
            }
            var finding = new Finding(parts[0], parts[1], parts[2]);
            if (!findings.containsKey(finding)) {
                throw new UsageException("%s, line %d: the audit has no finding %s about '%s' of %s"
                        .formatted(decisions, i + 1, parts[0], parts[2], parts[1]));
            }
            decided.merge(finding, parts[3].equals("remove"), Boolean::logicalOr);
        }
        findings.putAll(decided);
    }
}
