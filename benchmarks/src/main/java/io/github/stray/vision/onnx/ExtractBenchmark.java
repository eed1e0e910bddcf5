// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureSink;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.internal.linalg.FmaPeak;
import io.github.stray.provenance.Provenance;
import io.github.stray.store.FeatureFileWriter;
import io.github.stray.vision.dataset.ImageInput;
import io.github.stray.vision.dataset.Selection;
import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.model.ExtractorCard;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.model.StoredModel;
import io.github.stray.vision.preprocess.Preprocessing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * A whole extraction, from a folder of JPEGs to a file of features, against its parts, each measured alone on all
 * processors: decoding, resizing with normalisation, and inference at its best batch and number of threads. Parts are
 * measured before and after each extraction, and the mean of both counts. {@code tools/bench/extract.sh} runs it and writes
 * {@code benchmarks/results/extract.txt}.
 */
public final class ExtractBenchmark {
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final int DECODED = 96;
    private static final double PART_SECONDS = 1.5;

    private final Path folder;
    private final int images;
    private final Path output;
    private final StoredModel model;
    private final Preprocessing preprocessing;
    private final Map<Integer, OnnxNetwork> networks = new HashMap<>();
    private final OnnxExtractor extractor;
    private final List<byte[]> files = new ArrayList<>();
    private final List<Pixels> decoded = new ArrayList<>();

    /** How inference is run: calls side by side, threads of each, images of each. */
    private record Way(int calls, int threads, int batch) {
        @Override
        public String toString() {
            return "%d x %d thread%s, batch %d".formatted(calls, threads, threads == 1 ? "" : "s", batch);
        }
    }

    /** Images a second on all processors. */
    private record Parts(double decode, double resize, double infer) {
        /** Seconds an image. */
        double sum() {
            return 1 / decode + 1 / resize + 1 / infer;
        }

        static Parts between(Parts one, Parts other) {
            return new Parts(
                    (one.decode + other.decode) / 2, (one.resize + other.resize) / 2, (one.infer + other.infer) / 2);
        }
    }

    /** One turn of a worker; gives the number of images. */
    private interface Turn {
        int run(int worker, int turn) throws IOException;
    }

    private ExtractBenchmark(Path home, String name, Path folder, int images, Path output) throws IOException {
        ModelStore store = ModelStore.at(home);
        this.model = store.show(name);
        this.preprocessing = model.card().preprocessing();
        this.extractor = store.open(name, 1);
        this.folder = folder;
        this.images = images;
        this.output = output;
        try (Stream<Path> listed = Files.list(folder)) {
            for (Path file : listed.sorted().toList()) {
                files.add(Files.readAllBytes(file));
            }
        }
        for (byte[] file : files.subList(0, Math.min(DECODED, files.size()))) {
            decoded.add(ImageDecoder.decode(file));
        }
    }

    /**
     * Measures one network.
     *
     * @param args home of the models; name of the model; folder of JPEGs; images of an extraction; rounds; file of features
     *     to write; batches of the extraction, separated by commas
     * @throws Exception if something cannot be read or run
     */
    public static void main(String[] args) throws Exception {
        new ExtractBenchmark(Path.of(args[0]), args[1], Path.of(args[2]), Integer.parseInt(args[3]), Path.of(args[5]))
                .measure(
                        Integer.parseInt(args[4]),
                        Arrays.stream(args[6].split(",", -1))
                                .map(Integer::valueOf)
                                .toList());
    }

    private void measure(int rounds, List<Integer> batches) throws Exception {
        say("%s: JPEG decoder %s", model.name(), ImageDecoder.jpegDecoder());
        Way best = bestWay();
        for (int i = 0; i < 3; i++) {
            parts(best);
        }
        for (int batch : batches) {
            extract(batch);
        }
        double[][] shares = new double[batches.size()][rounds];
        say("best: %s. Images a second on %d processors:", best, PROCESSORS);
        Parts before = parts(best);
        for (int round = 0; round < rounds; round++) {
            for (int b = 0; b < batches.size(); b++) {
                double rate = extract(batches.get(b));
                Parts after = parts(best);
                Parts mean = Parts.between(before, after);
                before = after;
                shares[b][round] = rate * mean.sum();
                say(
                        "decode %6.0f  resize %6.0f  infer %7.1f  all in turn %7.1f  extract, batch %2d: %7.1f  share %5.1f %%  FMA peak %3.0f GFLOP/s",
                        mean.decode,
                        mean.resize,
                        mean.infer,
                        1 / mean.sum(),
                        batches.get(b),
                        rate,
                        100 * shares[b][round],
                        FmaPeak.gigaflops());
            }
        }
        for (int b = 0; b < batches.size(); b++) {
            Arrays.sort(shares[b]);
            say(
                    "%s, batch %d: median %.1f %% of 1 / (t_decode + t_resize + t_infer), %.1f to %.1f",
                    model.name(),
                    batches.get(b),
                    100 * (shares[b][(rounds - 1) / 2] + shares[b][rounds / 2]) / 2,
                    100 * shares[b][0],
                    100 * shares[b][rounds - 1]);
        }
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }

    private Way bestWay() throws Exception {
        Way best = new Way(1, 1, 1);
        double most = 0;
        for (int threads : PROCESSORS == 1 ? new int[] {1} : new int[] {1, PROCESSORS}) {
            StringBuilder line = new StringBuilder();
            for (int batch : List.of(1, 4, 8, 16, 32)) {
                Way way = new Way(PROCESSORS / threads, threads, batch);
                double rate = infer(way);
                line.append(String.format(Locale.ROOT, "  batch %d: %.1f", batch, rate));
                if (rate > most) {
                    most = rate;
                    best = way;
                }
            }
            say("inference alone, %d x %d threads, images/s:%s", PROCESSORS / threads, threads, line);
        }
        return best;
    }

    private Parts parts(Way way) throws Exception {
        double decode = rate(PROCESSORS, (worker, turn) -> {
            ImageDecoder.decode(files.get((turn * PROCESSORS + worker) % files.size()));
            return 1;
        });
        FloatBuffer[] targets = new FloatBuffer[PROCESSORS];
        Arrays.setAll(targets, worker -> buffer(1));
        double resize = rate(PROCESSORS, (worker, turn) -> {
            Pixels image = decoded.get((turn * PROCESSORS + worker) % decoded.size());
            preprocessing.tensor(preprocessing.resized(image), targets[worker], 0);
            return 1;
        });
        return new Parts(decode, resize, infer(way));
    }

    private FloatBuffer buffer(int batch) {
        return ByteBuffer.allocateDirect(batch * preprocessing.length() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private double infer(Way way) throws Exception {
        ExtractorCard card = model.card();
        List<String> tensors = List.of(card.layers().values().iterator().next().tensor());
        OnnxNetwork network = networks.get(way.threads);
        if (network == null) {
            Path file = model.folder().orElseThrow().resolve(card.network());
            network = OnnxNetwork.load(file, file.toString(), way.threads, tensors);
            networks.put(way.threads, network);
        }
        OnnxNetwork open = network;
        FloatBuffer input = buffer(way.batch);
        for (int i = 0; i < way.batch; i++) {
            Pixels image = decoded.get(i % decoded.size());
            preprocessing.tensor(preprocessing.resized(image), input, i * preprocessing.length());
        }
        long[] shape = {way.batch, 3, preprocessing.height(), preprocessing.width()};
        return rate(way.calls, (worker, ignored) -> {
            open.run(card.input(), input.duplicate(), shape, tensors);
            return way.batch;
        });
    }

    /** Each worker takes turns until the time is over, and counts until the end of its last. */
    private static double rate(int workers, Turn turn) throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(workers)) {
            var rates = new ArrayList<Future<Double>>();
            for (int w = 0; w < workers; w++) {
                int worker = w;
                rates.add(pool.submit(() -> {
                    long start = System.nanoTime();
                    long done = 0;
                    double seconds;
                    int turns = 0;
                    do {
                        done += turn.run(worker, turns++);
                        seconds = (System.nanoTime() - start) / 1e9;
                    } while (seconds < PART_SECONDS);
                    return done / seconds;
                }));
            }
            double sum = 0;
            for (Future<Double> rate : rates) {
                sum += rate.get();
            }
            return sum;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a part of the work failed", e.getCause());
        }
    }

    /** As {@code stray extract} does it, from listing the folder to the file in its place; the network is open by then. */
    private double extract(int batch) throws IOException {
        String layer = extractor.layers().keySet().iterator().next();
        FeatureSpace space = extractor.layers().get(layer);
        long start = System.nanoTime();
        DatasetSource source =
                ImageInput.of(folder.toString(), new Selection(OptionalInt.of(images), OptionalInt.empty(), 1));
        Map<String, FeatureSpace> spaces = Map.of(layer, space);
        try (FeatureFileWriter writer = FeatureFileWriter.create(
                output, spaces, source.classNames(), source.name(), Provenance.now(Map.of()))) {
            extractor.extract(source, new ExtractionOptions(List.of(layer), batch, PROCESSORS), new FeatureSink() {
                @Override
                public void accept(FeatureBatch features) throws IOException {
                    writer.accept(features);
                }

                @Override
                public void failed(FailedSample sample) throws IOException {
                    throw new IOException(sample.id() + ": " + sample.reason());
                }
            });
            writer.commit();
        }
        return source.size() / ((System.nanoTime() - start) / 1e9);
    }
}
