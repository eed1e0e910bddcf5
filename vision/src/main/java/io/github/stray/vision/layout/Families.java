// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The families of networks by their {@code model_type}: where their features are, and where their patches begin. Each is one
 * entry here; what is taken is what the literature of the family takes. A network whose exporter offers embeddings or logits
 * needs none.
 *
 * @param types values of {@code model_type}
 * @param features where features are taken
 * @param others tokens in front of the patches, registers aside, 0 for maps; empty where there are no patches
 * @param anySize whether the network takes images of any size, whatever size its configuration names
 * @param note what a reader of the card must know; empty if nothing
 */
record Families(Set<String> types, Features features, Optional<Integer> others, boolean anySize, String note) {
    /** Where the features of a network are that offers neither embeddings nor logits. */
    enum Features {
        /** {@code pooler_output}; the class token where the file does not hold it. */
        POOLED_OR_CLASS_TOKEN,
        /** {@code pooler_output}; the mean over patches or places where the file does not hold it. */
        POOLED_OR_MEAN,
        /** The class token, also where there is a {@code pooler_output}: that is a layer for another task. */
        CLASS_TOKEN
    }

    private static final String NORM_IS_MISSING =
            "the last layer normalisation, which is behind the mean, is not in the file";

    private static final List<Families> ALL = List.of(
            tokens(Features.CLASS_TOKEN, 1, false, "vit", "vit_msn"),
            new Families(
                    Set.of("vit_mae"),
                    Features.CLASS_TOKEN,
                    Optional.empty(),
                    false,
                    "no patches: the network shuffles them, also where it masks none"),
            tokens(Features.CLASS_TOKEN, 2, false, "deit"),
            tokens(Features.POOLED_OR_CLASS_TOKEN, 1, true, "dinov2", "dinov2_with_registers", "dinov3_vit"),
            tokens(Features.POOLED_OR_CLASS_TOKEN, 1, true, "dinov3_convnext", "pvt"),
            tokens(
                    Features.POOLED_OR_CLASS_TOKEN,
                    1,
                    false,
                    "clip",
                    "clip_vision_model",
                    "metaclip_2",
                    "metaclip_2_vision_model",
                    "chinese_clip",
                    "chinese_clip_vision_model",
                    "altclip",
                    "altclip_vision_model"),
            new Families(
                    Set.of("beit", "data2vec-vision"), Features.POOLED_OR_MEAN, Optional.of(1), false, NORM_IS_MISSING),
            tokens(
                    Features.POOLED_OR_MEAN,
                    0,
                    false,
                    "ijepa",
                    "aimv2",
                    "aimv2_vision_model",
                    "hiera",
                    "siglip",
                    "siglip_vision_model"),
            tokens(Features.POOLED_OR_MEAN, 0, true, "swin", "swinv2", "focalnet"),
            new Families(
                    Set.of("convnext", "convnextv2"), Features.POOLED_OR_MEAN, Optional.of(0), true, NORM_IS_MISSING),
            tokens(
                    Features.POOLED_OR_MEAN,
                    0,
                    true,
                    "resnet",
                    "regnet",
                    "bit",
                    "mobilenet_v1",
                    "mobilenet_v2",
                    "mobilevit",
                    "mobilevitv2",
                    "efficientnet",
                    "poolformer",
                    "pvt_v2",
                    "segformer",
                    "swiftformer",
                    "cvt",
                    "levit"));

    private static Families tokens(Features features, int others, boolean anySize, String... types) {
        return new Families(Set.of(types), features, Optional.of(others), anySize, "");
    }

    static Optional<Families> of(String type) {
        return ALL.stream().filter(family -> family.types.contains(type)).findFirst();
    }

    static List<Families> all() {
        return ALL;
    }
}
