// SPDX-License-Identifier: Apache-2.0
package example;

import io.github.stray.detect.Detection;
import io.github.stray.threshold.Verdict;
import io.github.stray.vision.Guard;
import io.github.stray.vision.RefusedImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** GUARD.stray IMAGE..: judges image files. Exit code 1 if one is no image that can be read. */
public final class GuardFiles {
    private GuardFiles() {}

    public static void main(String[] arguments) throws IOException {
        int refused = 0;
        try (Guard guard = Guard.open(Path.of(arguments[0]))) {
            guard.notes().forEach(note -> System.err.println("note: " + note));
            for (int i = 1; i < arguments.length; i++) {
                byte[] bytes = Files.readAllBytes(Path.of(arguments[i]));
                try {
                    print(arguments[i], guard.check(arguments[i], bytes, 1));
                } catch (RefusedImageException e) {
                    refused++;
                    System.out.println("refused  " + arguments[i] + ": " + e.sample().kind() + ", "
                            + e.sample().reason());
                }
            }
        }
        System.exit(refused == 0 ? 0 : 1);
    }

    private static void print(String file, Detection image) {
        System.out.printf(
                Locale.ROOT,
                "%-8s %s: p = %.3f, most like %s%n",
                image.verdict().orElseThrow() == Verdict.IN ? "in" : "out",
                file,
                image.pValue().orElseThrow(),
                image.neighbours().getFirst().id());
    }
}
