// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.suite;

import io.github.stray.detect.Suggestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A value of a YAML file and where it stands, so that every complaint names the line.
 *
 * @param file name of the file
 * @param what what the value is, for messages
 * @param node the value
 */
record YamlPlace(String file, String what, Node node) {
    int line() {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    InvalidSuiteException wrong(String problem) {
        return wrong(problem, null);
    }

    InvalidSuiteException wrong(String problem, @Nullable Throwable cause) {
        return new InvalidSuiteException(file, line(), "%s: %s".formatted(what, problem), cause);
    }

    boolean isMap() {
        return node instanceof MappingNode;
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    String text() {
        if (!(node instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
            throw wrong("expected a text, found %s".formatted(kind()));
        }
        return scalar.getValue().strip();
    }

    /** A text made into something else; what refuses it becomes a complaint of this line. */
    <T> T parsed(Function<String, T> parser) {
        String text = text();
        try {
            return parser.apply(text);
        } catch (InvalidSuiteException e) {
            throw e;
        } catch (NumberFormatException e) {
            throw wrong("expected a number, found '%s'".formatted(text), e);
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()), e);
        }
    }

    List<YamlPlace> list() {
        if (!(node instanceof SequenceNode sequence)) {
            throw wrong("expected a list, found %s".formatted(kind()));
        }
        var places = new ArrayList<YamlPlace>();
        for (Node value : sequence.getValue()) {
            places.add(new YamlPlace(file, what, value));
        }
        return places;
    }

    List<String> texts() {
        return list().stream().map(YamlPlace::text).toList();
    }

    /** Keys and values in the order of the file. */
    SequencedMap<String, YamlPlace> map() {
        if (!(node instanceof MappingNode mapping)) {
            throw wrong("expected keys and values, found %s".formatted(kind()));
        }
        var places = new LinkedHashMap<String, YamlPlace>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = new YamlPlace(file, "a key of " + what, tuple.getKeyNode()).text();
            if (places.put(key, new YamlPlace(file, key, tuple.getValueNode())) != null) {
                throw new YamlPlace(file, what, tuple.getKeyNode()).wrong("the key '%s' is given twice".formatted(key));
            }
        }
        return places;
    }

    /** Keys and values, all of them known. */
    Entries entries(String... known) {
        List<String> sorted = Stream.of(known).sorted().toList();
        Map<String, YamlPlace> map = map();
        for (Map.Entry<String, YamlPlace> entry : map.entrySet()) {
            if (!sorted.contains(entry.getKey())) {
                throw entry.getValue()
                        .in(what)
                        .wrong("there is no key '%s'; %s"
                                .formatted(entry.getKey(), Suggestion.among(entry.getKey(), sorted)));
            }
        }
        return new Entries(this, map);
    }

    YamlPlace in(String other) {
        return new YamlPlace(file, other, node);
    }

    private String kind() {
        return switch (node) {
            case MappingNode mapping -> "keys and values";
            case SequenceNode sequence -> "a list";
            case ScalarNode scalar when scalar.getValue().isBlank() -> "nothing";
            default -> "a single value";
        };
    }

    /**
     * The values of known keys.
     *
     * @param place where they stand
     * @param values by key
     */
    record Entries(YamlPlace place, Map<String, YamlPlace> values) {
        Optional<YamlPlace> find(String key) {
            return Optional.ofNullable(values.get(key));
        }

        YamlPlace get(String key) {
            return find(key).orElseThrow(() -> place.wrong("the key '%s' is missing".formatted(key)));
        }

        Optional<String> text(String key) {
            return find(key).map(YamlPlace::text);
        }
    }
}
