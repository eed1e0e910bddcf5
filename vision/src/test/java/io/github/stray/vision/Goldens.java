// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.github.stray.extract.ImageContent.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;

/** Golden files, and the test images their generators in {@code tools/golden} draw. */
public final class Goldens {
    private Goldens() {}

    public static JsonObject read(String path) {
        try {
            return JsonParser.object()
                    .from(Files.readString(Path.of("..", "golden").resolve(path)));
        } catch (IOException | JsonParserException e) {
            throw new AssertionError("golden file " + path, e);
        }
    }

    public static List<JsonObject> cases(String path) {
        return read(path).getArray("cases").stream().map(JsonObject.class::cast).toList();
    }

    /** The same bytes as {@code noise} in {@code tools/golden/preprocess.py}. */
    public static Pixels noise(int width, int height, int seed, boolean binary) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            int h = (i + seed * 7919) * 0x9E3779B1;
            h ^= h >>> 15;
            h *= 0x85EBCA77;
            h ^= h >>> 13;
            int value = h >>> 24;
            rgb[i] = (byte) (binary ? (value >= 128 ? 255 : 0) : value);
        }
        return new Pixels(width, height, rgb);
    }

    public static long crc32(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }
}
