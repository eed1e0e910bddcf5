// SPDX-License-Identifier: Apache-2.0
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.vision.image.ImageDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Decodes a file and says, between tabulators, what came of it and the most memory that this process held, in MB. */
void main(String[] arguments) throws IOException {
    String outcome;
    try {
        Pixels pixels = ImageDecoder.decode(Files.readAllBytes(Path.of(arguments[0])));
        outcome = "%d x %d pixels".formatted(pixels.width(), pixels.height());
    } catch (IOException e) {
        outcome = e.getMessage();
    }
    String peak = Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmHWM"))
            .findFirst()
            .orElseThrow();
    System.out.println(outcome + "\t" + Long.parseLong(peak.replaceAll("\\D", "")) / 1024);
}
