// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.RunOptions;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.github.stray.graph.gradient.TensorFacts;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A loaded network. Safe for concurrent use; closing waits for the calls that are running, and later calls fail.
 * No custom operators are loaded, so a network runs no code of its own.
 */
public final class OnnxNetwork implements AutoCloseable {
    private static final List<String> FLOATS = List.of("FLOAT", "FLOAT16");
    private static final int MAX_FIXED_BATCH = 4096;

    /** How ONNX Runtime says that there is no memory. */
    private static final List<String> NO_MEMORY = List.of("bad_alloc", "Failed to allocate memory");

    /** Integers that may be sizes, axes, bounds of a slice, or indices. */
    private static final int FEW = 4096;

    private final String name;
    private final InferenceOptions options;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final List<TensorSignature> inputs;
    private final List<TensorSignature> outputs;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    private OnnxNetwork(
            OrtEnvironment environment, String name, InferenceOptions options, NetworkSource.Loading loading)
            throws InvalidNetworkException {
        this.name = name;
        this.options = options;
        this.environment = environment;
        try (SessionOptions settings = new SessionOptions()) {
            settings.setIntraOpNumThreads(options.threads());
            settings.setInterOpNumThreads(1);
            if (!options.optimised()) {
                settings.setOptimizationLevel(OptLevel.NO_OPT);
                // What a network takes is given back at once where it fails for taking too much.
                settings.setCPUArenaAllocator(false);
                settings.setMemoryPatternOptimization(false);
            }
            // Spinning threads take the processor from the decoders, and on shared machines from everyone.
            settings.addConfigEntry("session.intra_op.allow_spinning", "0");
            // What goes wrong is told by exceptions; ONNX Runtime would also write it to standard error.
            settings.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            if (options.provider() == Provider.CUDA) {
                useCuda(settings);
            }
            this.session = loading.load(environment, settings);
        } catch (OrtException e) {
            if (options.provider() == Provider.CUDA
                    && String.valueOf(e.getMessage()).contains("CUDA")) {
                throw InferenceUnavailableException.notUsable(options.provider(), e);
            }
            throw new InvalidNetworkException(explain(name, e), e);
        }
        try {
            this.inputs = signatures(session.getInputInfo());
            this.outputs = signatures(session.getOutputInfo());
        } catch (OrtException e) {
            closeSession();
            throw new InvalidNetworkException(explain(name, e), e);
        }
    }

    private static void useCuda(SessionOptions options) throws OrtException {
        EnumSet<OrtProvider> available = OrtEnvironment.getAvailableProviders();
        if (!available.contains(OrtProvider.CUDA)) {
            throw InferenceUnavailableException.notBuiltFor(Provider.CUDA, available);
        }
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(0)) {
            cuda.add("use_tf32", "0");
            cuda.add("cudnn_conv_algo_search", "HEURISTIC");
            options.setDeterministicCompute(true);
            options.addCUDA(cuda);
        } catch (OrtException | LinkageError e) {
            throw InferenceUnavailableException.notUsable(Provider.CUDA, e);
        }
    }

    /**
     * Version of ONNX Runtime.
     *
     * @return such as {@code 1.29.0}
     * @throws InferenceUnavailableException if it cannot be loaded
     */
    public static String runtimeVersion() {
        return environment().getVersion();
    }

    /**
     * Loads a network.
     *
     * @param source where it comes from, and the outputs it shall have
     * @param options how it is run
     * @return the network, to be closed
     * @throws IOException if its file does not exist, is no network that can be run, or is not understood as far as an
     *     expression needs it
     * @throws InferenceUnavailableException if ONNX Runtime cannot be loaded, or has not this provider
     */
    public static OnnxNetwork load(NetworkSource source, InferenceOptions options) throws IOException {
        OrtEnvironment environment = environment();
        try (Arena arena = Arena.ofConfined()) {
            return new OnnxNetwork(environment, source.name(), options, source.loading(arena));
        }
    }

    private static OrtEnvironment environment() {
        try {
            return OnnxEnvironment.get();
        } catch (LinkageError | IllegalStateException e) {
            throw new InferenceUnavailableException(e);
        }
    }

    private static String explain(String name, OrtException e) {
        if (String.valueOf(e.getMessage()).contains("External data")) {
            return "%s keeps weights in another file, which must lie beside it and be listed in its card: %s"
                    .formatted(name, e.getMessage());
        }
        return switch (e.getCode()) {
            case ORT_INVALID_PROTOBUF -> name + " is damaged, truncated or no ONNX network: " + e.getMessage();
            case ORT_NOT_IMPLEMENTED -> name + " uses an operator that ONNX Runtime does not have: " + e.getMessage();
            default -> name + " cannot be run as a network: " + e.getMessage();
        };
    }

    private static List<TensorSignature> signatures(Map<String, NodeInfo> nodes) {
        return nodes.values().stream()
                .map(node -> node.getInfo() instanceof TensorInfo tensor
                        ? new TensorSignature(
                                node.getName(),
                                tensor.type.name(),
                                Arrays.stream(tensor.getShape()).boxed().toList(),
                                List.of(tensor.getDimensionNames()))
                        : new TensorSignature(node.getName(), "NONE", List.of(), List.of()))
                .toList();
    }

    /** {@return path or resource name, for messages} */
    public String name() {
        return name;
    }

    /** {@return threads of one call, at least 1} */
    public int threads() {
        return options.threads();
    }

    /** {@return what the network takes, in the order of the graph} */
    public List<TensorSignature> inputs() {
        return inputs;
    }

    /** {@return what the network gives, in the order of the graph} */
    public List<TensorSignature> outputs() {
        return outputs;
    }

    /**
     * Checks that the network takes images and nothing else, and says how many at once.
     *
     * @param input how it takes images
     * @param width width of the images in pixels
     * @param height height of the images in pixels
     * @return the batch size the network insists on, or its input; empty where it is free
     * @throws InvalidNetworkException if its inputs are others, or the batch size cannot be served
     */
    public Optional<Integer> fixedBatch(NetworkInput input, int width, int height) throws InvalidNetworkException {
        TensorSignature image = input(input.tensor());
        if (inputs.size() > 1) {
            throw new InvalidNetworkException(
                    "%s needs %d inputs, expected one image input: %s".formatted(name, inputs.size(), list(inputs)));
        }
        List<Integer> sizes = input.sizes(width, height);
        if (!FLOATS.contains(image.type())
                || image.shape().size() != 4
                || IntStream.range(0, 3).anyMatch(i -> TensorSignature.differs(image.size(i + 1), sizes.get(i)))) {
            throw new InvalidNetworkException("input of %s is %s, expected FLOAT [n, %d, %d, %d]"
                    .formatted(name, image, sizes.get(0), sizes.get(1), sizes.get(2)));
        }
        if (input.batch().isPresent()) {
            if (TensorSignature.differs(image.size(0), input.batch().get())) {
                throw new InvalidNetworkException(
                        "%s takes batches of %d images only, and its features are right in batches of %d only"
                                .formatted(name, image.size(0), input.batch().get()));
            }
            return input.batch();
        }
        if (image.size(0) < 0) {
            return Optional.empty();
        }
        if (image.size(0) == 0 || image.size(0) > MAX_FIXED_BATCH) {
            throw new InvalidNetworkException("%s takes batches of %d images only, expected a free size or 1 to %d"
                    .formatted(name, image.size(0), MAX_FIXED_BATCH));
        }
        return Optional.of((int) image.size(0));
    }

    static String list(List<TensorSignature> tensors) {
        return tensors.stream().map(TensorSignature::toString).collect(Collectors.joining(", "));
    }

    /**
     * Values of one output.
     *
     * @param shape sizes
     * @param values row-major, as float32
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Output(List<Long> shape, float[] values) {}

    /**
     * Runs the network.
     *
     * @param values input name to what it is given
     * @param wanted names of the output tensors, each once
     * @return output name to values
     * @throws InvalidNetworkException if the network lacks an input, takes values of another type, or cannot be run on this
     * @throws IllegalStateException if the network was closed
     */
    public Map<String, Output> run(Map<String, InputTensor> values, List<String> wanted)
            throws InvalidNetworkException {
        return call(values, wanted, (given, result) -> {
            var read = new HashMap<String, Output>();
            for (Map.Entry<String, OnnxValue> entry : result) {
                read.put(entry.getKey(), output(entry.getKey(), entry.getValue()));
            }
            return read;
        });
    }

    /**
     * Runs the network for what it tells of its tensors rather than for their values.
     *
     * @param values input name to what it is given
     * @return for every input and output its type and sizes, and the values of integer outputs of at most {@value #FEW} numbers
     * @throws InvalidNetworkException if the network cannot be run on this
     * @throws IllegalStateException if the network was closed
     */
    public TensorFacts facts(Map<String, InputTensor> values) throws InvalidNetworkException {
        List<String> all = outputs.stream().map(TensorSignature::name).toList();
        return call(values, all, (given, result) -> {
            var facts = new HashMap<String, TensorFacts.Fact>();
            given.forEach((input, tensor) -> facts.put(input, fact(tensor)));
            for (Map.Entry<String, OnnxValue> entry : result) {
                if (entry.getValue() instanceof OnnxTensor output) {
                    facts.put(entry.getKey(), fact(output));
                }
            }
            return new TensorFacts(facts);
        });
    }

    private static TensorFacts.Fact fact(OnnxTensor tensor) {
        TensorInfo info = tensor.getInfo();
        List<Long> sizes = Arrays.stream(info.getShape()).boxed().toList();
        boolean few = sizes.stream().reduce(1L, (a, b) -> a * b) <= FEW;
        List<Long> integers = List.of();
        if (few && info.type == OnnxJavaType.INT64) {
            LongBuffer numbers = tensor.getLongBuffer();
            integers = Stream.generate(numbers::get).limit(numbers.remaining()).toList();
        } else if (few && info.type == OnnxJavaType.INT32) {
            IntBuffer numbers = tensor.getIntBuffer();
            integers = Stream.generate(() -> (long) numbers.get())
                    .limit(numbers.remaining())
                    .toList();
        }
        return new TensorFacts.Fact(info.type.name(), sizes, integers);
    }

    private TensorSignature input(String input) throws InvalidNetworkException {
        return inputs.stream()
                .filter(candidate -> candidate.name().equals(input))
                .findFirst()
                .orElseThrow(() -> new InvalidNetworkException(
                        "%s has no input '%s'; it has %s".formatted(name, input, list(inputs))));
    }

    /** Takes what is needed out of a result before it is freed. */
    private interface Reader<T> {
        T read(Map<String, OnnxTensor> given, OrtSession.Result result) throws OrtException, InvalidNetworkException;
    }

    private <T> T call(Map<String, InputTensor> values, List<String> wanted, Reader<T> reader)
            throws InvalidNetworkException {
        lock.readLock().lock();
        var tensors = new LinkedHashMap<String, OnnxTensor>();
        try (Arena arena = Arena.ofConfined()) {
            if (closed) {
                throw new IllegalStateException("the network " + name + " was closed");
            }
            for (Map.Entry<String, InputTensor> value : values.entrySet()) {
                tensors.put(value.getKey(), tensor(value.getKey(), value.getValue(), arena));
            }
            return run(tensors, wanted, reader, shapes(values));
        } catch (OrtException e) {
            String message = String.valueOf(e.getMessage());
            throw new InvalidNetworkException(
                    "%s %s on input %s: %s"
                            .formatted(
                                    name,
                                    NO_MEMORY.stream().anyMatch(message::contains)
                                            ? "asks for more memory than there is"
                                            : "failed",
                                    shapes(values),
                                    message),
                    e);
        } finally {
            tensors.values().forEach(OnnxTensor::close);
            lock.readLock().unlock();
        }
    }

    private static String shapes(Map<String, InputTensor> values) {
        return values.values().stream()
                .map(value -> Arrays.toString(value.shape()))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private <T> T run(Map<String, OnnxTensor> tensors, List<String> wanted, Reader<T> reader, String shapes)
            throws OrtException, InvalidNetworkException {
        long batch = tensors.values().stream()
                .mapToLong(tensor -> tensor.getInfo().getShape().length > 0
                        ? tensor.getInfo().getShape()[0]
                        : 1)
                .max()
                .orElse(1);
        try (RunOptions settings = new RunOptions();
                RunLimit limit = RunLimit.of(settings, batch)) {
            try (OrtSession.Result result = session.run(tensors, new LinkedHashSet<>(wanted), settings)) {
                return reader.read(tensors, result);
            } catch (OrtException e) {
                if (limit.reached()) {
                    throw new InvalidNetworkException(
                            "%s did not finish within %d s on input %s: it loops without end, or is too much for this machine (-D%s=SECONDS for a run and for each image gives it longer)"
                                    .formatted(name, limit.seconds(), shapes, RunLimit.PROPERTY),
                            e);
                }
                throw e;
            }
        }
    }

    private OnnxTensor tensor(String input, InputTensor value, Arena arena)
            throws OrtException, InvalidNetworkException {
        return switch (value) {
            case InputTensor.Floats(FloatBuffer numbers, long[] shape) -> floats(input, numbers, shape, arena);
            case InputTensor.ChannelsLast(FloatBuffer planes, long[] shape) -> {
                int plane = Math.toIntExact(shape[2] * shape[3]);
                long[] turned = {shape[0], shape[2], shape[3], 3};
                yield floats(input, interleaved(planes, Math.toIntExact(shape[0]), plane, arena), turned, arena);
            }
            case InputTensor.Integers(long[] numbers, long[] shape) ->
                switch (input(input).type()) {
                    case "INT64" -> OnnxTensor.createTensor(environment, LongBuffer.wrap(numbers), shape);
                    case "INT32" -> {
                        int[] narrow = Arrays.stream(numbers)
                                .mapToInt(Math::toIntExact)
                                .toArray();
                        yield OnnxTensor.createTensor(environment, IntBuffer.wrap(narrow), shape);
                    }
                    default ->
                        throw new InvalidNetworkException(
                                "input of %s is %s, expected INT64 or INT32".formatted(name, input(input)));
                };
        };
    }

    private OnnxTensor floats(String input, FloatBuffer numbers, long[] shape, Arena arena)
            throws OrtException, InvalidNetworkException {
        if (!input(input).type().equals("FLOAT16")) {
            return OnnxTensor.createTensor(environment, numbers, shape);
        }
        ShortBuffer halves = arena.allocate(ValueLayout.JAVA_SHORT, numbers.remaining())
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asShortBuffer();
        for (int i = 0; i < halves.limit(); i++) {
            halves.put(i, Float.floatToFloat16(numbers.get(i)));
        }
        return OnnxTensor.createTensor(environment, halves, shape, OnnxJavaType.FLOAT16);
    }

    private static FloatBuffer interleaved(FloatBuffer planes, int images, int plane, Arena arena) {
        FloatBuffer pixels = arena.allocate(ValueLayout.JAVA_FLOAT, 3L * images * plane)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        float[] from = new float[3 * plane];
        float[] to = new float[3 * plane];
        for (int image = 0; image < images; image++) {
            planes.get(image * from.length, from);
            for (int i = 0; i < from.length; i++) {
                to[i % plane * 3 + i / plane] = from[i];
            }
            pixels.put(image * to.length, to);
        }
        return pixels;
    }

    private Output output(String tensorName, OnnxValue value) throws InvalidNetworkException {
        if (value instanceof OnnxTensor tensor) {
            FloatBuffer floats = tensor.getFloatBuffer();
            if (floats != null) {
                return new Output(
                        Arrays.stream(tensor.getInfo().getShape()).boxed().toList(), values(floats));
            }
        }
        throw new InvalidNetworkException(
                "output %s of %s is %s, expected a floating point tensor".formatted(tensorName, name, value.getInfo()));
    }

    /** The values in an array, which of float32 ONNX Runtime has made already and nobody else holds. */
    private static float[] values(FloatBuffer floats) {
        if (floats.hasArray()) {
            return floats.array();
        }
        float[] values = new float[floats.remaining()];
        floats.get(values);
        return values;
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                closeSession();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void closeSession() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("the network " + name + " could not be closed", e);
        }
    }
}
