// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.store.JsonNode;
import io.github.stray.vision.card.InvalidCardException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Names of a network's classes, as a {@code config.json} has them: {@code id2label} of transformers, or {@code label_names} of
 * timm, which may also stand in {@code pretrained_cfg}; an object of numbers and names, or a list. {@code LABEL_0},
 * {@code LABEL_1} .. are what transformers writes where nobody gave names, and are none; nor are lists with gaps.
 */
final class ClassNames {
    private static final String CONFIG = "config.json";

    private ClassNames() {}

    static List<String> in(Path folder) throws IOException {
        Path file = folder.resolve(CONFIG);
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        JsonNode<InvalidCardException> config = JsonNode.read(file, InvalidCardException::new);
        JsonNode<InvalidCardException> timm = config.at("pretrained_cfg");
        for (JsonNode<InvalidCardException> names : List.of(
                config.at("id2label"),
                config.at("label_names"),
                timm.isObject() ? timm.at("label_names") : config.at("label_names"))) {
            if (names.isPresent()) {
                return of(names);
            }
        }
        return List.of();
    }

    private static List<String> of(JsonNode<InvalidCardException> names) throws InvalidCardException {
        if (!names.isObject()) {
            return names.list(JsonNode::anyText);
        }
        var listed = new ArrayList<String>();
        boolean defaults = true;
        for (int c = 0; c < names.keys().size(); c++) {
            JsonNode<InvalidCardException> name = names.at(Integer.toString(c));
            if (!name.isPresent()) {
                return List.of();
            }
            listed.add(name.anyText());
            defaults &= name.anyText().equals("LABEL_" + c);
        }
        return defaults ? List.of() : List.copyOf(listed);
    }
}
