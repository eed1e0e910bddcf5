// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.demo;

import io.github.stray.vision.demo.DemoSet.Shift;
import java.util.List;

/**
 * The sets of the demo: road signs to fit on, others of the same kinds to test with, and what does not belong.
 *
 * @param seed every seed gives other images of the same kinds
 */
public record DemoSample(long seed) {
    /** {@return ID images to fit on, the set {@code train}: 8 classes of road signs, 60 each} */
    public DemoSet train() {
        return new DemoSet("train", Shift.ID, RoadSigns.KINDS, 60, seed);
    }

    /** {@return ID images to test with, the set {@code test}: the same classes, 25 each} */
    public DemoSet test() {
        return new DemoSet("test", Shift.ID, RoadSigns.KINDS, 25, seed);
    }

    /**
     * {@return what does not belong, one near set, then four far ones: {@code unseen signs}, {@code textures}, {@code
     * digits}, {@code scenes}, {@code noise}}
     */
    public List<DemoSet> outOfDistribution() {
        return List.of(
                new DemoSet("unseen signs", Shift.NEAR, UnseenSigns.KINDS, 25, seed),
                new DemoSet("textures", Shift.FAR, Textures.KINDS, 25, seed),
                new DemoSet("digits", Shift.FAR, Digits.KINDS, 12, seed),
                new DemoSet("scenes", Shift.FAR, Scenes.KINDS, 25, seed),
                new DemoSet("noise", Shift.FAR, Noise.KINDS, 25, seed));
    }
}
