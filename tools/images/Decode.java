// SPDX-License-Identifier: Apache-2.0
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.vision.image.ImageDecoder;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Decodes the files whose paths it reads from standard input, a line each, for tools/images/compare.py. It says in a line what
 * it decodes with, and answers, big-endian: a width, a height and the levels; or 0, the length of a message and the message; or -1 and likewise where anything but a
 * refusal came out.
 */
void main() throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new DataOutputStream(new BufferedOutputStream(System.out, 1 << 16));
    out.write((ImageDecoder.jpegDecoder() + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
        try {
            Pixels pixels = ImageDecoder.decode(Files.readAllBytes(Path.of(line)));
            out.writeInt(pixels.width());
            out.writeInt(pixels.height());
            out.write(pixels.rgb(), 0, 3 * pixels.width() * pixels.height());
        } catch (IOException e) {
            say(out, 0, e.getMessage());
        } catch (RuntimeException | Error e) {
            say(out, -1, e.toString());
        }
        out.flush();
    }
}

void say(DataOutputStream out, int kind, String message) throws IOException {
    byte[] text = String.valueOf(message).getBytes(StandardCharsets.UTF_8);
    out.writeInt(kind);
    out.writeInt(text.length);
    out.write(text);
}
