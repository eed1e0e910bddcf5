// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import java.util.Locale;

/** What can be said of a network without a card. */
public enum NetworkOption {
    /** A usual preparation by its name, see {@link NetworkPreset}; the others go before it. */
    PRESET,
    /** {@code N} or {@code WxH}. */
    INPUT_SIZE,
    /** {@code none}, {@code shortest:N}, {@code shortest:N/D}, {@code cover:WxH} or {@code exact:WxH}. */
    RESIZE,
    /** {@code none}, {@code center:N}, {@code center:WxH}, or the same with {@code center-floor} or {@code center-fast}. */
    CROP,
    /** {@code nearest}, {@code nearest-exact}, {@code box}, {@code bilinear}, {@code bicubic} or {@code lanczos}. */
    INTERPOLATION,
    /** Factor on levels of 0 to 255: a number or {@code a/b}; {@code 1/255} if it is not said. */
    SCALE,
    /** Three comma-separated numbers, in units of the scaled value and the order of the channels. */
    MEAN,
    /** Three comma-separated numbers likewise. */
    STD,
    /** {@code rgb} or {@code bgr}; {@code rgb} if it is not said. */
    CHANNELS,
    /** {@code levels}, {@code torchvision} or {@code unrounded}; {@code levels} if it is not said. */
    ARITHMETIC,
    /**
     * Comma-separated {@code layer=tensor[:l2]}; a plain {@code tensor[:l2]} is the layer of that name if it is {@code
     * features}, {@code embeddings} or {@code logits}, and {@code features} otherwise; {@code :l2} divides rows by
     * their norm. A tensor may also be a hidden one, or {@code before(T)}, {@code patches(T)} or {@code
     * class_token(T)}, see {@link io.github.stray.graph.OnnxGraph}.
     */
    OUTPUT,
    /** {@code class}, {@code mean} or {@code pooler}: the features of a base network, instead of {@code output}. */
    POOL;

    /**
     * The name in messages, in suites and on the command line.
     *
     * @return such as {@code input-size}
     */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
