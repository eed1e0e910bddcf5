// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.github.stray.graph.OnnxGraph;
import io.github.stray.graph.RuntimeFaults;
import io.github.stray.graph.UnreadableGraphException;
import io.github.stray.provenance.InputFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A network that is not loaded yet: the bytes of an {@code .onnx} file, on disk or in memory, and what it shall have
 * besides. Weights in external data are looked for beside the file; a network in memory can have none. Nothing is written:
 * what is added is joined to the network's bytes in memory. Immutable, as long as file and bytes are.
 */
public final class NetworkSource {
    /** Where a network that comes from memory finds its external data. */
    private static final String EXTERNAL_DATA_FOLDER = "session.model_external_initializers_file_folder_path";

    private static final String DISABLED_OPTIMISATIONS = "optimization.disable_specified_optimizers";

    private final String name;
    private final Optional<Path> file;
    private final byte[] bytes;
    private final byte[] addition;
    private final List<String> outputs;

    private NetworkSource(String name, Optional<Path> file, byte[] bytes, byte[] addition, List<String> outputs) {
        this.name = name;
        this.file = file;
        this.bytes = bytes;
        this.addition = addition;
        this.outputs = outputs;
    }

    /**
     * A network in a file, which messages call by its path.
     *
     * @param file the {@code .onnx} file; need not exist yet
     * @return the source
     */
    public static NetworkSource of(Path file) {
        return of(file, file.toString());
    }

    /**
     * A network in a file.
     *
     * @param file the {@code .onnx} file; need not exist yet
     * @param name for messages
     * @return the source
     */
    public static NetworkSource of(Path file, String name) {
        return new NetworkSource(name, Optional.of(file), new byte[0], new byte[0], List.of());
    }

    /**
     * A network in memory.
     *
     * @param bytes all of an {@code .onnx} file, without external data; not copied
     * @param name for messages
     * @return the source
     */
    public static NetworkSource of(byte[] bytes, String name) {
        return new NetworkSource(name, Optional.empty(), bytes, new byte[0], List.of());
    }

    /**
     * The network, as it is stored, so that it also has outputs that it does not offer by itself: hidden tensors by their names, and the
     * expressions of {@link OnnxGraph}. Names that are no tensors are left to whoever asks for them. Where the network has
     * inputs that none of the tensors needs, such as the texts of a CLIP in one file, only the part in front of the tensors
     * is loaded.
     *
     * @param tensors outputs, hidden tensors and expressions
     * @return the changed source
     */
    public NetworkSource withOutputs(Collection<String> tensors) {
        return new NetworkSource(name, file, bytes, new byte[0], List.copyOf(tensors));
    }

    /**
     * The network, as it is stored, with something put behind its bytes, such as further nodes of its graph.
     *
     * @param added what to put behind them
     * @return the changed source
     */
    public NetworkSource with(byte[] added) {
        return new NetworkSource(name, file, bytes, added, List.of());
    }

    /** {@return path or resource name, for messages} */
    public String name() {
        return name;
    }

    /**
     * The graph of the network as it is stored, with nothing added.
     *
     * @return the graph
     * @throws InvalidNetworkException if this is no ONNX network
     * @throws IOException if the file cannot be read
     */
    public OnnxGraph graph() throws IOException {
        try {
            return file.isPresent() ? OnnxGraph.read(file.get(), name) : OnnxGraph.of(bytes, name);
        } catch (UnreadableGraphException e) {
            throw new InvalidNetworkException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Something that makes a session. */
    interface Loading {
        OrtSession load(OrtEnvironment environment, SessionOptions options) throws OrtException;
    }

    /** Makes ready what is loaded, in memory of the arena where it is not the file itself. */
    Loading loading(Arena arena) throws IOException {
        requireContent();
        OnnxGraph graph = graph();
        Loading whole = loading(graph, arena);
        if (!RuntimeFaults.padBeforeMaxPool(graph)) {
            return whole;
        }
        return (environment, options) -> {
            options.addConfigEntry(DISABLED_OPTIMISATIONS, "Pad_Fusion");
            return whole.load(environment, options);
        };
    }

    private Loading loading(OnnxGraph graph, Arena arena) throws IOException {
        if (!outputs.isEmpty()) {
            List<String> needed = graph.inputs().size() > 1 ? graph.inputs(outputs) : graph.inputs();
            if (!needed.isEmpty() && needed.size() < graph.inputs().size()) {
                return ofMemory(graph.part(outputs, size -> arena.allocate(size).asByteBuffer()));
            }
            byte[] exposed = graph.expose(outputs);
            if (exposed.length > 0) {
                return ofMemory(joined(exposed, arena));
            }
        }
        if (addition.length > 0) {
            return ofMemory(joined(addition, arena));
        }
        return file.<Loading>map(stored -> (environment, options) ->
                        environment.createSession(stored.toAbsolutePath().toString(), options))
                .orElse((environment, options) -> environment.createSession(bytes, options));
    }

    private void requireContent() throws IOException {
        if (file.isPresent() && !Files.isRegularFile(file.get())) {
            throw new NoSuchFileException(name, null, "no such network file");
        }
        if (file.isPresent() ? Files.size(file.get()) == 0 : bytes.length == 0) {
            throw new InvalidNetworkException(name + " is empty");
        }
    }

    private Loading ofMemory(ByteBuffer whole) {
        return (environment, options) -> {
            if (file.isPresent()) {
                Path folder = file.get().toAbsolutePath().getParent();
                options.addConfigEntry(EXTERNAL_DATA_FOLDER, String.valueOf(folder));
            }
            return environment.createSession(whole, options);
        };
    }

    private ByteBuffer joined(byte[] added, Arena arena) throws IOException {
        long size = file.isPresent() ? Files.size(file.get()) : bytes.length;
        if (size + added.length > Integer.MAX_VALUE) {
            throw new InvalidNetworkException(
                    "%s has %d bytes and cannot be extended within the 2 GiB of an ONNX file; keep its weights in external data"
                            .formatted(name, size));
        }
        ByteBuffer whole = arena.allocate(size + added.length).asByteBuffer();
        if (file.isPresent()) {
            fill(whole.slice(0, (int) size), file.get());
        } else {
            whole.put(0, bytes);
        }
        return whole.put((int) size, added);
    }

    /** Read and not mapped: a file that somebody shortens meanwhile is then an ordinary exception. */
    private static void fill(ByteBuffer whole, Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (whole.hasRemaining()) {
                if (channel.read(whole) < 0) {
                    throw new InvalidNetworkException("%s became shorter while it was read: %d bytes are missing"
                            .formatted(file, whole.remaining()));
                }
            }
        } catch (InvalidNetworkException e) {
            throw e;
        } catch (IOException e) {
            throw InputFile.unreadable(file, e);
        }
    }
}
