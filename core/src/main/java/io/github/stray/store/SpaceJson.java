// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import io.github.stray.feature.FeatureSpace;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** {@link FeatureSpace} as JSON. Absent keys are unknown, further keys are ignored. */
final class SpaceJson {
    private SpaceJson() {}

    /** What a file says of a space: unlike {@link FeatureSpace}, the dimension may be missing. */
    record Parsed(FeatureSpace space, OptionalInt dimension) {
        /** Only what all layers of an extractor share. */
        Parsed sharedByLayers() {
            return new Parsed(
                    new FeatureSpace(
                            space.extractor(),
                            Optional.empty(),
                            1,
                            Optional.empty(),
                            space.weightsSha256(),
                            space.preprocessing()),
                    OptionalInt.empty());
        }

        FeatureSpace ofDimension(int d) {
            return new FeatureSpace(
                    space.extractor(),
                    space.layer(),
                    d,
                    space.normalisation(),
                    space.weightsSha256(),
                    space.preprocessing());
        }
    }

    static String write(FeatureSpace space) {
        return JsonWriter.string(object(space));
    }

    static JsonObject object(FeatureSpace space) {
        var json = new JsonObject();
        space.extractor().ifPresent(value -> json.put("extractor", value));
        space.layer().ifPresent(value -> json.put("layer", value));
        json.put("dimension", space.dimension());
        space.normalisation().ifPresent(value -> json.put("normalisation", value));
        space.weightsSha256().ifPresent(value -> json.put("weights_sha256", value));
        space.preprocessing().ifPresent(value -> json.put("preprocessing", value));
        return json;
    }

    static Parsed read(String text) throws Json.MalformedException {
        return of(Json.object(text));
    }

    static Parsed of(JsonObject json) throws Json.MalformedException {
        OptionalInt dimension = OptionalInt.empty();
        if (json.has("dimension") && !json.isNull("dimension")) {
            if (!(json.get("dimension") instanceof Integer d) || d < 1) {
                throw new Json.MalformedException("dimension is " + json.get("dimension"), null);
            }
            dimension = OptionalInt.of(d);
        }
        FeatureSpace space = new FeatureSpace(
                string(json, "extractor"),
                string(json, "layer"),
                dimension.orElse(1),
                string(json, "normalisation").map(value -> value.toLowerCase(Locale.ROOT)),
                string(json, "weights_sha256").map(value -> value.toLowerCase(Locale.ROOT)),
                string(json, "preprocessing"));
        return new Parsed(space, dimension);
    }

    private static Optional<String> string(JsonObject json, String key) throws Json.MalformedException {
        Object value = json.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof String text)) {
            throw new Json.MalformedException("%s is %s, expected a string".formatted(key, value), null);
        }
        return Optional.of(text);
    }
}
