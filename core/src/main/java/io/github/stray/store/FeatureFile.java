// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import com.grack.nanojson.JsonWriter;
import io.github.stray.feature.FeatureLayer;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import io.github.stray.feature.Layer;
import io.github.stray.provenance.Provenance;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Features of a set of samples in a file, mapped into memory: {@code .safetensors} or {@code .npy}. Immutable and safe for
 * concurrent use.
 *
 * <h2>Safetensors</h2>
 *
 * Tensors: one a layer, {@code features} and {@code embeddings} {@code [n, d]}, {@code logits} {@code [n, C]},
 * {@code patches} {@code [n, P, d]}, as F16, BF16, F32 or F64; optional {@code labels} {@code [n]} I64, each {@code 0 ..
 * C - 1}; optional {@code ids} U8, UTF-8, one id a line. Tensors of other names are ignored.
 *
 * <p>Metadata: {@code stray.space} is a JSON object with {@code extractor}, {@code layer}, {@code dimension},
 * {@code normalisation}, {@code weights_sha256}, {@code preprocessing}, each optional. In a file of several layers it
 * describes the layer it names (the first, in Stray's own files), and {@code stray.space.<layer>} every other one; where
 * that is missing, extractor, weights and preprocessing of {@code stray.space} hold for that layer too. {@code
 * stray.classes} is a JSON array of class names in label order, {@code stray.dataset} a name, {@code stray.provenance} a
 * JSON object.
 *
 * <h2>NumPy</h2>
 *
 * An array {@code [n, d]} of f2, f4 or f8 is the layer {@code features}; a one-dimensional array is n samples of one
 * dimension.
 *
 * @param path the file as it was given
 * @param stored its layers, in the order of the file, at least one; rows are mapped
 * @param ids n sample ids; row numbers if the file has none
 * @param numbered whether the file has no ids, so that they are row numbers
 * @param labels n labels, where the file has them
 * @param classNames class names in label order; empty if unknown
 * @param dataset {@code stray.dataset}, or the file's name without its suffix
 * @param provenance where the file comes from, where it says so
 */
public record FeatureFile(
        Path path,
        SequencedMap<Layer, FeatureLayer> stored,
        List<String> ids,
        boolean numbered,
        Optional<Labels> labels,
        List<String> classNames,
        String dataset,
        Optional<Provenance> provenance) {
    static final String SPACE = "stray.space";
    static final String CLASSES = "stray.classes";
    static final String DATASET = "stray.dataset";
    static final String PROVENANCE = "stray.provenance";

    /** Keeps the order of the layers. */
    public FeatureFile {
        stored = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(stored));
    }

    /**
     * Opens a features file.
     *
     * @param path a {@code .safetensors} or {@code .npy} file
     * @return its layers; the rows are mapped and not looked at
     * @throws BadFileException if it is truncated, damaged, too new, of another kind, or holds what cannot be features
     * @throws IOException if it cannot be read
     */
    public static FeatureFile read(Path path) throws IOException {
        ForeignFormat.refuse(path);
        return name(path).toLowerCase(Locale.ROOT).endsWith(".npy") ? readNpy(path) : readSafetensors(path);
    }

    private static FeatureFile readNpy(Path path) throws IOException {
        Tensor array = Npy.read(path);
        long[] shape = array.shape();
        if (shape.length == 1) {
            array = array.reshaped(shape[0], 1);
        }
        var layers = new LinkedHashMap<>(Map.of(Layer.FEATURES, layer(path, Layer.FEATURES, array, true, Map.of())));
        List<String> ids = FeatureSet.rowNumbers(rows(array));
        return new FeatureFile(path, layers, ids, true, Optional.empty(), List.of(), stem(path), Optional.empty());
    }

    private static FeatureFile readSafetensors(Path path) throws IOException {
        Safetensors file = Safetensors.open(path);
        Map<String, String> metadata = file.metadata();
        List<Layer> names =
                file.names().stream().flatMap(name -> Layer.find(name).stream()).toList();
        if (names.isEmpty()) {
            throw new UnsupportedFileException(
                    path,
                    "holds no features: expected a tensor named %s, found %s"
                            .formatted(Layer.alternatives(), file.names()));
        }
        var layers = new LinkedHashMap<Layer, FeatureLayer>();
        for (Layer name : names) {
            layers.put(name, layer(path, name, file.tensor(name.id()), names.size() == 1, metadata));
        }
        int rows = rows(layers.firstEntry().getValue().rows());
        for (var layer : layers.entrySet()) {
            if (rows(layer.getValue().rows()) != rows) {
                throw new UnsupportedFileException(
                        path,
                        "layer '%s' has %d rows, layer '%s' has %d"
                                .formatted(layer.getKey(), rows(layer.getValue().rows()), names.getFirst(), rows));
            }
        }
        List<String> classNames = classNames(path, metadata);
        Optional<Labels> labels = file.names().contains("labels")
                ? Optional.of(LabelFile.labels(path, file.tensor("labels"), rows, classNames))
                : Optional.empty();
        boolean numbered = !file.names().contains("ids");
        List<String> ids = numbered ? FeatureSet.rowNumbers(rows) : IdLines.read(path, "ids", file.tensor("ids"), rows);
        String dataset = metadata.getOrDefault(DATASET, stem(path));
        return new FeatureFile(path, layers, ids, numbered, labels, classNames, dataset, provenance(path, metadata));
    }

    private static int rows(Tensor tensor) {
        return (int) tensor.shape()[0];
    }

    private static FeatureLayer layer(Path path, Layer name, Tensor tensor, boolean only, Map<String, String> metadata)
            throws UnsupportedFileException {
        long[] shape = tensor.shape();
        if (!tensor.type().isFloat() || shape.length != name.rank()) {
            throw new UnsupportedFileException(
                    path,
                    "layer '%s' must be floating point %s, got %s"
                            .formatted(name, name == Layer.PATCHES ? "[n, patches, d]" : "[n, d]", tensor));
        }
        if (shape[0] > Integer.MAX_VALUE) {
            throw new UnsupportedFileException(
                    path, "layer '%s' has %d rows, at most 2^31-1 are read".formatted(name, shape[0]));
        }
        long d = shape[shape.length - 1];
        if (d < 1 || d > Integer.MAX_VALUE) {
            throw new UnsupportedFileException(
                    path, "layer '%s' has dimension %d, expected 1 to 2^31-1".formatted(name, d));
        }
        return new FeatureLayer(tensor, space(path, name, (int) d, only, metadata));
    }

    static List<String> classNames(Path path, Map<String, String> metadata) throws UnsupportedFileException {
        String text = metadata.get(CLASSES);
        if (text == null) {
            return List.of();
        }
        return json(path, CLASSES, text).list(JsonNode::text);
    }

    private static JsonNode<UnsupportedFileException> json(Path path, String key, String text)
            throws UnsupportedFileException {
        return JsonNode.parse(text, key, (message, cause) -> new UnsupportedFileException(path, message, cause));
    }

    private static Optional<Provenance> provenance(Path path, Map<String, String> metadata)
            throws UnsupportedFileException {
        String text = metadata.get(PROVENANCE);
        if (text == null) {
            return Optional.empty();
        }
        return Optional.of(new Provenance(json(path, PROVENANCE, text).map(JsonNode::anyText)));
    }

    static FeatureSpace space(Path path, Layer layer, int dimension, boolean onlyLayer, Map<String, String> metadata)
            throws UnsupportedFileException {
        boolean own = metadata.containsKey(SPACE + "." + layer);
        String key = own ? SPACE + "." + layer : SPACE;
        String text = metadata.get(key);
        if (text == null) {
            return FeatureSpace.unknown(dimension);
        }
        FeatureSpace space = SpaceJson.read(json(path, key, text), dimension);
        boolean meant = own || onlyLayer || space.layer().equals(Optional.of(layer.id()));
        if (!meant) {
            return space.otherLayer(Optional.empty(), dimension);
        }
        if (space.dimension() != dimension) {
            throw new UnsupportedFileException(
                    path,
                    "%s says dimension %d, layer '%s' has %d".formatted(key, space.dimension(), layer, dimension));
        }
        return space;
    }

    /**
     * One layer with ids, labels and its space.
     *
     * <p>A file whose only layer is {@code features} serves as any layer, and one whose only layer is {@code embeddings}
     * as {@code features}: an extractor with one output has one for both. The space then names no layer, so that it goes
     * with the one asked for.
     *
     * @param name any but {@link Layer#PATCHES}
     * @return the layer; rows are mapped and not yet checked to be finite
     * @throws IllegalArgumentException if the file does not have it; the message says which it has and how to make it
     */
    public FeatureSet layer(Layer name) {
        Layer actual = actualLayer(name);
        if (actual == null || actual == Layer.PATCHES) {
            throw absent(name);
        }
        FeatureSpace space = space(actual);
        if (actual != name) {
            space = new FeatureSpace(
                    space.extractor(),
                    Optional.empty(),
                    space.dimension(),
                    space.normalisation(),
                    space.weightsSha256(),
                    space.preprocessing());
        }
        return new FeatureSet(FeatureMatrix.of(tensor(actual)), ids, labels, space, dataset);
    }

    /**
     * {@return several layers with ids and labels; rows are mapped and not yet checked to be finite}
     *
     * @param names layers, the first of which becomes the features of the set as {@link #layer} gives it, the others its
     *     further layers
     * @throws IllegalArgumentException if the file lacks one; the message says which it has and how to make it
     */
    public FeatureSet layers(List<Layer> names) {
        FeatureSet set = layer(names.getFirst());
        for (Layer name : names.subList(1, names.size())) {
            if (name == Layer.PATCHES) {
                set = set.with(name, stored(name));
            } else {
                FeatureSet further = layer(name);
                set = set.with(name, new FeatureLayer(further.features().toTensor(), further.space()));
            }
        }
        return set;
    }

    private @Nullable Layer actualLayer(Layer name) {
        if (stored.containsKey(name)) {
            return name;
        }
        Layer only = stored.firstEntry().getKey();
        boolean serves = only == Layer.FEATURES || (only == Layer.EMBEDDINGS && name == Layer.FEATURES);
        return serves && stored.size() == 1 ? only : null;
    }

    private IllegalArgumentException absent(Layer name) {
        String has = stored.entrySet().stream()
                .map(layer -> "'%s' %s"
                        .formatted(
                                layer.getKey(),
                                Arrays.toString(layer.getValue().rows().shape())))
                .collect(Collectors.joining(", "));
        if (name == Layer.PATCHES && stored.containsKey(Layer.PATCHES)) {
            return new IllegalArgumentException("%s: patches are no rows, read them as a tensor".formatted(path));
        }
        return new RefusedException(
                "%s has no layer '%s'; it has %s".formatted(path, name, has),
                name == Layer.LOGITS ? Remedy.LOGITS_LAYER : Remedy.LAYER,
                name.id());
    }

    private FeatureLayer stored(Layer name) {
        FeatureLayer layer = stored.get(name);
        if (layer == null) {
            throw absent(name);
        }
        return layer;
    }

    /**
     * {@return a layer as it is stored: {@code [n, d]}, or {@code [n, P, d]} for patches; mapped}
     *
     * @param name a layer of this file
     * @throws IllegalArgumentException if the file does not have it
     */
    public Tensor tensor(Layer name) {
        return stored(name).rows();
    }

    /**
     * {@return what the file says of the space of a layer}
     *
     * @param name a layer of this file
     * @throws IllegalArgumentException if the file does not have it
     */
    public FeatureSpace space(Layer name) {
        return stored(name).space();
    }

    /** {@return the layers, in the order of the file, at least one} */
    public List<Layer> layers() {
        return List.copyOf(stored.keySet());
    }

    /** {@return the number of samples n, at least 0} */
    public int rows() {
        return ids.size();
    }

    /** Metadata as {@link #read} expects it; the dataset may be missing. */
    static Map<String, String> metadata(
            Map<Layer, FeatureSpace> spaces, List<String> classNames, Optional<String> dataset, Provenance provenance) {
        var metadata = new LinkedHashMap<String, String>();
        for (var space : spaces.entrySet()) {
            String key = metadata.isEmpty() ? SPACE : SPACE + "." + space.getKey();
            metadata.put(key, SpaceJson.write(space.getValue()));
        }
        if (!classNames.isEmpty()) {
            metadata.put(CLASSES, JsonWriter.string(classNames));
        }
        dataset.ifPresent(name -> metadata.put(DATASET, name));
        metadata.put(PROVENANCE, JsonWriter.string(provenance.entries()));
        return metadata;
    }

    private static String name(Path path) {
        return path.getFileName() == null ? path.toString() : path.getFileName().toString();
    }

    private static String stem(Path path) {
        int dot = name(path).lastIndexOf('.');
        return dot > 0 ? name(path).substring(0, dot) : name(path);
    }
}
