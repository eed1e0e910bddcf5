// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.vision.card.TextTower.Padding;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The text encoders of pairs by the {@code model_type} of the pair: what their configurations leave out and what their
 * processors do. Each is one entry here.
 *
 * @param types values of {@code model_type}
 * @param positions rows of the table of positions, where the configuration leaves them out
 * @param padding what the family's processor fills a text up to
 * @param pooled whether {@code pooler_output} is the embedding, since there is no projection behind it
 * @param clip whether it is CLIP's own, as {@link TextSource#clip} says
 */
record TextFamilies(Set<String> types, int positions, Padding padding, boolean pooled, boolean clip) {
    private static final List<TextFamilies> ALL = List.of(
            new TextFamilies(Set.of("clip"), 77, Padding.CONTEXT, false, true),
            new TextFamilies(Set.of("metaclip_2"), 77, Padding.CONTEXT, false, false),
            new TextFamilies(Set.of("siglip", "siglip2"), 64, Padding.CONTEXT, true, false),
            // Filled up to the longest text of a batch, which the mask of attention hides.
            new TextFamilies(Set.of("chinese_clip"), 512, Padding.NONE, false, false),
            new TextFamilies(Set.of("altclip"), 514, Padding.NONE, false, false));

    static Optional<TextFamilies> of(String type) {
        return ALL.stream().filter(family -> family.types.contains(type)).findFirst();
    }
}
