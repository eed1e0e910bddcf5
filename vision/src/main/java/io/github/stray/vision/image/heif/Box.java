// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A box of an ISO base media file (ISO/IEC 14496-12): a type and the bytes it holds.
 *
 * @param type four printable characters
 * @param file the whole file; not copied
 * @param from where its content starts, behind size and type
 * @param end where its content ends; at most the file's length
 * @param missing how many bytes of it the file lacks
 */
@SuppressWarnings("ArrayRecordComponent")
record Box(String type, byte[] file, int from, int end, long missing) {
    /** Boxes of real files number a few dozen; the most of all is one an item. */
    private static final int MOST = 65_536;

    /** The boxes that lie between two places, one after another, up to the first that is none. */
    static List<Box> between(byte[] file, int from, int end) throws DamagedHeifException {
        var boxes = new ArrayList<Box>();
        int at = from;
        while (at + 8 <= end) {
            var in = new Fields("box", file, at, end);
            long size = in.u32();
            String type = Brand.fourCharacters(file, at + 4);
            in.skip(4);
            if (size == 1 && at + 16 <= end) {
                size = in.u64();
            } else if (size == 0) {
                size = end - (long) at;
            }
            if (size < in.at() - (long) at) {
                return boxes;
            }
            if (boxes.size() == MOST) {
                throw new DamagedHeifException("it has more than %d boxes in one place".formatted(MOST));
            }
            long stated = at + size;
            int last = (int) Math.min(stated < 0 ? end : stated, end);
            boxes.add(new Box(type, file, in.at(), last, stated < 0 ? Long.MAX_VALUE : stated - last));
            at = last;
        }
        return boxes;
    }

    /** The boxes inside, behind {@code skip} bytes of fields. */
    List<Box> children(int skip) throws DamagedHeifException {
        if (skip > end - from) {
            throw new DamagedHeifException("its '%s' box ends early".formatted(type));
        }
        List<Box> boxes = between(file, from + skip, end);
        for (Box box : boxes) {
            if (box.missing > 0) {
                throw new DamagedHeifException(
                        "its '%s' box is larger than the '%s' box it lies in".formatted(box.type, type));
            }
        }
        return boxes;
    }

    Fields fields() {
        return new Fields(type, file, from, end);
    }

    static Optional<Box> find(List<Box> boxes, String type) {
        return boxes.stream().filter(box -> box.type.equals(type)).findFirst();
    }

    /** The box of this type, without which nothing can be read. */
    static Box require(List<Box> boxes, String type) throws DamagedHeifException {
        Optional<Box> box = find(boxes, type);
        if (box.isEmpty()) {
            throw new DamagedHeifException("it has no '%s' box".formatted(type));
        }
        return box.get();
    }
}
