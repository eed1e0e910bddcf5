// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.store.JsonNode;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.preprocess.ResizeRule;
import io.github.stray.vision.preprocess.ResizeRule.Exact;
import io.github.stray.vision.preprocess.ResizeRule.Shortest;
import java.util.List;
import java.util.Set;

/**
 * The settings of an image processor as its class sees them: what the file leaves out has the class's default.
 *
 * @param seen file and defaults in one
 */
record ProcessorSettings(JsonNode<InvalidCardException> seen) {
    private static final String SHORTEST = "shortest_edge";

    JsonNode<InvalidCardException> at(String key) throws InvalidCardException {
        return seen.at(key);
    }

    /** Whether something is done; {@code null} is no. */
    boolean on(String key) throws InvalidCardException {
        return at(key).or(false).flag();
    }

    /** What {@code size} stands for. */
    ResizeRule size() throws InvalidCardException {
        JsonNode<InvalidCardException> size = at("size");
        boolean shortest = size.isObject()
                ? size.keys().equals(Set.of(SHORTEST))
                : size.value() instanceof Number && !on("default_to_square");
        return shortest ? new Shortest((size.isObject() ? size.at(SHORTEST) : size).whole(1)) : sides("size");
    }

    /** Both sides: a number for a square, a list with the height first, or named. */
    Exact sides(String key) throws InvalidCardException {
        JsonNode<InvalidCardException> size = at(key);
        if (size.isObject() && size.keys().equals(Set.of("height", "width"))) {
            return new Exact(size.at("width").whole(1), size.at("height").whole(1));
        }
        if (size.value() instanceof List<?> both && both.size() == 2) {
            List<Integer> sides = size.list(side -> side.whole(1));
            return new Exact(sides.get(1), sides.get(0));
        }
        if (size.isObject() || size.value() instanceof List) {
            throw size.refused("must be a number, or have height and width");
        }
        return new Exact(size.whole(1), size.whole(1));
    }

    /** The share of a resized image that is kept. */
    double share() throws InvalidCardException {
        double share = at("crop_pct").number();
        if (share > 0 && share <= 1) {
            return share;
        }
        throw at("crop_pct").refused("must be a number above 0 and at most 1");
    }
}
