// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.vision.MemoryDataset;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImagesByIdTest {
    @Test
    void read_someOfASet_givesThoseAlone() throws IOException {
        MemoryDataset set = MemoryDataset.of(3, i -> new Pixels(2 + i, 1, new byte[3 * (2 + i)]));
        Map<String, Integer> widths = ImagesById.read(set, Set.of("sample-1", "no-such"), Pixels::width);
        assertThat(widths).containsExactly(Map.entry("sample-1", 3));
        assertThat(ImagesById.read(set, Set.of(), Pixels::width)).isEmpty();
    }
}
