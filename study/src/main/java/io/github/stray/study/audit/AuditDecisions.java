// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.audit;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.SampleIterator;
import io.github.stray.store.JsonNode;
import io.github.stray.study.audit.AuditResult.Cleaned;
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

/** Writes the cleaned lists of an audit anew, as someone decided. */
final class AuditDecisions {
    private static final String FIRST = "#stray-audit-decisions\t1";

    private AuditDecisions() {}

    private record Subject(String kind, String set, String id) {}

    static List<Cleaned> apply(Path document, Path decisions) throws IOException {
        JsonObject audit = audit(document);
        Map<Subject, Boolean> removed = proposals(audit);
        decide(removed, decisions);
        OptionalInt limit = audit.has("limit") ? OptionalInt.of(audit.getInt("limit")) : OptionalInt.empty();
        var chosen = new Selection(limit, OptionalInt.empty(), audit.getLong("seed"));
        var written = new ArrayList<Cleaned>();
        for (JsonObject set : objects(audit, "sets")) {
            String key = set.getString("set");
            Set<String> out = new HashSet<>();
            for (JsonObject sample : objects(audit, "failed")) {
                if (key.equals(sample.getString("set"))) {
                    out.add(sample.getString("id"));
                }
            }
            removed.forEach((subject, remove) -> {
                if (remove && subject.set.equals(key)) {
                    out.add(subject.id);
                }
            });
            CleanList whole = list(key, set, chosen);
            CleanList cleaned = whole.without(out);
            cleaned.write(Objects.requireNonNull(document.getParent()));
            int kept = cleaned.lines().size();
            written.add(new Cleaned(key, cleaned.file(), kept, whole.lines().size() - kept));
        }
        return written;
    }

    private static CleanList list(String key, JsonObject set, Selection chosen) throws IOException {
        String input = set.getString("input");
        DatasetSource source = ImageInput.of(input, chosen);
        if (!source.fingerprint().equals(set.getString("fingerprint"))) {
            throw new IllegalArgumentException(
                    "%s is not what was audited: its files have changed; audit it again".formatted(input));
        }
        var lines = new ArrayList<String>();
        try (SampleIterator samples = source.open()) {
            while (samples.hasNext()) {
                var sample = samples.next();
                OptionalInt label = sample.label();
                lines.add(CleanList.line(new Finding.Sample(
                        key,
                        sample.id(),
                        label.isPresent() ? source.classNames().get(label.getAsInt()) : "")));
            }
        }
        return new CleanList(key, input, lines);
    }

    private static JsonObject audit(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "there is no audit in %s: %s is missing".formatted(file.getParent(), file));
        }
        JsonNode<IllegalArgumentException> audit = JsonNode.read(file, IllegalArgumentException::new);
        if (!AuditJson.FORMAT.equals(audit.at("format").value())) {
            throw new IllegalArgumentException("%s is no audit that this version reads: its format is %s, expected %s"
                    .formatted(file, audit.at("format").value(), AuditJson.FORMAT));
        }
        return (JsonObject) Objects.requireNonNull(audit.value());
    }

    private static Map<Subject, Boolean> proposals(JsonObject audit) {
        var proposals = new LinkedHashMap<Subject, Boolean>();
        for (Finding.Kind kind : Finding.Kind.values()) {
            for (JsonObject row : objects(audit.getObject(kind.key(), new JsonObject()), "findings")) {
                proposals.merge(
                        new Subject(kind.id(), row.getString("set"), row.getString("id")),
                        "remove".equals(row.getString("proposal")),
                        Boolean::logicalOr);
            }
        }
        return proposals;
    }

    private static List<JsonObject> objects(JsonObject object, String name) {
        return object.getArray(name, new JsonArray()).stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private static List<String> lines(Path decisions) throws IOException {
        try {
            return Files.readAllLines(decisions);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("%s is not UTF-8 text".formatted(decisions), e);
        }
    }

    /** Several findings may speak of one sample as the same kind: then any that takes it out does. */
    private static void decide(Map<Subject, Boolean> removed, Path decisions) throws IOException {
        List<String> lines = lines(decisions);
        String first = lines.isEmpty() ? "" : lines.getFirst().replaceFirst("^\uFEFF", "");
        if (!first.equals(FIRST)) {
            throw new IllegalArgumentException(
                    "%s, line 1: expected '#stray-audit-decisions<TAB>1', as the page of an audit saves it"
                            .formatted(decisions));
        }
        var decided = new LinkedHashMap<Subject, Boolean>();
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).isBlank()) {
                continue;
            }
            String[] parts = lines.get(i).split("\t", -1);
            if (parts.length != 4 || !(parts[3].equals("remove") || parts[3].equals("keep"))) {
                throw new IllegalArgumentException(
                        "%s, line %d: expected 'kind<TAB>set<TAB>id<TAB>remove|keep', got '%s'"
                                .formatted(decisions, i + 1, lines.get(i)));
            }
            var subject = new Subject(parts[0], parts[1], parts[2]);
            if (!removed.containsKey(subject)) {
                throw new IllegalArgumentException("%s, line %d: the audit has no finding %s about '%s' of %s"
                        .formatted(decisions, i + 1, parts[0], parts[2], parts[1]));
            }
            decided.merge(subject, parts[3].equals("remove"), Boolean::logicalOr);
        }
        removed.putAll(decided);
    }
}
