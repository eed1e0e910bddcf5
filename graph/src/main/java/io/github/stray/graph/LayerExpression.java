// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a layer is named that is no output of the graph.
 *
 * <ul>
 *   <li>{@code NAME}: the tensor of that name, output or hidden.
 *   <li>{@code before(NAME)}: what the last linear layer in front of the tensor NAME reads, {@code [n, d]}: a Gemm, MatMul or 1x1
 *       Conv with constant weights, behind which only a bias and the division by the Euclidean norm may stand.
 *   <li>{@code patches(NAME)}: NAME is a linear projection of a class token; its layer normalisation and projection
 *       of all other tokens, {@code [n, P, e]}, not divided by their norm.
 *   <li>{@code class_token(NAME)}: the first token of the tensor NAME, {@code [n, T, d]} to {@code [n, d]}.
 * </ul>
 *
 * @param kind which of these
 * @param tensor NAME
 */
record LayerExpression(Kind kind, String tensor) {
    private static final Pattern CALL = Pattern.compile("(before|patches|class_token)\\((.+)\\)");

    enum Kind {
        TENSOR,
        BEFORE,
        PATCHES,
        CLASS_TOKEN
    }

    static LayerExpression of(String text) {
        Matcher call = CALL.matcher(text);
        if (!call.matches()) {
            return new LayerExpression(Kind.TENSOR, text);
        }
        Kind kind = switch (call.group(1)) {
            case "before" -> Kind.BEFORE;
            case "patches" -> Kind.PATCHES;
            default -> Kind.CLASS_TOKEN;
        };
        return new LayerExpression(kind, call.group(2));
    }
}
