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
 *       Conv with constant weights, behind which only a bias, a last activation such as Softmax and the division by the
 *       Euclidean norm may stand. Where NAME is the mean of two linear layers, what both read: one tensor, or two side by side.
 *   <li>{@code patches(NAME)}: NAME is a linear projection of a class token; its layer normalisation and projection
 *       of all other tokens, {@code [n, P, e]}, not divided by their norm.
 *   <li>{@code class_token(T)}: the first token of T, {@code [n, P, d]} to {@code [n, d]}.
 *   <li>{@code tokens(T, K..)}: the tokens of T from the K-th on, counted from 0, {@code [n, P, d]} to {@code [n, P - K, d]};
 *       the places of a map {@code [n, d, h, w]} are its tokens, row by row.
 *   <li>{@code mean(T)}: the mean over the tokens of {@code [n, P, d]}, or over the places of a map {@code [n, d, h, w]}.
 * </ul>
 *
 * T is a NAME, or one of the last three again, such as {@code mean(tokens(last_hidden_state, 1..))}.
 *
 * @param kind which of these
 * @param of NAME or T
 * @param first K, 0 for the others
 */
record LayerExpression(Kind kind, String of, int first) {
    private static final Pattern CALL = Pattern.compile("(before|patches|class_token|mean)\\((.+)\\)");
    private static final Pattern TOKENS = Pattern.compile("tokens\\((.+?),\\s*(\\d{1,6})\\.\\.\\s*\\)");

    enum Kind {
        TENSOR,
        BEFORE,
        PATCHES,
        CLASS_TOKEN,
        TOKENS,
        MEAN
    }

    static LayerExpression of(String text) {
        Matcher tokens = TOKENS.matcher(text);
        if (tokens.matches()) {
            return new LayerExpression(Kind.TOKENS, tokens.group(1), Integer.parseInt(tokens.group(2)));
        }
        Matcher call = CALL.matcher(text);
        if (!call.matches()) {
            return new LayerExpression(Kind.TENSOR, text, 0);
        }
        Kind kind = switch (call.group(1)) {
            case "before" -> Kind.BEFORE;
            case "patches" -> Kind.PATCHES;
            case "mean" -> Kind.MEAN;
            default -> Kind.CLASS_TOKEN;
        };
        return new LayerExpression(kind, call.group(2).strip(), 0);
    }
}
