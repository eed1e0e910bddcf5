// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.audit.ExactDuplicates;
import io.github.stray.audit.ImageSignature;
import io.github.stray.audit.NearDuplicates;
import io.github.stray.audit.NearDuplicates.Limits;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.extract.SampleIterator;
import io.github.stray.vision.SharedData;
import io.github.stray.vision.dataset.ImageInput;
import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.image.PngEncoder;
import io.github.stray.vision.preprocess.Interpolation;
import io.github.stray.vision.preprocess.Resampling;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;

/** Copies planted among the 10,000 CIFAR-10 training images of the test data, by the pictures alone, without features. */
class PlantedCopiesTest {
    private static final int PLANTED = 50;

    @Test
    void plantedCopies_amongTenThousandRealImages_areFound() throws IOException {
        String spec = "cifar10:" + SharedData.require("data/images/cifar10-train1000pc.bin.xz");
        var pictures = new ArrayList<Pixels>();
        try (SampleIterator samples = ImageInput.of(spec).open()) {
            while (samples.hasNext()) {
                pictures.add((Pixels) samples.next().content());
            }
        }
        int n = pictures.size();
        assertThat(n).isEqualTo(10_000);
        List<ImageSignature> images = new ArrayList<>();
        pictures.forEach(picture -> images.add(Signatures.of(picture, "")));
        for (int i = 0; i < PLANTED; i++) {
            byte[] png = PngEncoder.encode(pictures.get(original(i)));
            images.add(Signatures.of(ImageDecoder.decode(png), "file"));
        }
        for (int i = PLANTED; i < 2 * PLANTED; i++) {
            images.add(Signatures.of(changed(i, pictures.get(original(i))), "file"));
        }

        var exact = new HashSet<Integer>();
        for (List<Integer> group : ExactDuplicates.groups(images)) {
            if (group.contains(original(group.getLast() - n))) {
                exact.add(group.getLast() - n);
            }
        }
        assertThat(exact).hasSize(PLANTED);

        List<NearDuplicates.Pair> pairs = NearDuplicates.among(
                images, NearDuplicates.candidates(images, List.of()), Limits.USUAL, compared -> {});
        Set<Integer> near = new HashSet<>();
        int natural = 0;
        for (NearDuplicates.Pair pair : pairs) {
            int copy = pair.second() - n;
            if (copy >= PLANTED && pair.first() == original(copy)) {
                near.add(copy);
            } else if (pair.second() < n) {
                natural++;
            }
        }
        assertThat(near).hasSizeGreaterThanOrEqualTo(45);
        // CIFAR-10 has copies of its own; those of this sample were looked at one by one, see docs/audit.md.
        assertThat(natural).isBetween(100, 250);
    }

    private static int original(int planted) {
        return 31 + 97 * planted;
    }

    private static Pixels changed(int i, Pixels picture) throws IOException {
        return switch (i % 5) {
            case 0 -> Resampling.resize(picture, 24, 24, Interpolation.BICUBIC);
            case 1 -> jpeg(picture, i % 2 == 0 ? 0.5f : 0.75f);
            case 2 -> cropped(picture, i % 3, i / 5 % 3);
            case 3 -> mirrored(picture);
            default -> jpeg(mirrored(cropped(picture, i % 3, i / 5 % 3)), 0.75f);
        };
    }

    private static Pixels cropped(Pixels picture, int left, int top) {
        return Resampling.window(picture, 32, 32, Interpolation.BILINEAR, left, top, 30, 30);
    }

    private static Pixels mirrored(Pixels picture) {
        int width = picture.width();
        byte[] rgb = new byte[picture.rgb().length];
        for (int i = 0; i < rgb.length / 3; i++) {
            int x = i % width;
            System.arraycopy(picture.rgb(), 3 * (i - x + width - 1 - x), rgb, 3 * i, 3);
        }
        return new Pixels(width, picture.height(), rgb);
    }

    private static Pixels jpeg(Pixels picture, float quality) throws IOException {
        BufferedImage image = ImageIO.read(new java.io.ByteArrayInputStream(PngEncoder.encode(picture)));
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(quality);
        var bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } finally {
            writer.dispose();
        }
        return ImageDecoder.decode(bytes.toByteArray());
    }
}
