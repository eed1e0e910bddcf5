// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.extract.Sample;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class DemoSetProperties {
    @Property(tries = 12)
    void first_anySeedAndSizes_smallerSetIsPartOfLarger(
            @ForAll long seed, @ForAll @IntRange(max = 6) int set, @ForAll @IntRange(min = 1, max = 3) int fewer) {
        var sets = new ArrayList<DemoSet>(new DemoSample(seed).outOfDistribution());
        sets.add(new DemoSample(seed).train());
        sets.add(new DemoSample(seed).test());
        DemoSet chosen = sets.get(set);
        List<Sample> larger = DemoSetTest.samples(chosen.first(fewer + 1));
        for (Sample each : DemoSetTest.samples(chosen.first(fewer))) {
            Sample same = larger.stream()
                    .filter(other -> other.id().equals(each.id()))
                    .findFirst()
                    .orElseThrow();
            assertThat(((Pixels) same.content()).rgb()).isEqualTo(((Pixels) each.content()).rgb());
            assertThat(same.label()).isEqualTo(each.label());
        }
    }
}
