// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import io.github.stray.detect.CalibratedDetector;
import io.github.stray.detect.Detector;
import io.github.stray.detect.Detectors;
import io.github.stray.detect.FittedDetector;
import io.github.stray.detect.Gallery;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.provenance.Provenance;
import io.github.stray.score.Scores;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import io.github.stray.threshold.Calibration;
import io.github.stray.threshold.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * A fitted detector in a {@code .stray} file, which is a safetensors file. Immutable and safe for concurrent use.
 *
 * <h2>Layout</h2>
 *
 * Tensors: those of {@link FittedDetector#state()} under their own names, ordered by these; {@code calibration} {@code [n]}
 * F64, the calibration scores in ascending order; {@code gallery} {@code [m, d]}, the training rows for neighbours, which is
 * the method's own tensor where its state has one of that name; {@code gallery_ids} U8, UTF-8, one id a line; {@code held_out}
 * {@code [n, d]}, the rows of the calibration samples, where they can be scored again after the gallery has changed, and {@code
 * held_out_ids}. {@code held_out} and {@code calibration} are not in the same order. Files of older releases lack the former.
 *
 * <p>Metadata {@code stray.detector} is a JSON object: {@code id}; {@code options}, an object of strings; {@code
 * threshold}, a number or {@code "Infinity"} or {@code "-Infinity"}, {@code tpr} and {@code calibration_size}, all three
 * {@code null} without calibration; {@code confidence}, a number, where the threshold keeps {@code tpr} with a confidence
 * rather than on average; {@code extractor} and {@code weights_sha256}, {@code null} where unknown; {@code
 * space}, as in a features file; {@code state}, the names of the method's tensors; {@code notes}, an array of sentences;
 * {@code provenance}, an object of strings; {@code history}, where the detector was made of others, an array of their
 * provenances, oldest first, each with {@code sha256}, the digest of its file.
 *
 * @param file the file
 * @param id of the method, as in {@code fit -d}
 * @param options of the method, name to value
 * @param space where its training features lived, with the extractor's id and digest where known
 * @param state names of the method's tensors
 * @param notes what the fit had to say, often nothing
 * @param provenance where the detector comes from
 * @param promise what the threshold is to keep; empty without calibration
 * @param threshold the cut, perhaps infinite; empty without calibration
 */
public record DetectorFile(
        Safetensors file,
        String id,
        Map<String, String> options,
        FeatureSpace space,
        List<String> state,
        List<String> notes,
        Provenance provenance,
        Optional<Promise> promise,
        OptionalDouble threshold) {
    private static final String DETECTOR = "stray.detector";
    private static final String CALIBRATION = "calibration";
    private static final String GALLERY = "gallery";
    private static final String GALLERY_IDS = "gallery_ids";
    private static final String HELD_OUT = "held_out";
    private static final String HELD_OUT_IDS = "held_out_ids";
    private static final int BLOCK = 1 << 18;

    /**
     * Writes a detector. The gallery is streamed and may be larger than the heap.
     *
     * @param target name of the file; an existing one is replaced when the new one is complete
     * @param detector the detector
     * @throws IllegalArgumentException if its state uses a reserved tensor name or another gallery, or a gallery id holds a
     *     line break
     * @throws IOException if it cannot be written; the target is then as it was
     */
    public static void write(Path target, CalibratedDetector detector) throws IOException {
        Map<String, Tensor> state = new TreeMap<>(detector.fitted().state());
        for (String reserved : List.of(CALIBRATION, GALLERY_IDS, HELD_OUT, HELD_OUT_IDS)) {
            if (state.containsKey(reserved)) {
                throw new IllegalArgumentException("detector '%s' has a tensor of the reserved name '%s'"
                        .formatted(detector.fitted().detector().id(), reserved));
            }
        }
        Optional<Gallery> gallery = detector.gallery();
        Tensor own = state.get(GALLERY);
        if (own != null && gallery.isPresent()) {
            requireSame(own, gallery.get().rows());
        }
        try (SafetensorsWriter writer =
                SafetensorsWriter.create(target, Map.of(DETECTOR, describe(detector, List.copyOf(state.keySet()))))) {
            var columns = new LinkedHashMap<SafetensorsWriter.Column, Tensor>();
            state.forEach((name, tensor) -> columns.put(writer.tensor(name, tensor.type(), tensor.shape()), tensor));
            detector.calibration().ifPresent(calibration -> {
                Tensor scores = Tensor.ofDoubles(calibration.scores(), calibration.size());
                columns.put(writer.tensor(CALIBRATION, ElementType.F64, calibration.size()), scores);
            });
            FeatureMatrix matrix = own == null ? gallery.map(Gallery::rows).orElse(null) : null;
            SafetensorsWriter.Column rows = matrix == null ? null : rows(writer, GALLERY, matrix);
            SafetensorsWriter.Column ids = gallery.isPresent() ? writer.rows(GALLERY_IDS, ElementType.U8) : null;
            FeatureSet held = detector.heldOut().orElse(null);
            SafetensorsWriter.Column heldRows = held == null ? null : rows(writer, HELD_OUT, held.features());
            SafetensorsWriter.Column heldIds = held == null ? null : writer.rows(HELD_OUT_IDS, ElementType.U8);
            for (var column : columns.entrySet()) {
                column.getKey().append(column.getValue());
            }
            if (matrix != null && rows != null) {
                append(matrix, rows);
            }
            if (ids != null) {
                ids.lines(gallery.orElseThrow().ids());
            }
            if (held != null && heldRows != null && heldIds != null) {
                append(held.features(), heldRows);
                heldIds.lines(held.ids());
            }
            writer.commit();
        }
    }

    private static SafetensorsWriter.Column rows(SafetensorsWriter writer, String name, FeatureMatrix rows)
            throws IOException {
        ElementType storage = rows.storage() == ElementType.F64 ? ElementType.F32 : rows.storage();
        return writer.tensor(name, storage, rows.rows(), rows.dimension());
    }

    private static void append(FeatureMatrix rows, SafetensorsWriter.Column column) throws IOException {
        int d = rows.dimension();
        int step = Math.max(1, BLOCK / d);
        float[] block = new float[Math.multiplyExact(Math.min(step, Math.max(1, rows.rows())), d)];
        for (int from = 0; from < rows.rows(); from += step) {
            int to = Math.min(rows.rows(), from + step);
            rows.copyRows(from, to, block, 0);
            column.floats(block, 0, (to - from) * d);
        }
    }

    private static void requireSame(Tensor own, FeatureMatrix rows) {
        FeatureMatrix state = FeatureMatrix.of(own);
        boolean same = state.rows() == rows.rows() && state.dimension() == rows.dimension();
        for (int i = 0; same && i < rows.rows(); i++) {
            same = Arrays.equals(state.row(i), rows.row(i));
        }
        if (!same) {
            throw new IllegalArgumentException(
                    "the detector's own gallery %s differs from the gallery %s it comes with".formatted(own, rows));
        }
    }

    private static String describe(CalibratedDetector detector, List<String> state) {
        FittedDetector fitted = detector.fitted();
        FeatureSpace space = fitted.space();
        Calibration calibration = detector.calibration().orElse(null);
        var json = new JsonObject();
        json.put("id", fitted.detector().id());
        json.put("options", fitted.detector().options());
        json.put("threshold", calibration == null ? null : number(calibration.threshold()));
        json.put("tpr", calibration == null ? null : calibration.tpr());
        if (calibration != null && calibration.promise().confidence().isPresent()) {
            json.put("confidence", calibration.promise().confidence().getAsDouble());
        }
        json.put("calibration_size", calibration == null ? null : calibration.size());
        json.put("extractor", space.extractor().orElse(null));
        json.put("weights_sha256", space.weightsSha256().orElse(null));
        json.put("space", SpaceJson.object(space));
        json.put("state", state);
        json.put("notes", fitted.notes());
        json.put("provenance", detector.provenance().entries());
        if (!detector.provenance().before().isEmpty()) {
            json.put("history", detector.provenance().before());
        }
        return JsonWriter.string(json);
    }

    /** JSON has no infinity. */
    private static Object number(double value) {
        return Double.isInfinite(value) ? Double.toString(value) : (Object) value;
    }

    /**
     * Opens a detector file and reads what it says of itself; {@link #restore()} makes the detector.
     *
     * @param path the file
     * @return its description
     * @throws BadFileException if it is truncated, damaged, too new, or holds no detector
     * @throws IOException if it cannot be read
     */
    public static DetectorFile open(Path path) throws IOException {
        ForeignFormat.refuse(path);
        return described(path, Safetensors.open(path));
    }

    /**
     * Opens a detector file as {@link #open} does, with all of it on the heap: nothing that happens to the file afterwards
     * reaches the detector.
     *
     * @param path a file of up to 2 GiB
     * @return its description
     * @throws IOException as {@link #open}, and if the heap has no room for it
     */
    public static DetectorFile openOnHeap(Path path) throws IOException {
        ForeignFormat.refuse(path);
        return described(path, Safetensors.openOnHeap(path));
    }

    private static DetectorFile described(Path path, Safetensors file) throws BadFileException {
        String text = file.metadata().get(DETECTOR);
        if (text == null) {
            throw new UnsupportedFileException(
                    path,
                    "holds no detector: the metadata lack stray.detector; expected a file made by 'stray fit', found tensors %s"
                            .formatted(file.names()));
        }
        JsonNode<DamagedFileException> json =
                JsonNode.parse(text, DETECTOR, (message, cause) -> new DamagedFileException(path, message, cause));
        boolean calibrated = json.at("tpr").isPresent();
        return new DetectorFile(
                file,
                json.at("id").text(),
                json.at("options").map(JsonNode::anyText),
                SpaceJson.read(json.at("space"), 1),
                json.at("state").list(JsonNode::text),
                json.at("notes").list(JsonNode::text),
                new Provenance(
                        json.at("provenance").map(JsonNode::anyText),
                        json.at("history").or(new JsonArray()).list(step -> step.map(JsonNode::anyText))),
                calibrated ? Optional.of(promise(path, json)) : Optional.empty(),
                calibrated ? OptionalDouble.of(decimal(json.at("threshold"))) : OptionalDouble.empty());
    }

    private static Promise promise(Path path, JsonNode<DamagedFileException> json) throws DamagedFileException {
        double tpr = json.at("tpr").number();
        JsonNode<DamagedFileException> confidence = json.at("confidence");
        try {
            return confidence.isPresent() ? Promise.withConfidence(tpr, confidence.number()) : Promise.onAverage(tpr);
        } catch (IllegalArgumentException e) {
            throw new DamagedFileException(path, "its threshold makes no sense: " + e.getMessage(), e);
        }
    }

    private static <E extends Exception> double decimal(JsonNode<E> node) throws E {
        if ("Infinity".equals(node.value())) {
            return Double.POSITIVE_INFINITY;
        }
        return "-Infinity".equals(node.value()) ? Double.NEGATIVE_INFINITY : node.number();
    }

    /**
     * Opens a detector file and makes the detector.
     *
     * @param path the file
     * @return the detector; tensors and gallery are in memory or mapped, as {@link Safetensors} says
     * @throws BadFileException if it is truncated, damaged, too new, or holds no detector that this release knows
     * @throws IOException if it cannot be read
     */
    public static CalibratedDetector read(Path path) throws IOException {
        return open(path).restore();
    }

    /**
     * {@return the detector; its tensors and gallery are those of the file}
     *
     * @throws UnsupportedFileException if this release does not know the method or its options
     * @throws DamagedFileException if the tensors do not suit the method
     */
    public CalibratedDetector restore() throws BadFileException {
        return restore(Detectors::of);
    }

    CalibratedDetector restore(BiFunction<String, Map<String, String>, Detector> methods) throws BadFileException {
        Detector method;
        try {
            method = methods.apply(id, options);
        } catch (IllegalArgumentException e) {
            throw new UnsupportedFileException(
                    file.path(),
                    "holds the detector '%s' with options %s, which this release does not know: %s"
                            .formatted(id, options, e.getMessage()),
                    e);
        }
        var tensors = new LinkedHashMap<String, Tensor>();
        for (String name : state) {
            tensors.put(name, file.tensor(name));
        }
        try {
            return new CalibratedDetector(
                    method.restore(space, tensors), calibration(), gallery(), heldOut(), provenance);
        } catch (IllegalArgumentException e) {
            throw new DamagedFileException(
                    file.path(), "its tensors do not make a detector '%s': %s".formatted(id, e.getMessage()), e);
        }
    }

    private Optional<Calibration> calibration() throws BadFileException {
        if (promise.isEmpty()) {
            return Optional.empty();
        }
        Calibration calibration =
                Calibration.of(Scores.of(file.tensor(CALIBRATION).toDoubles()), promise.get());
        if (calibration.threshold() != threshold.orElseThrow()) {
            throw new DamagedFileException(
                    file.path(),
                    "the threshold is %s, the calibration scores give %s"
                            .formatted(threshold.orElseThrow(), calibration.threshold()));
        }
        return Optional.of(calibration);
    }

    private Optional<Gallery> gallery() throws BadFileException {
        if (!file.names().contains(GALLERY_IDS)) {
            return Optional.empty();
        }
        FeatureMatrix rows = FeatureMatrix.of(file.tensor(GALLERY));
        return Optional.of(
                new Gallery(rows, IdLines.read(file.path(), GALLERY_IDS, file.tensor(GALLERY_IDS), rows.rows())));
    }

    private Optional<FeatureSet> heldOut() throws BadFileException {
        if (!file.names().contains(HELD_OUT)) {
            return Optional.empty();
        }
        FeatureMatrix rows = FeatureMatrix.of(file.tensor(HELD_OUT));
        List<String> ids = IdLines.read(file.path(), HELD_OUT_IDS, file.tensor(HELD_OUT_IDS), rows.rows());
        String name = provenance.entries().getOrDefault("calibration", HELD_OUT);
        return Optional.of(new FeatureSet(rows, ids, Optional.empty(), space, name));
    }
}
