// SPDX-License-Identifier: Apache-2.0
import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonWriter;
import io.github.stray.audit.ExactDuplicates;
import io.github.stray.audit.ImageSignature;
import io.github.stray.audit.NearDuplicates;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.feature.Layer;
import io.github.stray.inspect.CopyGroups;
import io.github.stray.inspect.GroupApart;
import io.github.stray.inspect.ImageMeasures;
import io.github.stray.inspect.OneSet;
import io.github.stray.inspect.Spoilt;
import io.github.stray.inspect.StrangerRanking;
import io.github.stray.inspect.StrangerRule;
import io.github.stray.store.FeatureFile;
import io.github.stray.vision.audit.ImageReading;
import io.github.stray.vision.audit.ImageReadings;
import io.github.stray.vision.dataset.ImageInput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Ranks planted sets for {@code inspect_planted.py}: POOL FEATURES DRAWS.json OUT.json. */
public final class Planted {
    private final FeatureSet features;
    private final Map<String, ImageReading> readings;
    private final Map<String, Integer> rows = new HashMap<>();

    private Planted(FeatureSet features, Map<String, ImageReading> readings) {
        this.features = features;
        this.readings = readings;
        for (int i = 0; i < features.size(); i++) {
            rows.put(features.ids().get(i), i);
        }
    }

    public static void main(String[] arguments) throws Exception {
        FeatureSet features = FeatureFile.read(Path.of(arguments[1])).layer(Layer.FEATURES);
        int threads = Runtime.getRuntime().availableProcessors();
        var readings = ImageReadings.of(ImageInput.of(arguments[0]), threads, read -> {});
        var planted = new Planted(features, readings.images());
        JsonArray draws = JsonParser.array().from(Files.readString(Path.of(arguments[2])));
        var out = new ArrayList<Object>();
        for (Object draw : draws) {
            out.add(planted.judge((JsonObject) draw));
        }
        Files.writeString(Path.of(arguments[3]), JsonWriter.string(out));
    }

    private Map<String, Object> judge(JsonObject draw) {
        List<String> ids = draw.getArray("ids").stream().map(Object::toString).toList();
        int[] chosen = ids.stream().mapToInt(rows::get).toArray();
        FeatureMatrix matrix = features.features().select(chosen);
        List<ImageReading> read = ids.stream().map(readings::get).toList();
        List<ImageSignature> signatures = read.stream().map(ImageReading::signature).toList();
        List<ImageMeasures> measures = read.stream().map(ImageReading::measures).toList();
        List<NearDuplicates.Pair> near = NearDuplicates.among(
                signatures,
                NearDuplicates.candidates(signatures, List.of(matrix)),
                NearDuplicates.Limits.USUAL,
                compared -> {});
        CopyGroups copies = CopyGroups.of(
                ids.size(),
                ExactDuplicates.groups(signatures),
                near,
                Comparator.<Integer>comparingLong(row -> -measures.get(row).pixels())
                        .thenComparingDouble(row -> -measures.get(row).bytesPerPixel()));
        List<Spoilt> spoilt = Spoilt.of(measures);
        BitSet ruined = Spoilt.ruined(spoilt);
        Optional<Labels> labels = Optional.ofNullable(draw.getArray("classes"))
                .map(classes -> Labels.of(
                        classes.stream().mapToInt(each -> ((Number) each).intValue()).toArray()));
        var set = new OneSet(matrix, copies, ruined, labels);
        StrangerRanking ranking = StrangerRule.USUAL.rank(set);
        var found = new HashMap<String, Object>();
        found.put("distances", java.util.stream.IntStream.range(0, ids.size()).mapToObj(ranking::distance).toList());
        found.put("called", ranking.called().stream().mapToObj(ids::get).toList());
        found.put("ruined", ruined.stream().mapToObj(ids::get).toList());
        found.put("bar", Double.isInfinite(ranking.bar()) ? 9.0 : ranking.bar());
        found.put("apart", java.util.Arrays.stream(GroupApart.of(set, StrangerRule.USUAL, ranking)).mapToObj(ids::get).toList());
        found.put("copies", copies.groups().stream()
                .map(group -> {
                    var together = new ArrayList<>(List.of(ids.get(group.keep())));
                    group.drop().forEach(copy -> together.add(ids.get(copy.row())));
                    return together;
                })
                .toList());
        found.put("spoilt", spoilt.stream().map(each -> List.of(ids.get(each.row()), each.issue().id())).toList());
        found.put("blur", measures.stream().map(ImageMeasures::blur).toList());
        return found;
    }
}
