// SPDX-License-Identifier: Apache-2.0
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Small images in folders of classes: each class has a colour, each image noise of its own. */
final class Drawn {
    private Drawn() {}

    static void images(Path folder, int salt, int classes, int each) throws IOException {
        var random = new SplittableRandom(salt);
        for (int c = 0; c < classes; c++) {
            Path of = Files.createDirectories(folder.resolve("class" + c));
            for (int i = 0; i < each; i++) {
                var image = new BufferedImage(48, 48, BufferedImage.TYPE_INT_RGB);
                for (int at = 0; at < 48 * 48; at++) {
                    int level = (c + salt) * 60 + random.nextInt(40) & 0xFF;
                    image.setRGB(at % 48, at / 48, level << 16 | (at + i * 5 & 0xFF) << 8 | 255 - level);
                }
                ImageIO.write(image, "png", of.resolve(salt + "-" + i + ".png").toFile());
            }
        }
    }

    /** The archives of imagenet30, whose digests the catalogue does not know. */
    static Path mirror(Path folder) throws IOException, InterruptedException {
        for (String split : new String[] {"one_class_train", "one_class_test"}) {
            images(folder.resolve(split), split.length(), 3, 2);
            new ProcessBuilder("tar", "-cf", split + ".tar", split).directory(folder.toFile()).start().waitFor();
        }
        return folder;
    }
}
