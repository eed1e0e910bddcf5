// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What a JPEG's markers say before the first scan.
 *
 * @param size pixels as stored
 * @param colour what the components are, by the rules of libjpeg
 * @param coding how the components are coded
 * @param components how densely each component is sampled
 * @param exif the TIFF structure of the EXIF data
 * @param xmp the text of the XMP data
 */
record JpegHeader(
        ImageSize size,
        Colour colour,
        Coding coding,
        List<Sampling> components,
        Optional<Part> exif,
        Optional<Part> xmp) {
    /** Meaning of the components. */
    enum Colour {
        GREY,
        RGB,
        YCBCR,
        CMYK,
        YCCK
    }

    /** How components are coded. */
    enum Coding {
        /** One pass in principle, by Huffman codes, 8 bits a sample. */
        SEQUENTIAL("sequential coding"),
        /** Ever finer scans, by Huffman codes, 8 bits a sample. */
        PROGRESSIVE("progressive coding"),
        ARITHMETIC("arithmetic coding"),
        LOSSLESS("lossless coding"),
        HIERARCHICAL("hierarchical coding"),
        MORE_BITS("more than 8 bits a sample");

        private final String title;

        Coding(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }

        /** Whether every decoder reads it. */
        boolean common() {
            return this == SEQUENTIAL || this == PROGRESSIVE;
        }

        private static Coding of(int marker, int bits) {
            return switch (marker) {
                case 0xC3, 0xCB -> LOSSLESS;
                case 0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF -> HIERARCHICAL;
                case 0xC9, 0xCA -> bits == 8 ? ARITHMETIC : MORE_BITS;
                default -> bits != 8 ? MORE_BITS : marker == 0xC2 ? PROGRESSIVE : SEQUENTIAL;
            };
        }
    }

    /** A component's samples beside those of the others, each way. */
    record Sampling(int across, int down) {}

    private static final String EXIF = "Exif\0\0";
    private static final String XMP = "http://ns.adobe.com/xap/1.0/\0";

    static JpegHeader parse(byte[] file) throws IOException {
        boolean jfif = false;
        int adobeTransform = -1;
        Optional<Part> exif = Optional.empty();
        Optional<Part> xmp = Optional.empty();
        int at = 2;
        while (at + 4 <= file.length) {
            if ((file[at] & 0xFF) != 0xFF) {
                at++;
                continue;
            }
            int marker = file[at + 1] & 0xFF;
            if (marker == 0xFF) {
                at++;
                continue;
            }
            if (marker == 0 || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
                at += 2;
                continue;
            }
            int length = unsigned16(file, at + 2);
            int end = at + 2 + length;
            if (marker == 0xD9 || marker == 0xDA || length < 2 || end > file.length) {
                break;
            }
            int data = at + 4;
            if (marker == 0xE0 && holds(file, data, end, "JFIF\0")) {
                jfif = true;
            } else if (marker == 0xEE && holds(file, data, end, "Adobe") && end - data >= 12) {
                adobeTransform = file[data + 11] & 0xFF;
            } else if (marker == 0xE1 && exif.isEmpty() && holds(file, data, end, EXIF)) {
                exif = Optional.of(new Part(data + EXIF.length(), end));
            } else if (marker == 0xE1 && holds(file, data, end, XMP)) {
                xmp = Optional.of(new Part(data + XMP.length(), end));
            } else if (isFrame(marker)) {
                return new JpegHeader(
                        frameSize(file, data, end),
                        colour(file, data, end, jfif, adobeTransform),
                        Coding.of(marker, file[data]),
                        components(file, data),
                        exif,
                        xmp);
            }
            at = end;
        }
        throw new DamagedImageException(ImageFormat.JPEG, "it ends before the image starts");
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    private static ImageSize frameSize(byte[] file, int data, int end) throws IOException {
        if (end - data < 6) {
            throw new DamagedImageException(ImageFormat.JPEG, "its frame header is too short");
        }
        int height = unsigned16(file, data + 1);
        int width = unsigned16(file, data + 3);
        if (width == 0 || height == 0) {
            throw new DamagedImageException(
                    ImageFormat.JPEG, "its header states %d x %d pixels".formatted(width, height));
        }
        return new ImageSize(width, height);
    }

    private static Colour colour(byte[] file, int data, int end, boolean jfif, int adobeTransform) throws IOException {
        int components = file[data + 5] & 0xFF;
        if (end - data < 6 + 3 * components) {
            throw new DamagedImageException(ImageFormat.JPEG, "its frame header is too short");
        }
        return switch (components) {
            case 1 -> Colour.GREY;
            case 3 -> {
                if (jfif) {
                    yield Colour.YCBCR;
                }
                if (adobeTransform >= 0) {
                    yield adobeTransform == 0 ? Colour.RGB : Colour.YCBCR;
                }
                boolean named = file[data + 6] == 'R' && file[data + 9] == 'G' && file[data + 12] == 'B';
                yield named ? Colour.RGB : Colour.YCBCR;
            }
            case 4 -> adobeTransform > 0 ? Colour.YCCK : Colour.CMYK;
            default -> throw new IOException("a JPEG file of %d components is not read".formatted(components));
        };
    }

    private static List<Sampling> components(byte[] file, int data) throws IOException {
        var components = new Sampling[file[data + 5]];
        for (int i = 0; i < components.length; i++) {
            int factors = file[data + 7 + 3 * i] & 0xFF;
            components[i] = new Sampling(factors >> 4, factors & 15);
            if (components[i].across() < 1
                    || components[i].across() > 4
                    || components[i].down() < 1
                    || components[i].down() > 4) {
                throw new DamagedImageException(
                        ImageFormat.JPEG,
                        "it states sampling factors %d x %d".formatted(components[i].across(), components[i].down()));
            }
        }
        return List.of(components);
    }

    /** How many samples all components have, rounded up to whole blocks of 8 x 8. */
    long samples() {
        int across = components.stream().mapToInt(Sampling::across).max().orElse(1);
        int down = components.stream().mapToInt(Sampling::down).max().orElse(1);
        long unitsAcross = Math.ceilDiv(size.width(), 8 * across);
        long unitsDown = Math.ceilDiv(size.height(), 8 * down);
        return components.stream()
                .mapToLong(each -> 64 * unitsAcross * unitsDown * each.across() * each.down())
                .sum();
    }

    /** Whether a component has all columns but half the rows, so that decoders may differ in how they fill them in. */
    boolean halfRows(int component) {
        Sampling own = components.get(component);
        return components.stream().allMatch(each -> each.across() <= own.across() && each.down() <= 2 * own.down())
                && components.stream().anyMatch(each -> each.down() == 2 * own.down());
    }

    private static boolean holds(byte[] file, int from, int end, String text) {
        return end - from >= text.length() && text.equals(new String(file, from, text.length(), ISO_8859_1));
    }

    private static int unsigned16(byte[] file, int at) {
        return ((file[at] & 0xFF) << 8) | (file[at + 1] & 0xFF);
    }
}
