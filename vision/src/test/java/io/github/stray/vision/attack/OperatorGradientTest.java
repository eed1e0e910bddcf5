// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.graph.OnnxGraph;
import io.github.stray.graph.gradient.InputGradient;
import io.github.stray.graph.gradient.InputGradient.Objective;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The gradient of every operator alone is what central differences say, in operator sets 11, 13 and 18. */
class OperatorGradientTest {
    private static final double TOLERANCE = 1e-2;

    /**
     * A small network.
     *
     * @param build adds its nodes, from x to y
     * @param low smallest value of the images
     * @param high largest
     * @param since first operator set that has it in this form
     * @param until first operator set that no longer has
     */
    private record Case(UnaryOperator<OneOperator> build, double low, double high, long since, long until) {
        Case until(long opset) {
            return new Case(build, low, high, since, opset);
        }

        Case from(long opset) {
            return new Case(build, low, high, opset, until);
        }

        boolean has(long opset) {
            return opset >= since && opset < until;
        }
    }

    private static Case of(UnaryOperator<OneOperator> build) {
        return new Case(build, -2, 2, 11, 99);
    }

    private static Case positive(UnaryOperator<OneOperator> build) {
        return new Case(build, 0.5, 2, 11, 99);
    }

    private static Case since(long opset, UnaryOperator<OneOperator> build) {
        return of(build).from(opset);
    }

    private static Case before(long opset, UnaryOperator<OneOperator> build) {
        return of(build).until(opset);
    }

    private static Case one(String operator, Object... attributes) {
        return of(n -> n.node(operator, "x", "y", attributes));
    }

    private static Map<String, Case> cases() {
        var cases = new LinkedHashMap<String, Case>();
        for (String operator : List.of(
                "Identity",
                "Dropout",
                "Neg",
                "Abs",
                "Relu",
                "Sigmoid",
                "Tanh",
                "Softplus",
                "Erf",
                "Exp",
                "Sin",
                "Cos",
                "HardSigmoid",
                "LeakyRelu",
                "Elu",
                "Softmax",
                "LogSoftmax",
                "GlobalAveragePool",
                "GlobalMaxPool",
                "Flatten")) {
            cases.put(operator, one(operator));
        }
        for (String operator : List.of("Log", "Sqrt", "Reciprocal")) {
            cases.put(operator, positive(n -> n.node(operator, "x", "y")));
        }
        elementwise(cases);
        arithmetic(cases);
        linear(cases);
        pooling(cases);
        reductions(cases);
        shapes(cases);
        return cases;
    }

    private static void elementwise(Map<String, Case> cases) {
        cases.put("Cast", one("Cast", "to", 1));
        cases.put("LeakyRelu of 0.3", one("LeakyRelu", "alpha", 0.3));
        cases.put("Elu of 2", one("Elu", "alpha", 2.0));
        cases.put("HardSigmoid of 1/6", one("HardSigmoid", "alpha", 1 / 6.0, "beta", 0.5));
        cases.put("PRelu", of(n -> n.weights("slope", 3, 1, 1).node("PRelu", "x slope", "y")));
        cases.put("Clip", of(n -> n.scalar("low", -0.5).scalar("high", 1).node("Clip", "x low high", "y")));
        cases.put("Clip above", of(n -> n.scalar("high", 1).node("Clip", "x  high", "y")));
        cases.put("Clip below", of(n -> n.scalar("low", 0).node("Clip", "x low", "y")));
        cases.put("HardSwish", new Case(n -> n.node("HardSwish", "x", "y"), -5, 5, 14, 99));
        cases.put("Gelu", since(20, n -> n.node("Gelu", "x", "y")));
        cases.put("Gelu by tanh", since(20, n -> n.node("Gelu", "x", "y", "approximate", "tanh")));
        cases.put("Gelu of ONNX Runtime", of(n -> n.node("Gelu", "x", "y").domain("com.microsoft")));
        cases.put(
                "QuickGelu", of(n -> n.node("QuickGelu", "x", "y", "alpha", 1.5).domain("com.microsoft")));
    }

    private static void arithmetic(Map<String, Case> cases) {
        String[] operators = {"Add", "Sub", "Mul", "Div"};
        for (String operator : operators) {
            cases.put(
                    operator + " a constant",
                    of(n -> n.between(1, 2, "w", 3, 1, 6).node(operator, "x w", "y")));
            cases.put(
                    operator + " to a constant",
                    positive(n -> n.between(1, 2, "w", 6).node(operator, "w x", "y")));
            cases.put(
                    operator + " of itself",
                    positive(n -> n.node("Exp", "x", "e").node(operator, "x e", "y")));
            cases.put(
                    operator + " broadcast",
                    positive(n -> n.node("GlobalAveragePool", "x", "m").node(operator, "x m", "y")));
            cases.put(
                    operator + " broadcast to more axes",
                    positive(n -> n.weights("w", 2, 1, 1, 1, 1)
                            .node(operator, "w x", "z")
                            .node("Transpose", "z", "y", "perm", new int[] {1, 0, 2, 3, 4})));
        }
        cases.put("Pow 2", of(n -> n.scalar("p", 2).node("Pow", "x p", "y")));
        cases.put("Pow 3", of(n -> n.scalar("p", 3).node("Pow", "x p", "y")));
        cases.put("Pow 0.5", positive(n -> n.scalar("p", 0.5).node("Pow", "x p", "y")));
        cases.put("Pow of many", positive(n -> n.between(-1, 2, "p", 3, 1, 1).node("Pow", "x p", "y")));
        cases.put("Pow of an integer", since(12, n -> n.integers("p", 3).node("Pow", "x p", "y")));
        cases.put("Sum", of(n -> n.node("Exp", "x", "e").weights("w", 6).node("Sum", "x e w", "y")));
        cases.put("Mean", of(n -> n.node("Exp", "x", "e").node("Mean", "x e", "y")));
        cases.put("Max", of(n -> n.node("Sin", "x", "e").weights("w", 6).node("Max", "x e w", "y")));
        cases.put("Min", of(n -> n.node("Sin", "x", "e").weights("w", 6).node("Min", "x e w", "y")));
        cases.put(
                "Where",
                of(n -> n.weights("w", 6)
                        .node("Exp", "x", "e")
                        .node("Greater", "x w", "c")
                        .node("Where", "c x e", "y")));
    }

    private static void linear(Map<String, Case> cases) {
        cases.put("MatMul", of(n -> n.weights("w", 6, 4).node("MatMul", "x w", "y")));
        cases.put("MatMul from the left", of(n -> n.weights("w", 4, 6).node("MatMul", "w x", "y")));
        cases.put("MatMul by a vector", of(n -> n.weights("w", 6).node("MatMul", "x w", "y")));
        cases.put("MatMul by many", of(n -> n.weights("w", 3, 6, 2).node("MatMul", "x w", "y")));
        cases.put(
                "MatMul of itself",
                of(n -> n.node("Transpose", "x", "t", "perm", new int[] {0, 1, 3, 2})
                        .node("MatMul", "x t", "y")));
        cases.put(
                "MatMul broadcast",
                of(n -> n.node("ReduceMax", "x", "m", "axes", new int[] {1}).node("MatMul", "m x", "y"))
                        .until(18));
        cases.put(
                "Gemm",
                of(n -> n.node("Flatten", "x", "f")
                        .weights("w", 108, 5)
                        .weights("b", 5)
                        .node("Gemm", "f w b", "y", "alpha", 0.5)));
        cases.put(
                "Gemm turned",
                of(n -> n.node("Flatten", "x", "f").weights("w", 5, 108).node("Gemm", "f w", "y", "transB", 1)));
        cases.put(
                "Gemm of itself",
                of(n -> n.integers("s", -1, 36)
                                .node("Reshape", "x s", "f")
                                .weights("w", 36, 9)
                                .node("MatMul", "f w", "v")
                                .node("Gemm", "f v", "z", "transA", 1)
                                .weights("e", 3, 1)
                                .node("ReduceMean", "z", "m", "keepdims", 0)
                                .node("Mul", "e m", "y"))
                        .until(18));
        cases.put(
                "Einsum",
                of(n -> n.weights("w", 6, 4).node("Einsum", "x w", "y", "equation", "nchw,wk->nchk"))
                        .from(12));
        cases.put(
                "Einsum of itself",
                of(n -> n.node("Sin", "x", "e").node("Einsum", "x e", "y", "equation", "nchw,nckw->nchk"))
                        .from(12));
        cases.put(
                "Einsum with dots",
                of(n -> n.weights("w", 6, 4).node("Einsum", "x w", "y", "equation", "...w,wk->...k"))
                        .from(12));
        cases.put(
                "Einsum with dots on both sides",
                of(n -> n.node("Sin", "x", "e").node("Einsum", "x e", "y", "equation", "...ij,...kj->...ik"))
                        .from(12));
        cases.put(
                "Einsum without an arrow",
                of(n -> n.weights("w", 6, 4).node("Einsum", "x w", "y", "equation", "...w,wk"))
                        .from(12));
        cases.put("Einsum summing", one("Einsum", "equation", "nchw->nw").from(12));
        convolutions(cases);
        cases.put(
                "BatchNormalization",
                of(n -> n.weights("s", 3)
                        .weights("b", 3)
                        .weights("m", 3)
                        .between(0.5, 2, "v", 3)
                        .node("BatchNormalization", "x s b m v", "y", "epsilon", 0.01)));
        cases.put(
                "InstanceNormalization",
                of(n -> n.weights("s", 3).weights("b", 3).node("InstanceNormalization", "x s b", "y")));
        cases.put(
                "LayerNormalization",
                since(17, n -> n.weights("s", 6).weights("b", 6).node("LayerNormalization", "x s b", "y")));
        cases.put(
                "LayerNormalization of two axes",
                since(17, n -> n.weights("s", 6, 6).node("LayerNormalization", "x s", "y", "axis", 2)));
        cases.put("LpNormalization", one("LpNormalization", "axis", 1));
    }

    private static void convolutions(Map<String, Case> cases) {
        cases.put("Conv", conv(5, 3, 3, 1));
        cases.put("Conv 1x1", conv(5, 3, 1, 1));
        cases.put("Conv padded", conv(5, 3, 3, 1, "pads", new int[] {1, 1, 1, 1}));
        cases.put("Conv padded unevenly", conv(5, 3, 3, 1, "pads", new int[] {0, 2, 1, 0}));
        cases.put("Conv padded beyond its kernel", conv(5, 3, 2, 1, "pads", new int[] {3, 3, 3, 3}));
        cases.put("Conv dilated", conv(5, 3, 3, 1, "dilations", new int[] {2, 2}, "pads", new int[] {2, 2, 2, 2}));
        cases.put("Conv of stride 2", conv(5, 3, 3, 1, "strides", new int[] {2, 2}, "pads", new int[] {1, 1, 1, 1}));
        cases.put("Conv of stride 2 leaving a row", conv(5, 3, 3, 1, "strides", new int[] {2, 2}));
        cases.put("Conv of stride 4", conv(5, 3, 2, 1, "strides", new int[] {4, 3}));
        cases.put("Conv of patches", conv(5, 3, 3, 1, "strides", new int[] {3, 3}));
        cases.put("Conv depthwise", conv(3, 1, 3, 3, "pads", new int[] {1, 1, 1, 1}));
        cases.put(
                "Conv depthwise of stride 2",
                conv(3, 1, 3, 3, "strides", new int[] {2, 2}, "pads", new int[] {1, 1, 1, 1}));
        cases.put("Conv of three groups", conv(6, 1, 3, 3, "pads", new int[] {1, 1, 1, 1}));
        cases.put("Conv of same size", conv(4, 3, 3, 1, "auto_pad", "SAME_UPPER", "strides", new int[] {2, 2}));
        cases.put("Conv of same size, lower", conv(4, 3, 2, 1, "auto_pad", "SAME_LOWER"));
        cases.put("Conv valid", conv(4, 3, 2, 1, "auto_pad", "VALID"));
    }

    private static Case conv(int outputs, int inputs, int kernel, int group, Object... attributes) {
        var all = new ArrayList<>(List.of(attributes));
        all.addAll(List.of("group", group));
        return of(n -> n.weights("w", outputs, inputs, kernel, kernel)
                .weights("b", outputs)
                .node("Conv", "x w b", "y", all.toArray()));
    }

    private static void pooling(Map<String, Case> cases) {
        for (String kind : List.of("AveragePool", "MaxPool")) {
            cases.put(kind, one(kind, "kernel_shape", new int[] {2, 2}, "strides", new int[] {2, 2}));
            cases.put(kind + " overlapping", one(kind, "kernel_shape", new int[] {3, 3}));
            cases.put(
                    kind + " padded",
                    one(kind, "kernel_shape", new int[] {3, 3}, "strides", new int[] {2, 2}, "pads", new int[] {
                        1, 1, 1, 1
                    }));
            cases.put(
                    kind + " rounding up",
                    one(kind, "kernel_shape", new int[] {3, 4}, "strides", new int[] {2, 3}, "ceil_mode", 1));
            cases.put(
                    kind + " leaving a row", one(kind, "kernel_shape", new int[] {3, 3}, "strides", new int[] {2, 2}));
            cases.put(kind + " of same size", one(kind, "kernel_shape", new int[] {3, 3}, "auto_pad", "SAME_UPPER"));
        }
        cases.put(
                "AveragePool counting padding",
                one(
                        "AveragePool",
                        "kernel_shape",
                        new int[] {3, 3},
                        "pads",
                        new int[] {1, 0, 1, 2},
                        "count_include_pad",
                        1));
        cases.put("MaxPool dilated", one("MaxPool", "kernel_shape", new int[] {2, 2}, "dilations", new int[] {2, 3}));
    }

    private static void reductions(Map<String, Case> cases) {
        for (String kind : List.of(
                "ReduceMean", "ReduceL1", "ReduceL2", "ReduceMax", "ReduceMin", "ReduceSumSquare", "ReduceLogSumExp")) {
            cases.put(kind, one(kind, "axes", new int[] {2, -1}).until(18));
            cases.put(
                    kind + " dropping",
                    one(kind, "axes", new int[] {1}, "keepdims", 0).until(18));
            cases.put(kind + " since 18", since(18, n -> n.integers("a", 1, 3).node(kind, "x a", "y")));
        }
        cases.put(
                "ReduceProd",
                positive(n -> n.node("ReduceProd", "x", "y", "axes", new int[] {1}))
                        .until(18));
        cases.put(
                "ReduceProd since 18",
                positive(n -> n.integers("a", -1).node("ReduceProd", "x a", "y", "keepdims", 0))
                        .from(18));
        cases.put(
                "ReduceLogSum",
                positive(n -> n.node("ReduceLogSum", "x", "y", "axes", new int[] {1, 3}))
                        .until(18));
        cases.put(
                "ReduceLogSum since 18",
                positive(n -> n.integers("a", 2).node("ReduceLogSum", "x a", "y", "keepdims", 0))
                        .from(18));
        cases.put(
                "ReduceMax of nothing",
                since(18, n -> n.integers("a").node("ReduceMax", "x a", "y", "noop_with_empty_axes", 1)));
        cases.put(
                "ReduceSum",
                one("ReduceSum", "axes", new int[] {2}, "keepdims", 0).until(13));
        cases.put("ReduceSum since 13", since(13, n -> n.integers("a", -1).node("ReduceSum", "x a", "y")));
        cases.put(
                "ReduceSum of nothing",
                since(13, n -> n.integers("a").node("ReduceSum", "x a", "y", "noop_with_empty_axes", 1)));
        cases.put("Softmax of an axis", one("Softmax", "axis", 1));
        cases.put("LogSoftmax of an axis", one("LogSoftmax", "axis", 2));
    }

    private static void shapes(Map<String, Case> cases) {
        cases.put("Reshape", of(n -> n.integers("s", 0, -1, 9).node("Reshape", "x s", "y")));
        cases.put(
                "Squeeze",
                before(
                        13,
                        n -> n.integers("s", 0, 1, 108)
                                .node("Reshape", "x s", "r")
                                .node("Squeeze", "r", "y", "axes", new int[] {1})));
        cases.put(
                "Squeeze since 13",
                since(
                        13,
                        n -> n.integers("s", 0, 1, 108)
                                .node("Reshape", "x s", "r")
                                .integers("a", 1)
                                .node("Squeeze", "r a", "y")));
        cases.put("Unsqueeze", before(13, n -> n.node("Unsqueeze", "x", "y", "axes", new int[] {1})));
        cases.put("Unsqueeze since 13", since(13, n -> n.integers("a", 1).node("Unsqueeze", "x a", "y")));
        cases.put(
                "Transpose",
                of(n -> n.weights("w", 6, 6, 3, 1)
                        .node("Transpose", "x", "t")
                        .node("Mul", "t w", "z")
                        .node("Transpose", "z", "y")));
        cases.put("Transpose of axes", one("Transpose", "perm", new int[] {0, 3, 1, 2}));
        cases.put(
                "Concat",
                of(n -> n.node("Exp", "x", "e").weights("w", 1, 3, 6, 6).node("Concat", "x e x", "y", "axis", -2)));
        cases.put(
                "Split",
                before(
                        13,
                        n -> n.node("Split", "x", "a b c", "axis", 2, "split", new int[] {1, 2, 3})
                                .node("Concat", "c a", "y", "axis", 2)));
        cases.put(
                "Split since 13",
                since(
                        13,
                        n -> n.integers("s", 2, 4)
                                .node("Split", "x s", "a b", "axis", -1)
                                .node("Exp", "b", "y")));
        cases.put("Slice", slice(new long[] {1}, new long[] {5}, new long[] {2}, new long[] {1}));
        cases.put("Slice of steps", slice(new long[] {0, 1}, new long[] {6, 6}, new long[] {-2, 3}, new long[] {2, 3}));
        cases.put("Slice backwards", slice(new long[] {-1}, new long[] {-100}, new long[] {3}, new long[] {-2}));
        cases.put(
                "Slice from the end",
                slice(new long[] {-3}, new long[] {Long.MAX_VALUE}, new long[] {1}, new long[] {1}));
        cases.put(
                "Slice without axes",
                of(n -> n.integers("s", 0, 1).integers("e", 9, 2).node("Slice", "x s e", "y")));
        cases.put("Gather", of(n -> n.integers("i", 2, -6, 2, 4).node("Gather", "x i", "y", "axis", 3)));
        cases.put("Gather in order", of(n -> n.integers("i", 1, 2, 3).node("Gather", "x i", "y", "axis", 2)));
        cases.put(
                "Expand",
                of(n -> n.integers("s", 1, 3, 6, 6)
                        .node("GlobalAveragePool", "x", "m")
                        .node("Expand", "m s", "y")));
        cases.put("Tile", of(n -> n.integers("r", 1, 2, 1, 3).node("Tile", "x r", "y")));
        cases.put("Pad", of(n -> n.integers("p", 0, 1, 2, 0, 0, 3, 0, 1).node("Pad", "x p", "y")));
        cases.put(
                "Pad cutting", of(n -> n.integers("p", 0, 0, -1, 0, 0, 0, -2, 1).node("Pad", "x p", "y")));
        cases.put(
                "shapes computed from the image",
                since(
                        13,
                        n -> n.node("Shape", "x", "s")
                                .integers("zero", 0)
                                .node("Gather", "s zero", "b", "axis", 0)
                                .integers("rest", -1, 12)
                                .node("Concat", "b rest", "t", "axis", 0)
                                .node("Reshape", "x t", "y")));
    }

    private static Case slice(long[] from, long[] to, long[] axes, long[] steps) {
        return of(n -> n.integers("s", from)
                .integers("e", to)
                .integers("a", axes)
                .integers("t", steps)
                .node("Slice", "x s e a t", "y"));
    }

    @TestFactory
    List<DynamicTest> gradient_operatorAlone_equalsFiniteDifferences() {
        var tests = new ArrayList<DynamicTest>();
        cases().forEach((name, small) -> {
            for (long opset : new long[] {11, 13, 18, 20}) {
                if (small.has(opset)) {
                    tests.add(DynamicTest.dynamicTest(name + ", operator set " + opset, () -> {
                        byte[] network =
                                small.build.apply(new OneOperator(opset)).bytes();
                        assertThat(FiniteDifferences.medianError(
                                        network, "y", Objective.PRODUCT, OneOperator.SIDE, small.low, small.high))
                                .as("%s, operator set %d", name, opset)
                                .isLessThan(TOLERANCE);
                    }));
                }
            }
        });
        return tests;
    }

    @Test
    void cases_together_holdEveryOperatorThatHasAGradient() throws Exception {
        var met = new HashSet<String>();
        for (Case small : cases().values()) {
            OnnxGraph.of(small.build.apply(new OneOperator(18)).bytes(), "small")
                    .proto()
                    .getNodeList()
                    .forEach(node -> met.add(node.getOpType()));
        }
        assertThat(InputGradient.operators().stream()
                        .filter(operator -> !met.contains(operator))
                        .collect(Collectors.toSet()))
                .isEmpty();
    }
}
