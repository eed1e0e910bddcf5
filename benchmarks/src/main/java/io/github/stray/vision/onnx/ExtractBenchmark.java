// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import com.sun.management.OperatingSystemMXBean;
import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureSink;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.internal.linalg.FmaPeak;
import io.github.stray.provenance.Provenance;
import io.github.stray.store.FeatureFileWriter;
import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.dataset.ImageInput;
import io.github.stray.vision.dataset.Selection;
import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.model.StoredModel;
import io.github.stray.vision.preprocess.Preprocessing;
import java.io.IOException;
import java.lang.management.ManagementFactory;
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
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * A whole extraction, from a folder of JPEGs to a file of features, against its parts, each measured alone on all
 * processors: decoding, resizing with normalisation, and inference at its best batch and number of threads. Parts are
 * measured before and after each extraction, and the mean of both counts.
 *
 * <pre>
 * tools/bench/java.sh io.github.stray.vision.onnx.ExtractBenchmark ~/.cache/stray stray-mini photos 500 5 features.safetensors 8
 * tools/bench/extract.sh     # with networks that it makes, and writes benchmarks/results/extract.txt
 * </pre>
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

    /** Seconds an image on all processors, and seconds of processor time, which other work on the machine does not add to. */
    private record Cost(double seconds, double processor) {
        Cost and(Cost other) {
            return new Cost(seconds + other.seconds, processor + other.processor);
        }

        double rate() {
            return 1 / seconds;
        }
    }

    private record Parts(Cost decode, Cost resize, Cost infer) {
        Cost sum() {
            return decode.and(resize).and(infer);
        }
    }

    /** One turn of a worker; gives the number of images. */
    private interface Turn {
        int run(int worker, int turn) throws IOException;
    }

    private ExtractBenchmark(Path home, String name, Path folder, int images, Path output) throws IOException {
        this.model = ModelStore.at(home).find(name);
        this.preprocessing = model.card().preprocessing();
        this.extractor = model.open();
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
        double[][] processor = new double[batches.size()][rounds];
        say("best: %s. Images a second on %d processors, and ms of processor time an image:", best, PROCESSORS);
        Parts before = parts(best);
        for (int round = 0; round < rounds; round++) {
            for (int b = 0; b < batches.size(); b++) {
                Cost whole = extract(batches.get(b));
                Parts after = parts(best);
                Cost sum = before.sum().and(after.sum());
                shares[b][round] = sum.seconds / 2 / whole.seconds;
                processor[b][round] = sum.processor / 2 / whole.processor;
                say(
                        "decode %6.0f (%5.2f)  resize %6.0f (%5.2f)  infer %6.1f (%6.2f)  extract, batch %2d: %6.1f (%6.2f)  share %5.1f %% (%5.1f %%)  FMA peak %3.0f GFLOP/s",
                        after.decode.rate(),
                        1000 * after.decode.processor,
                        after.resize.rate(),
                        1000 * after.resize.processor,
                        after.infer.rate(),
                        1000 * after.infer.processor,
                        batches.get(b),
                        whole.rate(),
                        1000 * whole.processor,
                        100 * shares[b][round],
                        100 * processor[b][round],
                        FmaPeak.gigaflops());
                before = after;
            }
        }
        for (int b = 0; b < batches.size(); b++) {
            Arrays.sort(shares[b]);
            Arrays.sort(processor[b]);
            say(
                    "%s, batch %d: median %.1f %% of 1 / (t_decode + t_resize + t_infer), %.1f to %.1f; by processor time %.1f %%",
                    model.name(),
                    batches.get(b),
                    100 * median(shares[b]),
                    100 * shares[b][0],
                    100 * shares[b][rounds - 1],
                    100 * median(processor[b]));
        }
    }

    private static double median(double[] sorted) {
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
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
                infer(way);
                Cost cost = infer(way);
                line.append(String.format(
                        Locale.ROOT, "  batch %d: %.1f (%.2f ms)", batch, cost.rate(), 1000 * cost.processor));
                if (cost.rate() > most) {
                    most = cost.rate();
                    best = way;
                }
            }
            say("inference alone, %d x %d threads, images/s:%s", PROCESSORS / threads, threads, line);
        }
        return best;
    }

    private Parts parts(Way way) throws Exception {
        Cost decode = cost(PROCESSORS, (worker, turn) -> {
            ImageDecoder.decode(files.get((turn * PROCESSORS + worker) % files.size()));
            return 1;
        });
        FloatBuffer[] targets = new FloatBuffer[PROCESSORS];
        Arrays.setAll(targets, worker -> buffer(1));
        Cost resize = cost(PROCESSORS, (worker, turn) -> {
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

    private Cost infer(Way way) throws Exception {
        ExtractorCard card = model.card();
        List<String> tensors = List.of(card.layers().values().iterator().next().tensor());
        OnnxNetwork network = networks.get(way.threads);
        if (network == null) {
            network = OnnxNetwork.load(
                    model.network().withOutputs(tensors), new InferenceOptions(way.threads, Provider.CPU));
            networks.put(way.threads, network);
        }
        OnnxNetwork open = network;
        FloatBuffer input = buffer(way.batch);
        for (int i = 0; i < way.batch; i++) {
            Pixels image = decoded.get(i % decoded.size());
            preprocessing.tensor(preprocessing.resized(image), input, i * preprocessing.length());
        }
        long[] shape = {way.batch, 3, preprocessing.height(), preprocessing.width()};
        return cost(way.calls, (worker, ignored) -> {
            open.run(Map.of(card.input().tensor(), new InputTensor.Floats(input.duplicate(), shape)), tensors);
            return way.batch;
        });
    }

    /** Each worker takes turns until the time is over, and counts until the end of its last. */
    private static Cost cost(int workers, Turn turn) throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(workers)) {
            var rates = new ArrayList<Future<Double>>();
            var images = new LongAdder();
            long busy = processorNanos();
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
                    images.add(done);
                    return done / seconds;
                }));
            }
            double sum = 0;
            for (Future<Double> rate : rates) {
                sum += rate.get();
            }
            return new Cost(1 / sum, (processorNanos() - busy) / 1e9 / images.sum());
        } catch (ExecutionException e) {
            throw new IllegalStateException("a part of the work failed", e.getCause());
        }
    }

    private static long processorNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** As {@code stray extract} does it, from listing the folder to the file in its place; the network is open by then. */
    private Cost extract(int batch) throws IOException {
        Layer layer = extractor.layers().keySet().iterator().next();
        FeatureSpace space = extractor.layers().get(layer);
        long start = System.nanoTime();
        long busy = processorNanos();
        DatasetSource source =
                ImageInput.of(folder.toString(), new Selection(OptionalInt.of(images), OptionalInt.empty(), 1));
        Map<Layer, FeatureSpace> spaces = Map.of(layer, space);
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
        double count = 1e9 * source.size();
        return new Cost((System.nanoTime() - start) / count, (processorNanos() - busy) / count);
    }
}
