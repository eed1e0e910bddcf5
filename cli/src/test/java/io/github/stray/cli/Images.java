// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.vision.demo.DemoSample;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/** Folders of images for tests. */
final class Images {
    /** A 40 x 30 CMYK JPEG, left half one colour, right half another, written by Pillow. */
    private static final String CMYK = """
            /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0s
            MzpKPjM2RjcsLUBXQUZMTlJTUjI+WmFaUGBKUVJP/8AAFAgAHgAoBEMRAE0RAFkRAEsRAP/EAB8A
            AAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUS
            ITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElK
            U1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4
            ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwDk
            q9Irqa7yiiiiu3+G3/MS/wC2X/s9cL8Tf+YZ/wBtf/ZK0NL/AOWv4f1qzZ/x/hXcVwlX6s0UUUV4
            hXutYFZtFFFFdv8ADb/mJf8AbL/2euF+Jv8AzDP+2v8A7JWhpf8Ay1/D+tWbP+P8K7iuEq/Vmiii
            ivEK91rArNoooort/ht/zEv+2X/s9cL8Tf8AmGf9tf8A2StDS/8Alr+H9as2f8f4V3FcJV+rNFFF
            FeIV7rWBWbRRRRXb/Db/AJiX/bL/ANnrhfib/wAwz/tr/wCyVoaX/wAtfw/rVmz/AI/wruK4Sr9W
            aKKKK//Z""";

    /** A 12 x 10 GIF of two frames, written by Pillow. */
    private static final String ANIMATED = """
            R0lGODlhDAAKAIEAAMgeCgAAAAAAAAAAACH5BAAFAAAALAAAAAAMAAoAAAgUAAEIHEiwoMGDCBMq
            XMiwocOHAQEAIfkEAAUAAAAsAAAAAAwACgCBFDz6AAAAAAAAAAAACBQAAQgcSLCgwYMIEypcyLCh
            w4cBAQA7""";

    private Images() {}

    /** Signs in class folders. */
    static Path signs(Path folder, int perClass) throws IOException {
        new DemoSample(5).train().first(perClass).writeTo(folder);
        return folder;
    }

    static Path otherSigns(Path folder, int perClass) throws IOException {
        new DemoSample(5).test().first(perClass).writeTo(folder);
        return folder;
    }

    /** The far set {@code textures}, in class folders. */
    static Path textures(Path folder, int perClass) throws IOException {
        new DemoSample(5).outOfDistribution().get(1).first(perClass).writeTo(folder);
        return folder;
    }

    /** What users' folders look like: 5 images that can be read, 2 that cannot, 2 other files. */
    static Path motley(Path folder) throws IOException {
        Files.createDirectories(folder);
        byte[] jpeg = encoded(new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB), "jpg");
        Files.write(folder.resolve("whole.jpg"), jpeg);
        Files.write(folder.resolve("truncated.jpg"), Arrays.copyOf(jpeg, jpeg.length / 2));
        Files.writeString(folder.resolve("text.png"), "This is no image.\n");
        Files.write(folder.resolve("cmyk.jpg"), Base64.getMimeDecoder().decode(CMYK));
        Files.write(folder.resolve("animated.gif"), Base64.getMimeDecoder().decode(ANIMATED));
        Files.write(
                folder.resolve("deep.PNG"), encoded(new BufferedImage(20, 20, BufferedImage.TYPE_USHORT_GRAY), "png"));
        Files.write(folder.resolve("dot.png"), encoded(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), "png"));
        Files.writeString(folder.resolve(".DS_Store"), "x");
        Files.writeString(folder.resolve("README.txt"), "photos of last summer");
        return folder;
    }

    private static byte[] encoded(BufferedImage image, String format) throws IOException {
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int step = 4 * (x + y) / (1 + image.getWidth() / 16) & 255;
                image.setRGB(x, y, (255 - step) << 16 | step << 8 | (x * y & 255));
            }
        }
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(image, format, bytes);
        return bytes.toByteArray();
    }

    static Path zip(Path folder, Path zip) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(folder)) {
            files = found.filter(Files::isRegularFile).sorted().toList();
        }
        try (var out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (Path file : files) {
                out.putNextEntry(new ZipEntry(folder.relativize(file).toString()));
                Files.copy(file, out);
            }
        }
        return zip;
    }
}
