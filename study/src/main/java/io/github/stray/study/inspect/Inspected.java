// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.inspect;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.SampleIterator;
import io.github.stray.store.JsonNode;
import io.github.stray.study.inspect.Decisions.Subject;
import io.github.stray.study.review.IdList;
import io.github.stray.study.review.SetSample;
import io.github.stray.vision.dataset.ImageInput;
import io.github.stray.vision.dataset.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

/**
 * An inspection as its document tells it: what was proposed, and what becomes of it by someone's decisions.
 *
 * @param input what was inspected
 * @param fingerprint of the images
 * @param chosen which of them
 * @param failed ids of images that cannot be read
 * @param proposals whether a finding proposes to take its image out, in the order of the document
 */
record Inspected(
        String input, String fingerprint, Selection chosen, Set<String> failed, Map<Subject, Boolean> proposals) {
    private static final String STRANGER = "stranger";
    private static final String EXACT = "exact-copy";
    private static final String NEAR = "near-copy";

    static Subject stranger(String id) {
        return new Subject(STRANGER, id, "");
    }

    static Subject copy(String id, String keep, boolean exact) {
        return new Subject(exact ? EXACT : NEAR, id, keep);
    }

    static Subject other(String kind, String id) {
        return new Subject(kind.replace('_', '-'), id, "");
    }

    static Inspected read(Path document) throws IOException {
        if (!Files.isRegularFile(document)) {
            throw new IllegalArgumentException(
                    "there is no inspection in %s: %s is missing".formatted(document.getParent(), document));
        }
        JsonNode<IllegalArgumentException> root = JsonNode.read(document, IllegalArgumentException::new);
        if (!InspectJson.FORMAT.equals(root.at("format").value())) {
            throw new IllegalArgumentException(
                    "%s is no inspection that this version reads: its format is %s, expected %s"
                            .formatted(document, root.at("format").value(), InspectJson.FORMAT));
        }
        JsonNode<IllegalArgumentException> limit = root.at("limit");
        var chosen = new Selection(
                limit.isPresent() ? OptionalInt.of(limit.whole(1)) : OptionalInt.empty(),
                OptionalInt.empty(),
                seed(root.at("seed")));
        var failed = new HashSet<>(root.at("failed").list(node -> node.at("id").text()));
        return new Inspected(root.at("input").text(), root.at("fingerprint").text(), chosen, failed, proposals(root));
    }

    private static long seed(JsonNode<IllegalArgumentException> node) {
        try {
            return Long.parseLong(node.anyText());
        } catch (NumberFormatException e) {
            throw node.refused("expected a whole number");
        }
    }

    private static Map<Subject, Boolean> proposals(JsonNode<IllegalArgumentException> root) {
        var proposals = new LinkedHashMap<Subject, Boolean>();
        root.at("strangers").list(node -> node.at("id").text()).forEach(id -> proposals.put(stranger(id), true));
        root.at("copies")
                .list(node -> {
                    String keep = node.at("keep").text();
                    return node.at("drop").list(copy -> {
                        boolean exact = copy.at("kind").text().equals("exact");
                        return Map.entry(copy(copy.at("id").text(), keep, exact), exact);
                    });
                })
                .forEach(group -> group.forEach(copy -> proposals.put(copy.getKey(), copy.getValue())));
        root.at("spoilt")
                .list(node -> other(node.at("issue").text(), node.at("id").text()))
                .forEach(subject -> proposals.put(subject, false));
        root.at("apart")
                .list(node -> node.at("ids").list(JsonNode::text))
                .forEach(ids -> ids.forEach(id -> proposals.put(other("apart", id), false)));
        root.at("labels")
                .list(node -> other("label", node.at("id").text()))
                .forEach(subject -> proposals.put(subject, false));
        JsonNode<IllegalArgumentException> also = root.at("also").or(new JsonObject());
        also.at("blurred")
                .or(new JsonArray())
                .list(node -> other("blurred", node.at("id").text()))
                .forEach(subject -> proposals.put(subject, false));
        also.at("class_strangers")
                .or(new JsonArray())
                .list(node -> other("class-stranger", node.text()))
                .forEach(subject -> proposals.put(subject, false));
        return proposals;
    }

    /** Ids of the images that are taken out. */
    Set<String> removed(Decisions decisions) {
        Set<String> removed = new HashSet<>();
        proposals.forEach((subject, proposed) -> {
            if (decisions.of(subject).orElse(proposed)) {
                removed.add(subject.id());
            }
        });
        return removed;
    }

    /**
     * The lists: what stays, the strangers, the copies. A finding that was dismissed is in none of the latter.
     *
     * @throws IllegalArgumentException if the images have changed since
     */
    List<IdList> lists(Decisions decisions) throws IOException {
        Set<String> removed = removed(decisions);
        Set<String> strangers = ids(decisions, subject -> subject.kind().equals(STRANGER));
        Set<String> copies = ids(
                decisions,
                subject -> subject.kind().equals(EXACT) || subject.kind().equals(NEAR));
        var clean = new ArrayList<String>();
        var strange = new ArrayList<String>();
        var doubled = new ArrayList<String>();
        DatasetSource source = source();
        try (SampleIterator samples = source.open()) {
            while (samples.hasNext()) {
                var sample = samples.next();
                if (failed.contains(sample.id())) {
                    continue;
                }
                OptionalInt label = sample.label();
                String line = IdList.line(new SetSample(
                        InspectResult.SET,
                        sample.id(),
                        label.isPresent() ? source.classNames().get(label.getAsInt()) : ""));
                if (!removed.contains(sample.id())) {
                    clean.add(line);
                }
                if (strangers.contains(sample.id())) {
                    strange.add(line);
                }
                if (copies.contains(sample.id())) {
                    doubled.add(line);
                }
            }
        }
        return List.of(list("clean", clean), list("strangers", strange), list("copies", doubled));
    }

    private Set<String> ids(Decisions decisions, Predicate<Subject> wanted) {
        Set<String> ids = new HashSet<>();
        proposals.keySet().stream()
                .filter(wanted)
                .filter(subject -> !decisions.dismissed(subject))
                .forEach(subject -> ids.add(subject.id()));
        return ids;
    }

    private IdList list(String name, List<String> lines) {
        return new IdList(InspectResult.SET, name + ".tsv", input, lines);
    }

    /** The images, if they are still those that were inspected. */
    DatasetSource source() throws IOException {
        DatasetSource source = ImageInput.of(input, chosen);
        if (!source.fingerprint().equals(fingerprint)) {
            throw new IllegalArgumentException(
                    "%s is not what was inspected: its files have changed; inspect it again".formatted(input));
        }
        return source;
    }
}
