// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.graph.OnnxGraph;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a base network's tokens, or the places of its map, become one row of features. */
enum Pooling {
    /** The first token. */
    CLASS("class_token"),
    /** The mean over all tokens or places. */
    MEAN("mean"),
    /** What the network itself calls {@code pooler_output}. */
    POOLER("");

    private final String expression;

    Pooling(String expression) {
        this.expression = expression;
    }

    static Pooling of(String text) {
        return Arrays.stream(values())
                .filter(pooling -> pooling.id().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected %s, was '%s'"
                        .formatted(Arrays.stream(values()).map(Pooling::id).collect(Collectors.joining(", ")), text)));
    }

    private String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The layer as {@code output} says it.
     *
     * @param graph whose tokens are {@code last_hidden_state}, or its only output
     * @throws IllegalArgumentException if it has no such output
     */
    String output(OnnxGraph graph) {
        List<String> outputs = graph.outputs();
        String wanted = this == POOLER ? ImageLayers.POOLED : ImageLayers.TOKENS;
        if (!outputs.contains(wanted) && (this == POOLER || outputs.size() != 1)) {
            throw new IllegalArgumentException(
                    "'%s' reads %s, and the network's outputs are %s".formatted(id(), wanted, outputs));
        }
        String tensor = outputs.contains(wanted) ? wanted : outputs.getFirst();
        return "features=" + (this == POOLER ? tensor : "%s(%s)".formatted(expression, tensor));
    }
}
