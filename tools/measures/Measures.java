// SPDX-License-Identifier: Apache-2.0
import io.github.stray.inspect.ImageMeasures;
import io.github.stray.inspect.Spoilt;
import io.github.stray.vision.audit.ImageReading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Prints what Stray measures of the images of a folder, as JSON, for {@code compare.py}. */
public final class Measures {
    private Measures() {}

    public static void main(String[] arguments) throws Exception {
        List<Path> files;
        try (var found = Files.list(Path.of(arguments[0]))) {
            files = found.sorted().toList();
        }
        var names = new ArrayList<String>();
        var images = new ArrayList<ImageMeasures>();
        for (Path file : files) {
            images.add(ImageReading.of(Files.readAllBytes(file)).measures());
            names.add(file.getFileName().toString());
        }
        List<Spoilt> spoilt = Spoilt.of(images);
        var rows = new ArrayList<String>();
        for (int i = 0; i < images.size(); i++) {
            int row = i;
            ImageMeasures image = images.get(i);
            String scores = Spoilt.scores(images, i).entrySet().stream()
                    .map(score -> "\"%s\": %s".formatted(score.getKey().id(), score.getValue()))
                    .collect(Collectors.joining(", "));
            String flagged = spoilt.stream()
                    .filter(each -> each.row() == row)
                    .map(each -> "\"" + each.issue().id() + "\"")
                    .collect(Collectors.joining(", "));
            rows.add("\"%s\": {\"scores\": {%s}, \"flagged\": [%s], \"blur\": %s}"
                    .formatted(names.get(i), scores, flagged, image.blur()));
        }
        System.out.println("{\"images\": {" + String.join(",\n", rows) + "}}");
    }
}
