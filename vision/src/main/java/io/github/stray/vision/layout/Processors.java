// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.store.JsonNode;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.layout.Processor.Library;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The classes of Hugging Face's image processors whose steps are known, one entry each. Every other class is refused by its
 * name, however usual its keys look. Source: transformers 4.57.1 and 5.24.0, {@code models/*}{@code /image_processing_*.py}.
 *
 * <p>A class exists up to three times: on NumPy arrays with Pillow's resize ("slow"; {@code ..ImageProcessor} and {@code
 * ..FeatureExtractor} of transformers 4), on tensors with torchvision's ({@code
 * ..ImageProcessorFast} of 4), and on tensors in transformers 5, where that is {@code ..ImageProcessor}. They differ in
 * defaults, in how a crop is rounded, in {@code nearest}, and in the arithmetic of a resize.
 */
final class Processors {
    private static final Pattern CLASS = Pattern.compile("(\\w+?)(?:ImageProcessor|FeatureExtractor)(Fast)?");

    private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);
    private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
    private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);
    private static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
    private static final List<Double> CLIP_STD = List.of(0.26862954, 0.26130258, 0.27577711);

    private static final int NEAREST = 0;
    private static final int BILINEAR = 2;
    private static final int BICUBIC = 3;

    private static final List<Processor> KNOWN = List.of(
            new Processor("CLIP", ProcessorRule.CLIP)
                    .defaultOf("aimv2", "aimv2_vision_model", "altclip", "clip", "clip_vision_model", "git", "groupvit")
                    .defaultOf("metaclip_2", "mlcd", "xclip")
                    .size(Map.of("shortest_edge", 224), BICUBIC)
                    .crop(224)
                    .normalise(CLIP_MEAN, CLIP_STD)
                    .own("use_square_size", false)
                    .fastTakesNoNoticeOf("use_square_size")
                    .inFive("square_size", sides(224)),
            new Processor("Bit", ProcessorRule.PLAIN)
                    .defaultOf("bit", "dinov2", "dinov2_with_registers", "focalnet", "hiera")
                    .size(Map.of("shortest_edge", 224), BICUBIC)
                    .crop(224)
                    .normalise(CLIP_MEAN, CLIP_STD),
            new Processor("ViTHybrid", ProcessorRule.PLAIN)
                    .defaultOf("vit_hybrid")
                    .size(Map.of("shortest_edge", 224), BICUBIC)
                    .crop(224)
                    .normalise(CLIP_MEAN, CLIP_STD)
                    .only(Library.SLOW),
            new Processor("ChineseCLIP", ProcessorRule.PLAIN)
                    .defaultOf("chinese_clip")
                    .size(Map.of("shortest_edge", 224), BICUBIC)
                    .crop(224)
                    .normalise(CLIP_MEAN, CLIP_STD)
                    .slowTakesSidesAlone(),
            new Processor("Siglip", ProcessorRule.PLAIN)
                    .defaultOf("siglip", "siglip_vision_model")
                    .size(sides(224), BICUBIC)
                    .normalise(HALF, HALF)
                    .slowTakesSidesAlone()
                    .own("default_to_square", false),
            new Processor("Blip", ProcessorRule.PLAIN)
                    .defaultOf("blip", "blip-2")
                    .size(sides(384), BICUBIC)
                    .normalise(CLIP_MEAN, CLIP_STD)
                    .slowTakesSidesAlone(),
            new Processor("ViT", ProcessorRule.PLAIN)
                    .defaultOf("clipseg", "dinat", "ijepa", "nat", "swiftformer", "swin", "swinv2", "vit", "vit_mae")
                    .defaultOf("vit_msn")
                    .size(sides(224), BILINEAR)
                    .normalise(HALF, HALF)
                    .slowTakesSidesAlone(),
            new Processor("DeiT", ProcessorRule.PLAIN)
                    .defaultOf("deit")
                    .size(sides(256), BICUBIC)
                    .crop(224)
                    .normalise(HALF, HALF)
                    .slowTakesSidesAlone(),
            new Processor("Beit", ProcessorRule.PLAIN)
                    .defaultOf("beit", "data2vec-vision")
                    .size(sides(256), BICUBIC)
                    .crop(224)
                    .normalise(HALF, HALF)
                    .slowTakesSidesAlone()
                    .withTorchvision("size", sides(224))
                    .withTorchvision("do_center_crop", false),
            new Processor("DINOv3ViT", ProcessorRule.PLAIN)
                    .defaultOf("dinov3_vit", "dinov3_convnext")
                    .size(sides(224), BILINEAR)
                    .normalise(IMAGENET_MEAN, IMAGENET_STD)
                    .resizesFloats()
                    .only(Library.FAST, Library.FIVE),
            new Processor("ConvNext", ProcessorRule.CONVNEXT)
                    .defaultOf("convnext", "convnextv2", "cvt", "regnet", "resnet", "van")
                    .size(Map.of("shortest_edge", 384), BILINEAR)
                    .normalise(HALF, HALF)
                    .own("crop_pct", 224 / 256.0)
                    .inFive("resample", BICUBIC),
            new Processor("Levit", ProcessorRule.LEVIT)
                    .defaultOf("levit")
                    .size(Map.of("shortest_edge", 224), BICUBIC)
                    .crop(224)
                    .normalise(IMAGENET_MEAN, IMAGENET_STD),
            new Processor("PoolFormer", ProcessorRule.POOLFORMER)
                    .defaultOf("poolformer")
                    .size(Map.of("shortest_edge", 224), BICUBIC)
                    .crop(224)
                    .normalise(IMAGENET_MEAN, IMAGENET_STD)
                    .own("crop_pct", 0.9),
            new Processor("EfficientNet", ProcessorRule.PLAIN)
                    .defaultOf("align", "efficientnet")
                    .size(sides(346), NEAREST)
                    .cropIfAsked(289)
                    .normalise(HALF, HALF)
                    .slowTakesSidesAlone()
                    .own("rescale_offset", false)
                    .own("include_top", true)
                    .inFive("resample", BICUBIC),
            new Processor("EfficientFormer", ProcessorRule.PLAIN)
                    .defaultOf("efficientformer")
                    .size(sides(224), BICUBIC)
                    .crop(224)
                    .normalise(IMAGENET_MEAN, IMAGENET_STD)
                    .only(Library.SLOW),
            new Processor("MobileNetV1", ProcessorRule.PLAIN)
                    .defaultOf("mobilenet_v1")
                    .size(Map.of("shortest_edge", 256), BILINEAR)
                    .crop(224)
                    .normalise(HALF, HALF),
            new Processor("MobileNetV2", ProcessorRule.PLAIN)
                    .defaultOf("mobilenet_v2")
                    .size(Map.of("shortest_edge", 256), BILINEAR)
                    .crop(224)
                    .normalise(HALF, HALF),
            new Processor("MobileViT", ProcessorRule.PLAIN)
                    .defaultOf("mobilevit", "mobilevitv2")
                    .size(Map.of("shortest_edge", 224), BILINEAR)
                    .crop(256)
                    .ignoring("do_normalize", "image_mean", "image_std")
                    .own("do_flip_channel_order", true)
                    .inFive("resample", BICUBIC),
            new Processor("Pvt", ProcessorRule.PLAIN)
                    .defaultOf("pvt", "pvt_v2")
                    .size(sides(224), BILINEAR)
                    .normalise(IMAGENET_MEAN, IMAGENET_STD)
                    .slowTakesSidesAlone()
                    .inFive("resample", BICUBIC),
            new Processor("Segformer", ProcessorRule.PLAIN)
                    .defaultOf("segformer", "upernet")
                    .size(sides(512), BILINEAR)
                    .normalise(IMAGENET_MEAN, IMAGENET_STD)
                    .slowTakesSidesAlone()
                    .ignoring("do_center_crop", "crop_size"),
            new Processor("TextNet", ProcessorRule.TEXTNET)
                    .defaultOf("textnet")
                    .size(Map.of("shortest_edge", 640), BILINEAR)
                    .cropIfAsked(224)
                    .normalise(IMAGENET_MEAN, IMAGENET_STD)
                    .own("size_divisor", 32));

    private static final String FRAMES = "prepares the frames of videos";
    private static final String PADS = "resizes to a longest side and pads";
    private static final String TILES = "cuts an image into a number of parts that depends on its proportions";

    /** Why some classes are not among the known ones. */
    private static final Map<String, String> REASONS = Map.ofEntries(
            Map.entry("Perceiver", "cuts a share out of the image first, and resizes then"),
            Map.entry(
                    "Siglip2",
                    "makes patches whose number depends on the image (NaFlex), so its network has no input of one size; the SigLIP 2 networks of one size have SiglipImageProcessor"),
            Map.entry("ImageGPT", "replaces pixels by the numbers of clusters of colours"),
            Map.entry("Vilt", PADS),
            Map.entry("BridgeTower", PADS),
            Map.entry("Detr", PADS),
            Map.entry("Yolos", PADS),
            Map.entry("Sam", PADS),
            Map.entry("Donut", PADS),
            Map.entry("Nougat", PADS),
            Map.entry("Swin2SR", "pads and does not resize"),
            Map.entry("GLPN", "rounds both sides down to multiples of 32, so its network has no input of one size"),
            Map.entry("DPT", "may keep proportions and round sides, for maps of depth"),
            Map.entry("DepthPro", "normalises first, and resizes then"),
            Map.entry("Flava", "makes a second image and a mask"),
            Map.entry("VideoMAE", FRAMES),
            Map.entry("Vivit", FRAMES),
            Map.entry("Tvlt", FRAMES),
            Map.entry("Tvp", FRAMES),
            Map.entry("Pix2Struct", TILES),
            Map.entry("Qwen2VL", TILES),
            Map.entry("LlavaNext", TILES),
            Map.entry("Pixtral", TILES));

    private Processors() {}

    private static Map<String, Integer> sides(int side) {
        return Map.of("height", side, "width", side);
    }

    /**
     * What a folder's processor makes of images.
     *
     * @param settings of the processor
     * @param type {@code model_type} of the network, for settings that name no class
     * @param five whether transformers 5 or later wrote the settings
     * @return its steps
     * @throws InvalidCardException if class or keys are not known
     */
    static ProcessorSteps read(JsonNode<InvalidCardException> settings, String type, boolean five)
            throws InvalidCardException {
        String name = settings.at("image_processor_type")
                .or(settings.at("feature_extractor_type").or("").text())
                .text();
        Matcher matcher = CLASS.matcher(name);
        String stem = matcher.matches() ? matcher.group(1) : name;
        Processor processor = KNOWN.stream()
                .filter(known -> name.isEmpty() ? known.isDefaultOf(type) : known.is(stem))
                .findFirst()
                .orElseThrow(() -> refusal(settings, name, stem, type));
        boolean fast = matcher.matches() && matcher.group(2) != null;
        return processor.steps(settings, fast ? Library.FAST : five ? Library.FIVE : Library.SLOW);
    }

    private static InvalidCardException refusal(
            JsonNode<InvalidCardException> settings, String name, String stem, String type) {
        String what = name.isEmpty()
                ? "names no class of image processors, and 'model_type' of config.json is '%s', whose class is not known"
                        .formatted(type)
                : REASONS.containsKey(stem)
                        ? "%s %s, which is not supported".formatted(name, REASONS.get(stem))
                        : "%s is no class of image processors whose steps are known".formatted(name);
        return new InvalidCardException("%s: %s. Known are: %s"
                .formatted(
                        settings.source(),
                        what,
                        KNOWN.stream().map(Processor::className).collect(Collectors.joining(", "))));
    }
}
