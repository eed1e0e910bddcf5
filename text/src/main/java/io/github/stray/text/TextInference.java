// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import io.github.stray.vision.card.TextTower;
import io.github.stray.vision.card.TextTower.Padding;
import io.github.stray.vision.card.TextTower.Pooling;
import io.github.stray.vision.onnx.InputTensor;
import io.github.stray.vision.onnx.InputTensor.Integers;
import io.github.stray.vision.onnx.InvalidNetworkException;
import io.github.stray.vision.onnx.OnnxNetwork;
import io.github.stray.vision.onnx.OnnxNetwork.Output;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Runs texts, each by itself, through tokenizer and network. */
final class TextInference implements AutoCloseable {
    private static final int SHOWN = 60;

    private final TextTower tower;
    private final Tokenizer tokenizer;
    private final OnnxNetwork network;

    /** Takes both over, and closes the network if it does not fit. */
    TextInference(TextTower tower, Tokenizer tokenizer, OnnxNetwork network) throws InvalidNetworkException {
        this.tower = tower;
        this.tokenizer = tokenizer;
        this.network = network;
        try {
            requireInputs();
        } catch (InvalidNetworkException e) {
            network.close();
            throw e;
        }
    }

    private void requireInputs() throws InvalidNetworkException {
        List<String> given = inputs(new long[0], new long[0]).keySet().stream().toList();
        List<String> taken =
                network.inputs().stream().map(signature -> signature.name()).toList();
        if (!List.copyOf(taken).containsAll(given) || !given.containsAll(taken)) {
            throw new InvalidNetworkException("%s takes the inputs %s, the card's part 'text' gives it %s"
                    .formatted(network.name(), taken, given));
        }
        if (network.outputs().stream().noneMatch(output -> output.name().equals(tower.output()))) {
            throw new InvalidNetworkException(
                    "%s has no output '%s'; it has %s".formatted(network.name(), tower.output(), network.outputs()));
        }
    }

    private Map<String, InputTensor> inputs(long[] ids, long[] mask) {
        long[] shape = {1, ids.length};
        var inputs = new LinkedHashMap<String, InputTensor>();
        inputs.put(tower.ids(), new Integers(ids, shape));
        tower.mask().ifPresent(name -> inputs.put(name, new Integers(mask, shape)));
        tower.types().ifPresent(name -> inputs.put(name, new Integers(new long[ids.length], shape)));
        return inputs;
    }

    long[] tokens(String text) {
        return tokenizer.ids(tower.cleaning().clean(text));
    }

    /** Unit embeddings {@code [n][e]} in the order of the texts. */
    double[][] units(List<String> texts, IntConsumer progress) throws IOException {
        if (texts.isEmpty()) {
            throw new IllegalArgumentException("there are no texts to encode");
        }
        double[][] units = new double[texts.size()][];
        int threads = Math.min(Runtime.getRuntime().availableProcessors(), texts.size());
        var next = new AtomicInteger();
        try (ExecutorService workers = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().factory())) {
            List<Future<?>> running = IntStream.range(0, threads)
                    .<Future<?>>mapToObj(worker -> workers.submit(() -> {
                        try {
                            for (int i = next.getAndIncrement(); i < units.length; i = next.getAndIncrement()) {
                                units[i] = unit(texts.get(i), i);
                                progress.accept(1);
                            }
                        } finally {
                            // After a failure the others take no further text.
                            next.set(units.length);
                        }
                        return null;
                    }))
                    .toList();
            for (Future<?> worker : running) {
                await(worker);
            }
        }
        return units;
    }

    private static void await(Future<?> worker) throws IOException {
        try {
            worker.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while encoding texts", e);
        }
    }

    private double[] unit(String text, int index) throws IOException {
        long[] own = tokens(text);
        if (own.length > tower.context()) {
            throw new IllegalArgumentException(
                    "text %d '%s' has %d tokens, the text encoder takes %d at most; shorten it"
                            .formatted(index + 1, shown(text), own.length, tower.context()));
        }
        int length = tower.padding() == Padding.CONTEXT ? tower.context() : own.length;
        long[] ids = Arrays.copyOf(own, length);
        Arrays.fill(ids, own.length, length, tower.pad());
        long[] mask = new long[length];
        Arrays.fill(mask, 0, own.length, 1);
        Map<String, Output> outputs = network.run(inputs(ids, mask), List.of(tower.output()));
        return unit(pooled(Objects.requireNonNull(outputs.get(tower.output())), own.length, length), text);
    }

    private double[] pooled(Output output, int tokens, int length) throws InvalidNetworkException {
        int e = tower.dimension();
        List<Long> expected =
                tower.pooling() == Pooling.MEAN ? List.of(1L, (long) length, (long) e) : List.of(1L, (long) e);
        if (!output.shape().equals(expected)) {
            throw new InvalidNetworkException("output '%s' of %s came out as %s for a text of %d tokens, expected %s"
                    .formatted(tower.output(), network.name(), output.shape(), length, expected));
        }
        double[] sum = new double[e];
        int rows = tower.pooling() == Pooling.MEAN ? tokens : 1;
        for (int i = 0; i < rows * e; i++) {
            sum[i % e] += output.values()[i];
        }
        for (int t = 0; t < e; t++) {
            sum[t] /= rows;
        }
        return sum;
    }

    /** A vector divided by its norm. */
    static double[] unit(double[] vector, String text) {
        double square = 0;
        for (double value : vector) {
            square += value * value;
        }
        double norm = Math.sqrt(square);
        if (!(norm > 0) || Double.isInfinite(norm)) {
            throw new IllegalArgumentException("the embedding of '%s' has length %s; a text embedding has a direction"
                    .formatted(shown(text), norm));
        }
        double[] unit = new double[vector.length];
        for (int t = 0; t < unit.length; t++) {
            unit[t] = vector[t] / norm;
        }
        return unit;
    }

    private static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "..";
    }

    @Override
    public void close() {
        network.close();
        tokenizer.close();
    }
}
