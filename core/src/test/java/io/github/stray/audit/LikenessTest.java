// SPDX-License-Identifier: Apache-2.0
package io.github.stray.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LikenessTest {
    @Test
    void of_samePicture_isWhole() {
        Likeness likeness = Likeness.of(Pictures.of(1), Pictures.of(1));
        assertThat(likeness.similarity()).isCloseTo(1, within(1e-5));
        assertThat(likeness.detail()).isCloseTo(1, within(1e-5));
        assertThat(likeness.colour()).isZero();
        assertThat(likeness.mirrored()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0.95", "0.05, 0, 0.95", "0.02, 0.04, 0.95", "0.05, 0.05, 0.9", "0.1, 0, 0.9", "0.03, 0.07, 0.88"
    })
    void of_crop_findsTheWindowEitherWayRound(double left, double top, double size) {
        var picture = Pictures.waves(2);
        ImageSignature whole = Pictures.of(picture, "whole");
        ImageSignature part = Pictures.of(Pictures.cropped(picture, left, top, size), "part");
        ImageSignature mirroredPart =
                Pictures.of(Pictures.mirrored(Pictures.cropped(picture, left, top, size)), "mirrored part");
        for (Likeness likeness : new Likeness[] {Likeness.of(whole, part), Likeness.of(part, whole)}) {
            assertThat(likeness.similarity()).isGreaterThan(0.98);
            assertThat(likeness.detail()).isGreaterThan(0.97);
            assertThat(likeness.mirrored()).isFalse();
        }
        for (Likeness likeness : new Likeness[] {Likeness.of(whole, mirroredPart), Likeness.of(mirroredPart, whole)}) {
            assertThat(likeness.similarity()).isGreaterThan(0.98);
            assertThat(likeness.detail()).isGreaterThan(0.97);
            assertThat(likeness.mirrored()).isTrue();
        }
    }

    @Test
    void of_otherPictures_areUnlike() {
        for (int seed = 10; seed < 60; seed++) {
            Likeness likeness = Likeness.of(Pictures.of(seed), Pictures.of(seed + 1));
            assertThat(NearDuplicates.Limits.USUAL.admit(likeness))
                    .as("seed %d: %s", seed, likeness)
                    .isFalse();
        }
    }

    @Test
    void of_darkerPicture_isStillTheSame() {
        var picture = Pictures.waves(3);
        ImageSignature dark = Pictures.of((x, y) -> 20 + 0.4 * picture.applyAsDouble(x, y), "dark");
        Likeness likeness = Likeness.of(Pictures.of(picture, "bright"), dark);
        assertThat(likeness.similarity()).isGreaterThan(0.99);
        assertThat(likeness.detail()).isGreaterThan(0.97);
    }

    @Test
    void of_sameShapeWithOtherDetail_isTold() {
        var ramp = Pictures.waves(4);
        ImageSignature some = Pictures.of((x, y) -> 200 * x + 0.08 * ramp.applyAsDouble(x, y), "some");
        var other = Pictures.waves(5);
        ImageSignature ramped = Pictures.of((x, y) -> 200 * x + 0.08 * other.applyAsDouble(x, y), "other");
        Likeness likeness = Likeness.of(some, ramped);
        assertThat(likeness.similarity()).isGreaterThan(0.97);
        assertThat(likeness.detail()).isLessThan(0.7);
    }

    @Test
    void of_flatPictures_areLikeNothing() {
        ImageSignature flat = Pictures.of((x, y) -> 80, "flat");
        assertThat(Likeness.of(flat, flat).similarity()).isZero();
        assertThat(Likeness.of(flat, Pictures.of(1)).similarity()).isZero();
    }

    @Test
    void of_otherColours_saysHowFarApart() {
        ImageSignature grey = Pictures.of(6);
        ImageSignature tinted = new ImageSignature("tinted", "", grey.luma(), Pictures.grey(138));
        assertThat(Likeness.of(grey, tinted).colour()).isCloseTo(10, within(1e-9));
    }

    @Test
    void signature_wrongSizes_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ImageSignature("", "", new byte[10], new byte[128]))
                .withMessageContaining("1024 values of brightness and 128 of colour, got 10 and 128");
    }
}
