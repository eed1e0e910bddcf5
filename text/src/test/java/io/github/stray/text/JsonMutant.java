// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Damaged and hostile copies of JSON files: of their bytes, and of the values in them. */
final class JsonMutant {
    private static final List<Object> EDGES = List.of(
            0,
            1,
            -1,
            16,
            1000,
            1 << 20,
            Integer.MAX_VALUE,
            1L << 31,
            (1L << 32) - 1,
            1L << 32,
            Long.MAX_VALUE,
            1e308,
            -1e308,
            0.5,
            "",
            " ",
            "a",
            "\u0000",
            "\uD800",
            "[ZZZ]",
            "x".repeat(100_000),
            "(a+)+$",
            true,
            false,
            List.of(),
            Map.of());

    private JsonMutant() {}

    /** A place of a document: an object and a key, or a list and an index. */
    private record Place(Object parent, Object key) {
        @Nullable
        Object value() {
            return parent instanceof JsonObject object ? object.get(key) : ((JsonArray) parent).get((int) key);
        }

        void set(@Nullable Object value) {
            if (parent instanceof JsonObject object) {
                object.put((String) key, value);
            } else {
                ((JsonArray) parent).set((int) key, value);
            }
        }

        void remove() {
            if (parent instanceof JsonObject object) {
                object.remove(key);
            } else {
                ((JsonArray) parent).remove((int) key);
            }
        }
    }

    /** The same copy for the same state of {@code random}. */
    static byte[] of(byte[] file, Random random) {
        return random.nextInt(5) < 2 ? bytes(file, random) : values(file, random);
    }

    private static byte[] bytes(byte[] file, Random random) {
        byte[] mutant = file.clone();
        int vocabulary = new String(file, StandardCharsets.ISO_8859_1).indexOf("\"vocab\"");
        // Half of them in front of the vocabulary, which is the long part.
        int end = vocabulary > 0 && random.nextBoolean() ? vocabulary : mutant.length;
        int at = random.nextInt(end);
        switch (random.nextInt(4)) {
            case 0 -> mutant = Arrays.copyOf(mutant, at);
            case 1 -> mutant[at] = (byte) random.nextInt();
            default -> mutant[at] ^= (byte) (1 << random.nextInt(8));
        }
        return mutant;
    }

    private static byte[] values(byte[] file, Random random) {
        JsonObject root;
        try {
            root = JsonParser.object().from(new String(file, StandardCharsets.UTF_8));
        } catch (JsonParserException e) {
            throw new AssertionError(e);
        }
        for (int changes = random.nextInt(1, 3); changes > 0; changes--) {
            change(root, random);
        }
        return JsonWriter.string(root).getBytes(StandardCharsets.UTF_8);
    }

    private static void change(JsonObject root, Random random) {
        List<Place> places = places(root, random);
        Place place = places.get(random.nextInt(places.size()));
        Place other = places.get(random.nextInt(places.size()));
        switch (random.nextInt(9)) {
            case 0 -> place.remove();
            case 1 -> place.set(null);
            case 2, 3 -> place.set(copy(EDGES.get(random.nextInt(EDGES.size()))));
            case 4 -> place.set(copy(other.value()));
            case 5 -> {
                if (place.parent instanceof JsonObject object) {
                    object.put(place.key + "x", object.remove(place.key));
                } else {
                    ((JsonArray) place.parent).add(copy(place.value()));
                }
            }
            case 6 -> {
                if (place.value() instanceof Number number) {
                    place.set(number.longValue() + random.nextInt(-2, 3));
                } else if (place.value() instanceof String text) {
                    place.set(text + text);
                }
            }
            case 7 -> bomb(root, random);
            default -> {
                Object value = copy(place.value());
                place.set(copy(other.value()));
                other.set(value);
            }
        }
    }

    /** What takes all time or memory. */
    private static void bomb(JsonObject root, Random random) {
        var steps = new ArrayList<Object>();
        switch (random.nextInt(3)) {
            case 0 -> {
                for (int i = random.nextInt(1, 12); i > 0; i--) {
                    steps.add(Map.of(
                            "type",
                            "Replace",
                            "pattern",
                            Map.of("String", "a"),
                            "content",
                            "a".repeat(random.nextInt(1, 12))));
                }
            }
            case 1 -> steps.add(Map.of("type", "Replace", "pattern", Map.of("Regex", "(a|a?)+$"), "content", ""));
            default -> {
                Object nested = Map.of("type", "Lowercase");
                for (int depth = random.nextInt(1, 80); depth > 0; depth--) {
                    nested = Map.of("type", "Sequence", "normalizers", List.of(nested));
                }
                steps.add(nested);
            }
        }
        root.put("normalizer", copy(Map.of("type", "Sequence", "normalizers", steps)));
    }

    /** Some places of every depth; of a long list or a large object a few. */
    private static List<Place> places(Object root, Random random) {
        var places = new ArrayList<Place>();
        collect(root, random, places);
        return places;
    }

    private static void collect(@Nullable Object value, Random random, List<Place> places) {
        var own = new ArrayList<Place>();
        if (value instanceof JsonObject object) {
            object.keySet().forEach(key -> own.add(new Place(object, key)));
        } else if (value instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                own.add(new Place(array, i));
            }
        }
        while (own.size() > 40) {
            own.subList(random.nextInt(20), own.size() - random.nextInt(20)).clear();
        }
        for (Place place : own) {
            places.add(place);
            collect(place.value(), random, places);
        }
    }

    /** Of the parser's own types, so that it can be changed again. */
    private static @Nullable Object copy(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            var copied = new HashMap<String, Object>();
            map.forEach((key, part) -> copied.put((String) key, copy(part)));
            return new JsonObject(copied);
        }
        if (value instanceof List<?> list) {
            var copied = new JsonArray();
            list.forEach(part -> copied.add(copy(part)));
            return copied;
        }
        return value;
    }
}
