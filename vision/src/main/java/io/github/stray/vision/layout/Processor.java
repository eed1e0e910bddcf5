// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import com.grack.nanojson.JsonWriter;
import io.github.stray.store.JsonNode;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.preprocess.Arithmetic;
import io.github.stray.vision.preprocess.ChannelOrder;
import io.github.stray.vision.preprocess.CropRule;
import io.github.stray.vision.preprocess.CropRule.Alignment;
import io.github.stray.vision.preprocess.Interpolation;
import io.github.stray.vision.preprocess.Preprocessing;
import io.github.stray.vision.preprocess.ResizeRule;
import io.github.stray.vision.preprocess.ResizeRule.Exact;
import io.github.stray.vision.preprocess.ResizeRule.Shortest;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A class of image processors: one entry of {@link Processors}, which makes it and changes it no more. */
final class Processor {
    /** Which of the up to three classes of a name. */
    enum Library {
        /** NumPy arrays, Pillow. */
        SLOW("%sImageProcessor of transformers 4 (Pillow)"),
        /** Tensors, torchvision. */
        FAST("%sImageProcessorFast of transformers 4 (torchvision)"),
        /** Tensors, torchvision, under the name without {@code Fast}. */
        FIVE("%sImageProcessor of transformers 5 (torchvision)");

        private final String description;

        Library(String description) {
            this.description = description;
        }
    }

    /** Keys that say nothing about pixels. */
    private static final Set<String> SILENT = Set.of(
            "image_processor_type",
            "feature_extractor_type",
            "processor_class",
            "transformers_version",
            "_valid_processor_keys",
            "do_convert_rgb",
            "do_reduce_labels",
            "reduce_labels",
            "data_format",
            "input_data_format",
            "return_tensors",
            "device",
            "disable_grouping");

    private static final Map<Integer, Interpolation> PILLOW_FILTERS = Map.of(
            0, Interpolation.NEAREST,
            1, Interpolation.LANCZOS,
            2, Interpolation.BILINEAR,
            3, Interpolation.BICUBIC,
            4, Interpolation.BOX);

    private static final Map<Integer, Interpolation> TORCHVISION_FILTERS =
            Map.of(0, Interpolation.NEAREST_EXACT, 2, Interpolation.BILINEAR, 3, Interpolation.BICUBIC);

    private final String name;
    private final ProcessorRule rule;
    private final Set<String> types = new HashSet<>();
    private final Map<String, Object> defaults = new HashMap<>();
    private final Map<Library, Map<String, Object>> changes = new HashMap<>();
    private final Set<String> ignored = new HashSet<>();
    private final Set<String> ignoredByFast = new HashSet<>();
    private Set<Library> libraries = EnumSet.allOf(Library.class);
    private boolean resizesFloats;
    private boolean cropsBySettings;
    private boolean slowTakesSidesAlone;

    Processor(String name, ProcessorRule rule) {
        this.name = name;
        this.rule = rule;
    }

    /** Networks that have it where the settings name no class. */
    Processor defaultOf(String... modelTypes) {
        types.addAll(List.of(modelTypes));
        return this;
    }

    /** Default of {@code size}, and of {@code resample}. A number is the shorter side where the default has one. */
    Processor size(Map<String, Integer> size, int resample) {
        return own("size", size).own("resample", resample).own("default_to_square", size.containsKey("height"));
    }

    /** Crops to a square, unless it is said otherwise. */
    Processor crop(int side) {
        return cropIfAsked(side).own(ProcessorRule.CENTER_CROP, true);
    }

    /** Crops to a square if {@code do_center_crop} says so. Others crop so in torchvision's classes only. */
    Processor cropIfAsked(int side) {
        cropsBySettings = true;
        return own("crop_size", side);
    }

    /** Defaults of {@code image_mean} and {@code image_std}. */
    Processor normalise(List<Double> mean, List<Double> std) {
        return own("do_normalize", true).own("image_mean", mean).own("image_std", std);
    }

    /** Default of a key, in all libraries. */
    Processor own(String key, Object value) {
        defaults.put(key, value);
        return this;
    }

    /** Default of a key in transformers 5. */
    Processor inFive(String key, Object value) {
        changes.computeIfAbsent(Library.FIVE, library -> new HashMap<>()).put(key, value);
        return this;
    }

    /** Default of a key in both classes of torchvision. */
    Processor withTorchvision(String key, Object value) {
        changes.computeIfAbsent(Library.FAST, library -> new HashMap<>()).put(key, value);
        return inFive(key, value);
    }

    /** Takes no notice of what a file says of these keys. */
    Processor ignoring(String... keys) {
        ignored.addAll(List.of(keys));
        return this;
    }

    /** The class of torchvision in transformers 4 does not know a key of the others. */
    Processor fastTakesNoNoticeOf(String key) {
        ignoredByFast.add(key);
        return this;
    }

    /** The slow class fails where the shorter side alone is given, so that the torchvision one must be meant. */
    Processor slowTakesSidesAlone() {
        slowTakesSidesAlone = true;
        return this;
    }

    /** Images are resized as floating-point numbers, since they are rescaled before. */
    Processor resizesFloats() {
        resizesFloats = true;
        return this;
    }

    /** The libraries that have the class. */
    Processor only(Library first, Library... others) {
        libraries = EnumSet.of(first, others);
        return this;
    }

    String className() {
        return name + "ImageProcessor";
    }

    boolean is(String stem) {
        return name.equals(stem);
    }

    boolean isDefaultOf(String modelType) {
        return types.contains(modelType);
    }

    /** What it makes of images. */
    ProcessorSteps steps(JsonNode<InvalidCardException> file, Library wanted) throws InvalidCardException {
        Library library =
                libraries.contains(wanted) ? wanted : libraries.iterator().next();
        var settings = settings(file, library);
        boolean resizes = settings.on(ProcessorRule.RESIZE);
        if (resizes && library == Library.SLOW && slowTakesSidesAlone && settings.size() instanceof Shortest) {
            return steps(file, Library.FAST);
        }
        ResizeRule resize = resizes ? rule.resize(settings) : new ResizeRule.None();
        Optional<Exact> crop = rule.crop(settings);
        if (crop.isEmpty() && !(resize instanceof Exact)) {
            throw settings.at("size").refused("gives %s without a crop, so images of many sizes".formatted(resize));
        }
        Exact input = crop.isPresent() ? crop.get() : (Exact) resize;
        Alignment alignment = alignment(library);
        NetworkOptions options = NetworkOptions.none()
                .with(NetworkOption.INPUT_SIZE, input.width() + "x" + input.height())
                .with(NetworkOption.RESIZE, resize.toString())
                .with(
                        NetworkOption.CROP,
                        crop.map(size -> (CropRule) new CropRule.Center(size.width(), size.height(), alignment))
                                .orElse(new CropRule.None())
                                .toString())
                .with(
                        NetworkOption.INTERPOLATION,
                        interpolation(settings, library).id());
        return new ProcessorSteps(values(settings, options, library), library.description.formatted(name));
    }

    private Alignment alignment(Library library) {
        return switch (library) {
            case SLOW -> Alignment.FLOOR;
            case FAST -> rule == ProcessorRule.CONVNEXT ? Alignment.EVEN : Alignment.FAST;
            case FIVE -> Alignment.FAST;
        };
    }

    /** File and defaults in one. The slow classes take a default for {@code null}; no class takes it for true. */
    private ProcessorSettings settings(JsonNode<InvalidCardException> file, Library library)
            throws InvalidCardException {
        var seen = new LinkedHashMap<String, Object>(Map.of(
                "do_resize",
                true,
                "do_rescale",
                true,
                "rescale_factor",
                Preprocessing.UNIT_SCALE,
                "do_normalize",
                false));
        seen.put(ProcessorRule.CENTER_CROP, false);
        seen.putAll(defaults);
        seen.putAll(changes.getOrDefault(library, Map.of()));
        var unread = new HashSet<>(ignored);
        if (library == Library.SLOW && !cropsBySettings) {
            unread.addAll(List.of(ProcessorRule.CENTER_CROP, "crop_size"));
        }
        if (library == Library.FAST) {
            unread.addAll(ignoredByFast);
        }
        for (String key : file.keys()) {
            JsonNode<InvalidCardException> value = file.at(key);
            if (unread.contains(key) || SILENT.contains(key)) {
                continue;
            }
            if (value.isPresent()) {
                if (!seen.containsKey(key) && !key.equals("crop_size") && !Boolean.FALSE.equals(value.value())) {
                    throw value.refused("is not known, and may change the pixels");
                }
                seen.put(key, value.value());
            } else if (key.startsWith("do_")) {
                seen.put(key, false);
            } else if (library != Library.SLOW || (rule == ProcessorRule.POOLFORMER && key.equals("crop_pct"))) {
                seen.put(key, null);
            }
        }
        return new ProcessorSettings(JsonNode.parse(JsonWriter.string(seen), file.source(), InvalidCardException::new));
    }

    private static Interpolation interpolation(ProcessorSettings settings, Library library)
            throws InvalidCardException {
        if (!settings.on(ProcessorRule.RESIZE)) {
            return Interpolation.BILINEAR;
        }
        var filters = library == Library.SLOW ? PILLOW_FILTERS : TORCHVISION_FILTERS;
        JsonNode<InvalidCardException> resample = settings.at("resample");
        Interpolation filter = filters.get(resample.whole(0));
        if (filter == null) {
            throw resample.refused("must be one of Pillow's filters %s".formatted(new TreeSet<>(filters.keySet())));
        }
        return filter;
    }

    /** From levels to numbers: {@code (level * factor - offset - mean) / std}, and once more by std for {@code include_top}. */
    private NetworkOptions values(ProcessorSettings settings, NetworkOptions options, Library library)
            throws InvalidCardException {
        boolean rescales = settings.on("do_rescale");
        double factor = rescales ? settings.at("rescale_factor").number() : 1;
        if (!(factor > 0)) {
            throw settings.at("rescale_factor").refused("must be above 0");
        }
        boolean unit = Math.abs(factor - Preprocessing.UNIT_SCALE) < 1e-9;
        double offset = rescales && settings.on("rescale_offset") ? 1 : 0;
        List<Double> zeros = List.of(0.0, 0.0, 0.0);
        List<Double> ones = List.of(1.0, 1.0, 1.0);
        boolean normalises = settings.on("do_normalize");
        boolean twice = settings.on("include_top");
        List<Double> mean = normalises ? FolderLayout.threeNumbers(settings.at("image_mean")) : zeros;
        List<Double> deviation = normalises || twice ? FolderLayout.threeNumbers(settings.at("image_std")) : ones;
        return options.with(NetworkOption.SCALE, Double.toString(unit ? Preprocessing.UNIT_SCALE : factor))
                .with(NetworkOption.MEAN, text(mean.stream().map(value -> value + offset)))
                .with(
                        NetworkOption.STD,
                        text(deviation.stream().map(value -> normalises && twice ? value * value : value)))
                .with(
                        NetworkOption.CHANNELS,
                        (settings.on("do_flip_channel_order") ? ChannelOrder.BGR : ChannelOrder.RGB).name())
                .with(NetworkOption.ARITHMETIC, arithmetic(library, rescales).id());
    }

    private Arithmetic arithmetic(Library library, boolean rescales) {
        if (resizesFloats && rescales) {
            return Arithmetic.UNROUNDED;
        }
        return library == Library.SLOW ? Arithmetic.LEVELS : Arithmetic.TORCHVISION;
    }

    private static String text(Stream<Double> numbers) {
        return numbers.map(Object::toString).collect(Collectors.joining(","));
    }
}
