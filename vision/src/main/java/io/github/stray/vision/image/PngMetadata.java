// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * EXIF and XMP data of a PNG file: the chunk eXIf and, from before there was one, texts as ImageMagick and ExifTool write
 * them. Read as Pillow reads them; of two under one name the later counts.
 */
final class PngMetadata {
    private static final String XMP = "XML:com.adobe.xmp";
    private static final String RAW_EXIF = "Raw profile type exif";
    private static final String EXIF = "exif";
    /** As much of a compressed text as Pillow takes. */
    private static final int MOST_TEXT = 1 << 20;

    private final Map<String, byte[]> texts = new HashMap<>();

    private PngMetadata() {}

    static Metadata of(byte[] file) {
        var found = new PngMetadata();
        ByteBuffer in = ByteBuffer.wrap(file);
        long at = 8;
        while (at + 12 <= file.length) {
            long length = in.getInt((int) at) & 0xFFFFFFFFL;
            int from = (int) at + 8;
            int end = (int) Math.min(file.length, from + length);
            switch (new String(file, (int) at + 4, 4, ISO_8859_1)) {
                case "eXIf" -> found.texts.put(EXIF, Arrays.copyOfRange(file, from, end));
                case "tEXt" -> found.text(file, from, end);
                case "zTXt" -> found.compressed(file, from, end);
                case "iTXt" -> found.international(file, from, end);
                default -> {}
            }
            at += 12 + length;
        }
        return new Metadata(found.exif(), found.texts.getOrDefault(XMP, new byte[0]));
    }

    private byte[] exif() {
        byte[] exif = texts.get(EXIF);
        if (exif != null) {
            return exif;
        }
        byte[] raw = texts.getOrDefault(RAW_EXIF, new byte[0]);
        // An empty line, the kind and the length come before the digits.
        String[] lines = new String(raw, ISO_8859_1).split("\n", 4);
        if (lines.length < 4) {
            return new byte[0];
        }
        try {
            return HexFormat.of().parseHex(lines[3].replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private void text(byte[] file, int from, int end) {
        int zero = zero(file, from, end);
        keep(file, from, zero, Arrays.copyOfRange(file, Math.min(zero + 1, end), end));
    }

    private void compressed(byte[] file, int from, int end) {
        int zero = zero(file, from, end);
        if (zero + 2 < end && file[zero + 1] == 0 && wanted(file, from, zero)) {
            keep(file, from, zero, inflate(file, zero + 2, end));
        }
    }

    /** Keyword, whether it is compressed and how, language, translated keyword, text. */
    private void international(byte[] file, int from, int end) {
        int zero = zero(file, from, end);
        if (zero + 3 > end || !wanted(file, from, zero)) {
            return;
        }
        int language = zero(file, zero + 3, end);
        int keyword = zero(file, language + 1, end);
        if (keyword >= end) {
            return;
        }
        if (file[zero + 1] == 0) {
            keep(file, from, zero, Arrays.copyOfRange(file, keyword + 1, end));
        } else if (file[zero + 2] == 0) {
            keep(file, from, zero, inflate(file, keyword + 1, end));
        }
    }

    private static boolean wanted(byte[] file, int from, int zero) {
        String key = key(file, from, zero);
        return key.equals(XMP) || key.equals(RAW_EXIF) || key.equals(EXIF);
    }

    private static String key(byte[] file, int from, int zero) {
        return new String(file, from, zero - from, ISO_8859_1);
    }

    private void keep(byte[] file, int from, int zero, byte[] text) {
        if (wanted(file, from, zero)) {
            texts.put(key(file, from, zero), text);
        }
    }

    /** Where the next zero is, {@code end} if there is none. */
    private static int zero(byte[] file, int from, int end) {
        int at = from;
        while (at < end && file[at] != 0) {
            at++;
        }
        return Math.min(at, end);
    }

    private static byte[] inflate(byte[] file, int from, int end) {
        var inflater = new Inflater();
        try {
            inflater.setInput(file, from, end - from);
            byte[] text = new byte[MOST_TEXT];
            int length = 0;
            int count = 1;
            while (count > 0 && length < text.length) {
                count = inflater.inflate(text, length, text.length - length);
                length += count;
            }
            return Arrays.copyOf(text, length);
        } catch (DataFormatException e) {
            return new byte[0];
        } finally {
            inflater.end();
        }
    }
}
