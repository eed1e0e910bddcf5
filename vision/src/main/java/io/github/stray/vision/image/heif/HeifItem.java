// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An item of a HEIF file: a compressed picture, or how to make one of others.
 *
 * @param id its number in the file
 * @param type {@code hvc1}, {@code av01}, {@code grid}, ..
 * @param properties boxes that describe it, in their order
 * @param sources the items it is made of
 * @param multiplied the item of the alpha that its colours are already multiplied with
 */
record HeifItem(long id, String type, List<Box> properties, List<Long> sources, OptionalLong multiplied) {
    Box require(String property) throws DamagedHeifException {
        Optional<Box> box = Box.find(properties, property);
        if (box.isEmpty()) {
            throw new DamagedHeifException("its '%s' image has no '%s' property".formatted(type, property));
        }
        return box.get();
    }

    /** Width and height as the container states them, before it is cropped or turned. */
    int[] size() throws DamagedHeifException {
        Fields in = require("ispe").fields();
        in.skip(4);
        long width = in.u32();
        long height = in.u32();
        if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw new DamagedHeifException("its header states %d x %d pixels".formatted(width, height));
        }
        return new int[] {(int) width, (int) height};
    }

    /** What its colours mean, where the container says so. */
    Optional<Colours> colours() throws DamagedHeifException {
        for (Box box : properties) {
            if (box.type().equals("colr")) {
                Fields in = box.fields();
                if (in.fourCharacters().equals("nclx")) {
                    int primaries = in.u16();
                    in.skip(2);
                    return Optional.of(new Colours(primaries, in.u16(), (in.u8() & 0x80) != 0));
                }
            }
        }
        return Optional.empty();
    }
}
