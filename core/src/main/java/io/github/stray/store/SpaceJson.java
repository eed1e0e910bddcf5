// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import io.github.stray.feature.FeatureSpace;
import java.util.Locale;
import java.util.Optional;

/** {@link FeatureSpace} as JSON. Absent keys are unknown, further keys are ignored. */
final class SpaceJson {
    private SpaceJson() {}

    /** What a file says of a space: unlike {@link FeatureSpace}, the dimension may be missing. */
    record Parsed(FeatureSpace space, Optional<Integer> dimension) {
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
                    Optional.empty());
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

    static <E extends Exception> Parsed read(JsonNode<E> json) throws E {
        Optional<Integer> dimension = json.at("dimension").optional(node -> node.whole(1));
        FeatureSpace space = new FeatureSpace(
                json.at("extractor").optional(JsonNode::text),
                json.at("layer").optional(JsonNode::text),
                dimension.orElse(1),
                json.at("normalisation").optional(SpaceJson::lowerCase),
                json.at("weights_sha256").optional(SpaceJson::lowerCase),
                json.at("preprocessing").optional(JsonNode::text));
        return new Parsed(space, dimension);
    }

    private static <E extends Exception> String lowerCase(JsonNode<E> node) throws E {
        return node.text().toLowerCase(Locale.ROOT);
    }
}
