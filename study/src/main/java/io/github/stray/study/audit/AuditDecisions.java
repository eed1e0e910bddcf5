// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.audit;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.SampleIterator;
import io.github.stray.store.JsonNode;
import io.github.stray.study.audit.AuditResult.Cleaned;
import io.github.stray.study.review.IdList;
import io.github.stray.study.review.SetSample;
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
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/** Writes the cleaned lists of an audit anew, as someone decided. */
final class AuditDecisions {
    static final String FIRST = "#stray-audit-decisions\t1";

    private static final String[] PROPOSALS = {"remove", "keep"};

    private AuditDecisions() {}

    private record Subject(String kind, String set, String id) {}

    /** A set as the audit recorded it. */
    private record Audited(String key, String input, String fingerprint) {}

    static List<Cleaned> apply(Path document, Path decisions) throws IOException {
        JsonNode<IllegalArgumentException> audit = audit(document);
        Map<Subject, Boolean> removed = proposals(audit);
        decide(removed, decisions);
        Optional<Integer> limit = audit.at("limit").optional(node -> node.whole(0));
        var chosen = new Selection(
                limit.isPresent() ? OptionalInt.of(limit.get()) : OptionalInt.empty(),
                OptionalInt.empty(),
                seed(audit.at("seed")));
        List<SetSample> failed = audit.at("failed")
                .list(node -> new SetSample(node.at("set").text(), node.at("id").text(), ""));
        List<Audited> sets = audit.at("sets")
                .list(node -> new Audited(
                        node.at("set").text(),
                        node.at("input").text(),
                        node.at("fingerprint").text()));
        var written = new ArrayList<Cleaned>();
        for (Audited set : sets) {
            Set<String> out = new HashSet<>();
            failed.stream().filter(sample -> sample.set().equals(set.key())).forEach(sample -> out.add(sample.id()));
            removed.forEach((subject, remove) -> {
                if (remove && subject.set.equals(set.key())) {
                    out.add(subject.id);
                }
            });
            IdList whole = list(set, chosen);
            IdList cleaned = whole.without(out);
            cleaned.write(Objects.requireNonNull(document.getParent()));
            int kept = cleaned.lines().size();
            written.add(
                    new Cleaned(set.key(), cleaned.file(), kept, whole.lines().size() - kept));
        }
        return written;
    }

    private static long seed(JsonNode<IllegalArgumentException> node) {
        try {
            return Long.parseLong(node.anyText());
        } catch (NumberFormatException e) {
            throw node.refused("expected a whole number");
        }
    }

    private static IdList list(Audited set, Selection chosen) throws IOException {
        DatasetSource source = ImageInput.of(set.input(), chosen);
        if (!source.fingerprint().equals(set.fingerprint())) {
            throw new IllegalArgumentException(
                    "%s is not what was audited: its files have changed; audit it again".formatted(set.input()));
        }
        var lines = new ArrayList<String>();
        try (SampleIterator samples = source.open()) {
            while (samples.hasNext()) {
                var sample = samples.next();
                OptionalInt label = sample.label();
                lines.add(IdList.line(new SetSample(
                        set.key(),
                        sample.id(),
                        label.isPresent() ? source.classNames().get(label.getAsInt()) : "")));
            }
        }
        return CleanLists.of(set.key(), set.input(), lines);
    }

    private static JsonNode<IllegalArgumentException> audit(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "there is no audit in %s: %s is missing".formatted(file.getParent(), file));
        }
        JsonNode<IllegalArgumentException> audit = JsonNode.read(file, IllegalArgumentException::new);
        if (!AuditJson.FORMAT.equals(audit.at("format").value())) {
            throw new IllegalArgumentException("%s is no audit that this version reads: its format is %s, expected %s"
                    .formatted(file, audit.at("format").value(), AuditJson.FORMAT));
        }
        return audit;
    }

    private static Map<Subject, Boolean> proposals(JsonNode<IllegalArgumentException> audit) {
        var proposals = new LinkedHashMap<Subject, Boolean>();
        for (Finding.Kind kind : Finding.Kind.values()) {
            List<Map.Entry<Subject, Boolean>> found = audit.at(kind.key())
                    .or(new JsonObject())
                    .at("findings")
                    .or(new JsonArray())
                    .list(node -> Map.entry(
                            new Subject(
                                    kind.id(),
                                    node.at("set").text(),
                                    node.at("id").text()),
                            node.at("proposal")
                                    .oneOf(PROPOSALS, Function.identity())
                                    .equals(PROPOSALS[0])));
            found.forEach(each -> proposals.merge(each.getKey(), each.getValue(), Boolean::logicalOr));
        }
        return proposals;
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
