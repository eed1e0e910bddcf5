// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Usual preparations of images, by their names in the library they come from, for networks whose files do not say it.
 *
 * <p>{@code size} is that of the network's input: what is said of it, else what the network fixes, else the preset's own.
 */
public enum NetworkPreset {
    /** {@code torchvision.models}, weights of the first recipe: {@code ImageClassification(crop_size=224)}, resize 256. */
    TORCHVISION_V1("torchvision:IMAGENET1K_V1", 224, Resize.SHORTEST_256, Values.IMAGENET),
    /** {@code torchvision.models}, weights of the second recipe: {@code ImageClassification(crop_size=224, resize_size=232)}. */
    TORCHVISION_V2("torchvision:IMAGENET1K_V2", 224, Resize.SHORTEST_232, Values.IMAGENET),
    /** {@code keras.utils.load_img(target_size=size)}, {@code imagenet_utils.preprocess_input(mode="caffe")}: ResNet, VGG. */
    KERAS_CAFFE("keras:caffe", 0, Resize.KERAS, Values.CAFFE),
    /** The same with {@code mode="tf"}: MobileNet, Inception, Xception, ResNetV2, NASNet. */
    KERAS_TF("keras:tf", 0, Resize.KERAS, Values.MINUS_ONE_TO_ONE),
    /** The same with {@code mode="torch"}: DenseNet. */
    KERAS_TORCH("keras:torch", 0, Resize.KERAS, Values.IMAGENET),
    /** {@code ultralytics.data.augment.classify_transforms(size)}: YOLO classifiers. */
    ULTRALYTICS("ultralytics", 224, Resize.SHORTEST, Values.UNIT);

    /** What is done before values are counted: 1 is the size, as {@code N} or {@code WxH}, 2 the first of its sides. */
    private enum Resize {
        SHORTEST_256("shortest:256", "center:%1$s", "bilinear"),
        SHORTEST_232("shortest:232", "center:%1$s", "bilinear"),
        SHORTEST("shortest:%2$s", "center:%1$s", "bilinear"),
        KERAS("exact:%1$s", "none", "nearest");

        private final String resize;
        private final String crop;
        private final String interpolation;

        Resize(String resize, String crop, String interpolation) {
            this.resize = resize;
            this.crop = crop;
            this.interpolation = interpolation;
        }
    }

    /** Scale, mean, standard deviation and order of channels. */
    private enum Values {
        IMAGENET("1/255", "0.485,0.456,0.406", "0.229,0.224,0.225", "rgb"),
        CAFFE("1", "103.939,116.779,123.68", "1,1,1", "bgr"),
        MINUS_ONE_TO_ONE("1/127.5", "1,1,1", "1,1,1", "rgb"),
        UNIT("1/255", "0,0,0", "1,1,1", "rgb");

        private final String scale;
        private final String mean;
        private final String std;
        private final String channels;

        Values(String scale, String mean, String std, String channels) {
            this.scale = scale;
            this.mean = mean;
            this.std = std;
            this.channels = channels;
        }
    }

    private final String id;
    private final int usualSize;
    private final Resize resize;
    private final Values values;

    NetworkPreset(String id, int usualSize, Resize resize, Values values) {
        this.id = id;
        this.usualSize = usualSize;
        this.resize = resize;
        this.values = values;
    }

    /**
     * The name in the library.
     *
     * @return such as {@code torchvision:IMAGENET1K_V1}
     */
    public String id() {
        return id;
    }

    /**
     * Finds a preset.
     *
     * @param id its name
     * @return the preset
     * @throws IllegalArgumentException if there is none of that name; the message lists the names
     */
    public static NetworkPreset of(String id) {
        return Arrays.stream(values())
                .filter(preset -> preset.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown preset '%s', expected one of %s".formatted(id, String.join(", ", ids()))));
    }

    /**
     * All names.
     *
     * @return in the order of the presets
     */
    public static List<String> ids() {
        return Arrays.stream(values()).map(NetworkPreset::id).collect(Collectors.toUnmodifiableList());
    }

    /**
     * What it says.
     *
     * @param size of the network's input, {@code N} or {@code WxH}, where that is known
     * @return all but the output; no sizes where none is known
     */
    public NetworkOptions options(Optional<String> size) {
        NetworkOptions options = NetworkOptions.none()
                .with(NetworkOption.INTERPOLATION, resize.interpolation)
                .with(NetworkOption.SCALE, values.scale)
                .with(NetworkOption.MEAN, values.mean)
                .with(NetworkOption.STD, values.std)
                .with(NetworkOption.CHANNELS, values.channels);
        Optional<String> known =
                size.or(() -> Optional.of(usualSize).filter(usual -> usual > 0).map(Object::toString));
        if (known.isEmpty()) {
            return options;
        }
        String side = known.get().split("x", -1)[0];
        return options.with(NetworkOption.INPUT_SIZE, known.get())
                .with(NetworkOption.RESIZE, resize.resize.formatted(known.get(), side))
                .with(NetworkOption.CROP, resize.crop.formatted(known.get(), side));
    }
}
