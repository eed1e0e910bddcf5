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
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.github.stray.graph.OnnxGraph;
import io.github.stray.graph.UnreadableGraphException;
import io.github.stray.graph.gradient.TensorFacts;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A loaded network. Safe for concurrent use; closing waits for the calls that are running, and later calls fail.
 * No custom operators are loaded, so a network runs no code of its own.
 */
public final class OnnxNetwork implements AutoCloseable {
    private static final int MAX_FIXED_BATCH = 4096;

    /** Integers that may be sizes, axes, bounds of a slice, or indices. */
    private static final int FEW = 4096;

    /** Where a network that comes from memory finds its external data. */
    private static final String EXTERNAL_DATA_FOLDER = "session.model_external_initializers_file_folder_path";

    private final String name;
    private final int threads;
    private final Provider provider;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final List<TensorSignature> inputs;
    private final List<TensorSignature> outputs;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    /** A call to ONNX Runtime. */
    private interface Loading {
        OrtSession load(OrtEnvironment environment, SessionOptions options) throws OrtException;
    }

    private OnnxNetwork(String name, int threads, Provider provider, Loading loading) throws InvalidNetworkException {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, was " + threads);
        }
        this.name = name;
        this.threads = threads;
        this.provider = provider;
        this.environment = environment();
        try (SessionOptions options = new SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            // Spinning threads take the processor from the decoders, and on shared machines from everyone.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            // What goes wrong is told by exceptions; ONNX Runtime would also write it to standard error.
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            if (provider == Provider.CUDA) {
                useCuda(options);
            }
            this.session = loading.load(environment, options);
        } catch (OrtException e) {
            if (provider == Provider.CUDA && String.valueOf(e.getMessage()).contains("CUDA")) {
                throw InferenceUnavailableException.notUsable(provider, e);
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
     * Loads a network from a file; external data is looked for beside it.
     *
     * @param file the {@code .onnx} file
     * @param name for messages
     * @param threads threads of one call, at least 1
     * @param provider what it runs on
     * @return the network
     * @throws IOException if the file does not exist or is no network that can be run
     * @throws InferenceUnavailableException if ONNX Runtime cannot be loaded, or has not this provider
     */
    public static OnnxNetwork load(Path file, String name, int threads, Provider provider) throws IOException {
        requireFile(file, name);
        return new OnnxNetwork(
                name,
                threads,
                provider,
                (environment, options) ->
                        environment.createSession(file.toAbsolutePath().toString(), options));
    }

    /**
     * Loads a network from a file, to run on the processor.
     *
     * @param file the {@code .onnx} file
     * @param name for messages
     * @param threads threads of one call, at least 1
     * @return the network
     * @throws IOException if the file does not exist or is no network that can be run
     */
    public static OnnxNetwork load(Path file, String name, int threads) throws IOException {
        return load(file, name, threads, Provider.CPU);
    }

    /**
     * Loads a network from a file with further outputs, to run on the processor.
     *
     * @param file the {@code .onnx} file
     * @param name for messages
     * @param threads threads of one call, at least 1
     * @param tensors outputs, hidden tensors and expressions
     * @return the network
     * @throws IOException if the file does not exist, is no network that can be run, or is not understood
     */
    public static OnnxNetwork load(Path file, String name, int threads, Collection<String> tensors) throws IOException {
        return load(file, name, threads, tensors, Provider.CPU);
    }

    /**
     * Loads a network from memory, to run on the processor.
     *
     * @param bytes all of the {@code .onnx} file, without external data
     * @param name for messages
     * @param threads threads of one call, at least 1
     * @return the network
     * @throws InvalidNetworkException if this is no network that can be run
     */
    public static OnnxNetwork load(byte[] bytes, String name, int threads) throws InvalidNetworkException {
        return load(bytes, name, threads, Provider.CPU);
    }

    private static void requireFile(Path file, String name) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(name, null, "no such network file");
        }
        if (Files.size(file) == 0) {
            throw new InvalidNetworkException(name + " is empty");
        }
    }

    /**
     * Loads a network from a file so that it also has outputs that the file does not offer: hidden tensors by their names,
     * and the expressions of {@link OnnxGraph}. The graph is extended in memory; the file and its external data stay as
     * they are. Names that are no tensors are left to whoever asks for them. Where the network has inputs that none of the
     * tensors needs, such as the texts of a CLIP in one file, only the part in front of the tensors is loaded.
     *
     * @param file the {@code .onnx} file
     * @param name for messages
     * @param threads threads of one call, at least 1
     * @param tensors outputs, hidden tensors and expressions
     * @param provider what it runs on
     * @return the network
     * @throws IOException if the file does not exist, is no network that can be run, or is not understood as far as an
     *     expression needs it
     * @throws InferenceUnavailableException if ONNX Runtime cannot be loaded, or has not this provider
     */
    public static OnnxNetwork load(Path file, String name, int threads, Collection<String> tensors, Provider provider)
            throws IOException {
        requireFile(file, name);
        OnnxGraph graph = graph(file, name);
        List<String> needed = graph.inputs().size() > 1 ? graph.inputs(tensors) : graph.inputs();
        if (!needed.isEmpty() && needed.size() < graph.inputs().size()) {
            return loadPart(file, name, threads, graph, tensors, provider);
        }
        byte[] addition = graph.expose(tensors);
        return addition.length == 0
                ? load(file, name, threads, provider)
                : loadExtended(file, name, threads, addition, provider);
    }

    private static OnnxGraph graph(Path file, String name) throws IOException {
        try {
            return OnnxGraph.read(file, name);
        } catch (UnreadableGraphException e) {
            throw new InvalidNetworkException(String.valueOf(e.getMessage()), e);
        }
    }

    private static OnnxNetwork loadPart(
            Path file, String name, int threads, OnnxGraph graph, Collection<String> tensors, Provider provider)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return ofMemory(
                    file,
                    name,
                    threads,
                    graph.part(tensors, size -> arena.allocate(size).asByteBuffer()),
                    provider);
        }
    }

    private static OnnxNetwork loadExtended(Path file, String name, int threads, byte[] addition, Provider provider)
            throws IOException {
        long size = Files.size(file);
        if (size + addition.length > Integer.MAX_VALUE) {
            throw new InvalidNetworkException(
                    "%s has %d bytes and cannot be extended within the 2 GiB of an ONNX file; keep its weights in external data"
                            .formatted(name, size));
        }
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment whole = arena.allocate(size + addition.length);
            MemorySegment stored = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
            MemorySegment.copy(stored, 0, whole, 0, size);
            MemorySegment.copy(MemorySegment.ofArray(addition), 0, whole, size, addition.length);
            return ofMemory(file, name, threads, whole.asByteBuffer(), provider);
        }
    }

    private static OnnxNetwork ofMemory(Path file, String name, int threads, ByteBuffer bytes, Provider provider)
            throws InvalidNetworkException {
        Path folder = file.toAbsolutePath().getParent();
        return new OnnxNetwork(name, threads, provider, (environment, options) -> {
            options.addConfigEntry(EXTERNAL_DATA_FOLDER, String.valueOf(folder));
            return environment.createSession(bytes, options);
        });
    }

    /**
     * Loads a network from memory.
     *
     * @param bytes all of the {@code .onnx} file, without external data
     * @param name for messages
     * @param threads threads of one call, at least 1
     * @param provider what it runs on
     * @return the network
     * @throws InvalidNetworkException if this is no network that can be run
     * @throws InferenceUnavailableException if ONNX Runtime cannot be loaded, or has not this provider
     */
    public static OnnxNetwork load(byte[] bytes, String name, int threads, Provider provider)
            throws InvalidNetworkException {
        if (bytes.length == 0) {
            throw new InvalidNetworkException(name + " is empty");
        }
        return new OnnxNetwork(
                name, threads, provider, (environment, options) -> environment.createSession(bytes, options));
    }

    /**
     * Loads a network from memory with something put behind its bytes.
     *
     * @param bytes all of the {@code .onnx} file, without external data
     * @param name for messages
     * @param threads threads of one call, at least 1
     * @param addition what to add
     * @param provider where to run it
     * @return the network
     * @throws InvalidNetworkException if this is, with the addition, no network that can be run
     * @throws InferenceUnavailableException if ONNX Runtime cannot be loaded, or has not this provider
     */
    public static OnnxNetwork loadWith(byte[] bytes, String name, int threads, byte[] addition, Provider provider)
            throws InvalidNetworkException {
        byte[] whole = Arrays.copyOf(bytes, bytes.length + addition.length);
        System.arraycopy(addition, 0, whole, bytes.length, addition.length);
        return load(whole, name, threads, provider);
    }

    /**
     * Loads a network with something put behind its bytes, such as further nodes of its graph.
     *
     * @param file the {@code .onnx} file; external data is looked for beside it
     * @param name for messages
     * @param threads threads of one call, at least 1
     * @param addition what to add
     * @param provider where to run it
     * @return the network
     * @throws IOException if the file does not exist or is, with the addition, no network that can be run
     * @throws InferenceUnavailableException if ONNX Runtime cannot be loaded, or has not this provider
     */
    public static OnnxNetwork loadWith(Path file, String name, int threads, byte[] addition, Provider provider)
            throws IOException {
        requireFile(file, name);
        return loadExtended(file, name, threads, addition, provider);
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

    /**
     * Name of the file, for messages.
     *
     * @return path or resource name
     */
    public String name() {
        return name;
    }

    /**
     * Threads of one call.
     *
     * @return at least 1
     */
    public int threads() {
        return threads;
    }

    /**
     * What the network runs on.
     *
     * @return the provider
     */
    public Provider provider() {
        return provider;
    }

    /**
     * What the network takes.
     *
     * @return its inputs, in the order of the graph
     */
    public List<TensorSignature> inputs() {
        return inputs;
    }

    /**
     * What the network gives.
     *
     * @return its outputs, in the order of the graph
     */
    public List<TensorSignature> outputs() {
        return outputs;
    }

    /**
     * Checks that the network takes images and nothing else, and says how many at once.
     *
     * @param input name of its one input, float32 {@code [n, 3, height, width]}
     * @param width width of the images in pixels
     * @param height height of the images in pixels
     * @return the batch size the network insists on; empty where it is free
     * @throws InvalidNetworkException if its inputs are others, or the batch size cannot be served
     */
    public Optional<Integer> fixedBatch(String input, int width, int height) throws InvalidNetworkException {
        TensorSignature image = input(input);
        if (inputs.size() > 1) {
            throw new InvalidNetworkException(
                    "%s needs %d inputs, expected one image input: %s".formatted(name, inputs.size(), list(inputs)));
        }
        if (!image.type().equals("FLOAT")
                || image.shape().size() != 4
                || TensorSignature.differs(image.size(1), 3)
                || TensorSignature.differs(image.size(2), height)
                || TensorSignature.differs(image.size(3), width)) {
            throw new InvalidNetworkException(
                    "input of %s is %s, expected FLOAT [n, 3, %d, %d]".formatted(name, image, height, width));
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
     * Runs the network on one input.
     *
     * @param input name of the input tensor
     * @param values direct buffer in native order, from index 0; not copied
     * @param shape sizes of the input
     * @param wanted names of the output tensors, each once
     * @return output name to values
     * @throws InvalidNetworkException if the network cannot be run on this
     * @throws IllegalStateException if the network was closed
     */
    public Map<String, Output> run(String input, FloatBuffer values, long[] shape, List<String> wanted)
            throws InvalidNetworkException {
        return runOn(Map.of(input, () -> OnnxTensor.createTensor(environment, values, shape)), shape, wanted);
    }

    /**
     * Runs the network on whole numbers, such as the tokens of a text.
     *
     * @param values input name to values, row-major
     * @param shape sizes of every input
     * @param wanted names of the output tensors, each once
     * @return output name to values
     * @throws InvalidNetworkException if the network lacks an input, takes other types than INT64 and INT32, or cannot be
     *     run on this
     * @throws IllegalStateException if the network was closed
     */
    public Map<String, Output> run(Map<String, long[]> values, long[] shape, List<String> wanted)
            throws InvalidNetworkException {
        var tensors = new LinkedHashMap<String, TensorSource>();
        for (Map.Entry<String, long[]> entry : values.entrySet()) {
            long[] numbers = entry.getValue();
            switch (input(entry.getKey()).type()) {
                case "INT64" ->
                    tensors.put(
                            entry.getKey(),
                            () -> OnnxTensor.createTensor(environment, LongBuffer.wrap(numbers), shape));
                case "INT32" -> {
                    int[] narrow =
                            Arrays.stream(numbers).mapToInt(Math::toIntExact).toArray();
                    tensors.put(
                            entry.getKey(), () -> OnnxTensor.createTensor(environment, IntBuffer.wrap(narrow), shape));
                }
                default ->
                    throw new InvalidNetworkException(
                            "input of %s is %s, expected INT64 or INT32".formatted(name, input(entry.getKey())));
            }
        }
        return runOn(tensors, shape, wanted);
    }

    /**
     * Runs the network on several inputs of floating point numbers.
     *
     * @param values input name to direct buffers in native order, from index 0; not copied
     * @param shapes input name to sizes
     * @param wanted names of the output tensors, each once
     * @return output name to values
     * @throws InvalidNetworkException if the network cannot be run on this
     * @throws IllegalStateException if the network was closed
     */
    public Map<String, Output> run(Map<String, FloatBuffer> values, Map<String, long[]> shapes, List<String> wanted)
            throws InvalidNetworkException {
        var tensors = new LinkedHashMap<String, TensorSource>();
        values.forEach((input, numbers) -> tensors.put(
                input, () -> OnnxTensor.createTensor(environment, numbers, Objects.requireNonNull(shapes.get(input)))));
        return runOn(tensors, Objects.requireNonNull(shapes.values().iterator().next()), wanted);
    }

    /**
     * Runs the network for what it tells of its tensors rather than for their values.
     *
     * @param input name of the input tensor
     * @param values direct buffer in native order, from index 0; not copied
     * @param shape sizes of the input
     * @return for the input and every output its type and sizes, and the values of integer outputs of at most {@value #FEW} numbers
     * @throws InvalidNetworkException if the network cannot be run on this
     * @throws IllegalStateException if the network was closed
     */
    public TensorFacts facts(String input, FloatBuffer values, long[] shape) throws InvalidNetworkException {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the network " + name + " was closed");
            }
            try (OnnxTensor tensor = OnnxTensor.createTensor(environment, values, shape);
                    OrtSession.Result result = session.run(Map.of(input, tensor))) {
                var facts = new HashMap<>(Map.of(input, fact(tensor)));
                for (Map.Entry<String, OnnxValue> entry : result) {
                    if (entry.getValue() instanceof OnnxTensor output) {
                        facts.put(entry.getKey(), fact(output));
                    }
                }
                return new TensorFacts(facts);
            }
        } catch (OrtException e) {
            throw new InvalidNetworkException(
                    "%s failed on input %s: %s".formatted(name, Arrays.toString(shape), e.getMessage()), e);
        } finally {
            lock.readLock().unlock();
        }
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

    /** A tensor that is made when the network is known to be open. */
    private interface TensorSource {
        OnnxTensor make() throws OrtException;
    }

    private Map<String, Output> runOn(Map<String, TensorSource> sources, long[] shape, List<String> wanted)
            throws InvalidNetworkException {
        lock.readLock().lock();
        var tensors = new LinkedHashMap<String, OnnxTensor>();
        try {
            if (closed) {
                throw new IllegalStateException("the network " + name + " was closed");
            }
            for (Map.Entry<String, TensorSource> source : sources.entrySet()) {
                tensors.put(source.getKey(), source.getValue().make());
            }
            try (OrtSession.Result result = session.run(tensors, new LinkedHashSet<>(wanted))) {
                var read = new HashMap<String, Output>();
                for (Map.Entry<String, OnnxValue> entry : result) {
                    read.put(entry.getKey(), output(entry.getKey(), entry.getValue()));
                }
                return read;
            }
        } catch (OrtException e) {
            throw new InvalidNetworkException(
                    "%s failed on input %s: %s".formatted(name, Arrays.toString(shape), e.getMessage()), e);
        } finally {
            tensors.values().forEach(OnnxTensor::close);
            lock.readLock().unlock();
        }
    }

    private Output output(String tensorName, OnnxValue value) throws InvalidNetworkException {
        if (value instanceof OnnxTensor tensor) {
            FloatBuffer floats = tensor.getFloatBuffer();
            if (floats != null) {
                float[] values = new float[floats.remaining()];
                floats.get(values);
                return new Output(
                        Arrays.stream(tensor.getInfo().getShape()).boxed().toList(), values);
            }
        }
        throw new InvalidNetworkException(
                "output %s of %s is %s, expected a floating point tensor".formatted(tensorName, name, value.getInfo()));
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
