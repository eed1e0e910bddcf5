// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.graph.OnnxGraph;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Ultralytics writes into the metadata of a network's file.
 *
 * @param classifier whether the file says that it is one of Ultralytics' classifiers, whose preparation of images is known
 * @param inputSize the images' size, {@code WxH}; empty where the file names none
 * @param classNames in the order of the logits; none where the file names none
 */
public record UltralyticsFile(boolean classifier, Optional<String> inputSize, List<String> classNames) {
    /** Height and width. */
    private static final Pattern SIZE = Pattern.compile("\\[(\\d{1,5}), (\\d{1,5})]");

    /** A number and a name, as Python writes a dictionary. */
    private static final Pattern NAME = Pattern.compile("(\\d{1,7}): (?:'((?:[^'\\\\]|\\\\.)*)'|\"([^\"]*)\")");

    /**
     * Reads it.
     *
     * @param graph of a network
     * @return nothing where another program wrote the file
     */
    public static UltralyticsFile of(OnnxGraph graph) {
        Map<String, String> metadata = graph.metadata();
        Matcher size = SIZE.matcher(metadata.getOrDefault("imgsz", ""));
        var names = new TreeMap<Integer, String>();
        Matcher name = NAME.matcher(metadata.getOrDefault("names", ""));
        while (name.find()) {
            String plain = name.group(2) == null ? name.group(3) : name.group(2);
            names.put(Integer.parseInt(name.group(1)), plain.replace("\\'", "'"));
        }
        boolean whole = !names.isEmpty() && names.firstKey() == 0 && names.lastKey() == names.size() - 1;
        boolean classifier = "Ultralytics".equals(metadata.get("author")) && "classify".equals(metadata.get("task"));
        return new UltralyticsFile(
                classifier,
                size.matches() ? Optional.of(size.group(2) + "x" + size.group(1)) : Optional.empty(),
                whole ? List.copyOf(names.values()) : List.of());
    }
}
