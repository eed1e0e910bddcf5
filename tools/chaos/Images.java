// SPDX-License-Identifier: Apache-2.0
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.sun.management.OperatingSystemMXBean;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.vision.image.ImageDecoder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;

/**
 * FORMAT[,FORMAT..] COUNT SEED: decodes so many damaged copies of the tests' files of each format in this JVM. Each must come
 * out as pixels or as a refusal of one line, in at most five seconds. The number of the copy being decoded stands in the file
 * CHAOS_WORK/at, which outlives a JVM that dies; {@code FORMAT NUMBER SEED FILE} writes that copy.
 */
static final long LIMIT = 5_000_000_000L;

/** Time on processors, of all threads of the JVM: other work of the machine does not count. */
static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[1]);
    long seed = Long.parseLong(arguments[2]);
    if (arguments.length > 3) {
        Files.write(Path.of(arguments[3]), mutant(files(arguments[0]), seed, count));
        return;
    }
    boolean held = true;
    for (String format : arguments[0].split(",")) {
        held &= decode(format, count, seed);
    }
    System.exit(held && Row.peakMegabytes() < 1000 ? 0 : 1);
}

boolean decode(String format, int count, long seed) throws Exception {
    List<byte[]> files = files(format);
    var row = new Row("images: %s by %s".formatted(format, decoder(format)), "" + seed);
    boolean held = true;
    try (var file = new RandomAccessFile(System.getenv("CHAOS_WORK") + "/at", "rw")) {
        MappedByteBuffer at = file.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, 4);
        for (int i = 0; i < count; i++) {
            at.putInt(0, i);
            byte[] mutant = mutant(files, seed, i);
            long begin = SYSTEM.getProcessCpuTime();
            String outcome = outcome(mutant);
            long taken = SYSTEM.getProcessCpuTime() - begin;
            row.add(outcome, taken);
            if (taken > LIMIT || outcome.startsWith("WRONG")) {
                System.err.printf("%s %d of seed %d: %s, %d ms%n", format, i, seed, outcome, taken / 1_000_000);
                held = false;
            }
        }
    }
    row.print(Row.peakMegabytes());
    return held;
}

String decoder(String format) throws IOException {
    return switch (format) {
        case "jpeg", "tiff" -> ImageDecoder.jpegDecoder().replaceFirst(" .*", "");
        case "heif" -> "libheif";
        default -> "Stray";
    };
}

byte[] mutant(List<byte[]> files, long seed, int number) {
    var random = new SplittableRandom(seed * 1_000_003 + number);
    byte[] file = files.get(number % files.size());
    return Mutations.of(file, files.get(random.nextInt(files.size())), random);
}

String outcome(byte[] file) {
    try {
        Pixels pixels = ImageDecoder.decode(file);
        return pixels.rgb().length == 3 * pixels.width() * pixels.height() ? "decoded" : "WRONG: number of pixels";
    } catch (IOException refused) {
        String message = String.valueOf(refused.getMessage());
        if (refused.getCause() instanceof RuntimeException unforeseen && message.contains(unforeseen.getClass().getSimpleName())) {
            if (System.getenv("CHAOS_TRACE") != null) {
                unforeseen.printStackTrace();
            }
            return "refused by the last resort";
        }
        return message.isBlank() || message.chars().anyMatch(Character::isISOControl) ? "WRONG message" : "refused";
    } catch (RuntimeException | Error e) {
        e.printStackTrace();
        return "WRONG: " + e.getClass().getName();
    }
}

/** The golden files of a format, and where Java writes the format two that are larger. */
List<byte[]> files(String format) throws Exception {
    var files = new ArrayList<byte[]>();
    for (Path list : format.equals("heif")
            ? List.of(Path.of("vision/src/test/images/heic.json"), Path.of("vision/src/test/images/avif.json"))
            : format.equals("webp")
                    ? List.of(Path.of("golden/image/webp.json"), Path.of("golden/image/webp-files.json"))
                    : List.of(Path.of("golden/image/" + format + ".json"))) {
        for (Object one : JsonParser.object().from(Files.readString(list)).getArray("cases")) {
            files.add(Base64.getDecoder().decode(((JsonObject) one).getString("file")));
        }
    }
    if (ImageIO.getImageWritersByFormatName(format).hasNext()) {
        files.add(written(format, false));
        files.add(written(format, true));
    }
    return files;
}

byte[] written(String format, boolean progressive) throws IOException {
    var image = new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB);
    var random = new SplittableRandom(1);
    for (int i = 0; i < 640 * 480; i++) {
        image.setRGB(i % 640, i / 640, (i * 3 & 0xFF) << 16 | (i / 640 & 0xFF) << 8 | random.nextInt(64));
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    ImageWriteParam how = writer.getDefaultWriteParam();
    if (progressive && how.canWriteProgressive()) {
        how.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    } else if (progressive && how.canWriteCompressed() && format.equals("tiff")) {
        how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        how.setCompressionType("LZW");
    }
    var bytes = new ByteArrayOutputStream();
    try (var out = ImageIO.createImageOutputStream(bytes)) {
        writer.setOutput(out);
        writer.write(null, new IIOImage(image, null, null), how);
    }
    return bytes.toByteArray();
}
