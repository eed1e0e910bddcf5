// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import io.github.stray.feature.FeatureSpace;
import java.util.Locale;

/** {@link FeatureSpace} as JSON. Absent keys are unknown, further keys are ignored. */
final class SpaceJson {
    private SpaceJson() {}

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

    /** The space; {@code dimension} is its dimension where the JSON does not say. */
    static <E extends Exception> FeatureSpace read(JsonNode<E> json, int dimension) throws E {
        return new FeatureSpace(
                json.at("extractor").optional(JsonNode::text),
                json.at("layer").optional(JsonNode::text),
                json.at("dimension").or(dimension).whole(1),
                json.at("normalisation").optional(SpaceJson::lowerCase),
                json.at("weights_sha256").optional(SpaceJson::lowerCase),
                json.at("preprocessing").optional(JsonNode::text));
    }

    private static <E extends Exception> String lowerCase(JsonNode<E> node) throws E {
        return node.text().toLowerCase(Locale.ROOT);
    }
}
