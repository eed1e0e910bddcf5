// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import io.github.stray.provenance.InputFile;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A value of a JSON document that knows its place, such as {@code files[3].sha256}. What is not as expected is refused with
 * a message that names document, place, value and expectation. A place may be empty: a missing key and {@code null} are the
 * same. Immutable and safe for concurrent use.
 *
 * <p>The text may be hostile: one that is malformed, deeply nested, gives a key twice or holds a number of absurd length or
 * size is refused, and causes neither a crash nor a wait.
 *
 * @param <E> what is thrown where the document is not as expected
 */
public final class JsonNode<E extends Exception> {
    private static final int LONGEST_SHOWN = 200;

    private final String source;
    private final String path;
    private final boolean given;
    private final @Nullable Object value;
    private final Failure<E> failure;

    private JsonNode(String source, String path, boolean given, @Nullable Object value, Failure<E> failure) {
        this.source = source;
        this.path = path;
        this.given = given;
        this.value = value;
        this.failure = failure;
    }

    /**
     * Makes the exception of whoever reads.
     *
     * @param <E> the exception
     */
    @FunctionalInterface
    public interface Failure<E extends Exception> {
        /**
         * {@return an exception, to be thrown}
         *
         * @param message names document, place, value and expectation
         * @param cause what happened below, if something did
         */
        E of(String message, @Nullable Throwable cause);
    }

    /**
     * Reads a part of a document.
     *
     * @param <T> what it is
     * @param <E> what is thrown where it is something else
     */
    @FunctionalInterface
    public interface Reading<T, E extends Exception> {
        /**
         * {@return what a part says}
         *
         * @param node the part
         * @throws E if it is not as expected
         */
        T of(JsonNode<E> node) throws E;
    }

    /**
     * Parses a document.
     *
     * @param <E> what is thrown where the document is not as expected
     * @param text the document
     * @param source what it is, for messages
     * @param failure makes what is thrown
     * @return its value
     * @throws E if it is no JSON, or would harm the parser
     */
    public static <E extends Exception> JsonNode<E> parse(String text, String source, Failure<E> failure) throws E {
        Optional<String> burden = JsonBurden.of(text);
        if (burden.isPresent()) {
            throw failure.of("%s is refused: it %s".formatted(source, burden.get()), null);
        }
        try {
            return new JsonNode<>(source, "", true, JsonParser.any().from(text), failure);
        } catch (JsonParserException e) {
            throw failure.of(
                    "%s is no JSON, or is damaged or truncated: %s"
                            .formatted(source, shown(String.valueOf(e.getMessage()))),
                    e);
        }
    }

    /**
     * Parses a document.
     *
     * @param <E> what is thrown where the document is not as expected
     * @param utf8 the document
     * @param source what it is, for messages
     * @param failure makes what is thrown
     * @return its value
     * @throws E if it is no UTF-8, no JSON, or would harm the parser
     */
    public static <E extends Exception> JsonNode<E> parse(byte[] utf8, String source, Failure<E> failure) throws E {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw failure.of("%s is no UTF-8 text, so no JSON".formatted(source), e);
        }
        return parse(text, source, failure);
    }

    /**
     * Reads a file.
     *
     * @param <E> what is thrown where the document is not as expected
     * @param file an existing file
     * @param failure makes what is thrown
     * @return its value
     * @throws E if it is no UTF-8, no JSON, or would harm the parser
     * @throws IOException if it cannot be read
     */
    public static <E extends Exception> JsonNode<E> read(Path file, Failure<E> failure) throws E, IOException {
        return parse(InputFile.bytes(file), file.toString(), failure);
    }

    /** {@return the document's name in messages} */
    public String source() {
        return source;
    }

    /**
     * {@return the value as the parser gives it: a text, number, truth value, {@link Map} or {@link List}; null where
     * there is none}
     */
    public @Nullable Object value() {
        return value;
    }

    /** {@return whether there is a value} There is none if the key is missing or its value {@code null}. */
    public boolean isPresent() {
        return value != null;
    }

    /** {@return whether this is an object} */
    public boolean isObject() {
        return value instanceof Map<?, ?>;
    }

    /**
     * {@return what is to be thrown if the value is not as expected}
     *
     * @param reason goes on with the sentence, such as "must be a text"
     */
    public E refused(String reason) {
        return refused(reason, null);
    }

    private E refused(String reason, @Nullable Throwable cause) {
        return failure.of(
                path.isEmpty()
                        ? "%s %s".formatted(source, reason)
                        : "%s: key '%s' (%s) %s"
                                .formatted(source, path, given ? shown(JsonWriter.string(value)) : "missing", reason),
                cause);
    }

    /** Fit for a terminal. */
    static String shown(String text) {
        String cut = text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + ".." : text;
        return cut.replaceAll("\\p{Cc}|\\p{Cf}", "?");
    }

    private <T> T as(Class<T> type, String expected) throws E {
        if (type.isInstance(value)) {
            return type.cast(value);
        }
        throw refused(value == null ? "is needed, and must be " + expected : "must be " + expected);
    }

    private Map<?, ?> object() throws E {
        return as(Map.class, "an object");
    }

    /**
     * {@return the keys of an object, in their order}
     *
     * @throws E if it is no object
     */
    public Set<String> keys() throws E {
        var keys = new LinkedHashSet<String>();
        object().keySet().forEach(key -> keys.add(String.valueOf(key)));
        return keys;
    }

    /**
     * {@return what an object has under a key, perhaps an empty place}
     *
     * @param key any key
     * @throws E if this is no object
     */
    public JsonNode<E> at(String key) throws E {
        Map<?, ?> object = object();
        return new JsonNode<>(
                source, path.isEmpty() ? key : path + "." + key, object.containsKey(key), object.get(key), failure);
    }

    /**
     * Refuses other keys and {@code null}.
     *
     * @param allowed keys that an object may have
     * @throws E if it has another, or one of them without a value, or is no object
     */
    public void allow(String... allowed) throws E {
        for (String key : keys()) {
            if (!Arrays.asList(allowed).contains(key)) {
                throw at(key).refused("is not known, expected only " + String.join(", ", allowed));
            }
            if (!at(key).isPresent()) {
                throw at(key).refused("has no value");
            }
        }
    }

    /**
     * {@return this, or the same place filled with a value where it is empty}
     *
     * @param otherwise a value as of {@link #value}
     */
    public JsonNode<E> or(Object otherwise) {
        return isPresent() ? this : new JsonNode<>(source, path, true, otherwise, failure);
    }

    /**
     * {@return what a value says, empty if it is missing}
     *
     * @param <T> what it is
     * @param reading how to read it
     * @throws E if it is there and not as expected
     */
    public <T> Optional<T> optional(Reading<T, E> reading) throws E {
        return isPresent() ? Optional.of(reading.of(this)) : Optional.empty();
    }

    /**
     * {@return the text that this is}
     *
     * @throws E if it is none
     */
    public String text() throws E {
        return as(String.class, "a text");
    }

    /**
     * {@return the text that this is, which says something}
     *
     * @throws E if it is none, or blank
     */
    public String filled() throws E {
        if (text().isBlank()) {
            throw refused("is empty");
        }
        return text();
    }

    /** {@return a text as it is, or any other value as JSON} */
    public String anyText() {
        return value instanceof String text ? text : JsonWriter.string(value);
    }

    /**
     * {@return what a text stands for}
     *
     * @param <T> what it stands for
     * @param parser throws {@link IllegalArgumentException} if it stands for nothing
     * @throws E if it is no text, blank, or stands for nothing
     */
    public <T> T parsed(Function<String, T> parser) throws E {
        try {
            return parser.apply(filled());
        } catch (IllegalArgumentException e) {
            throw refused("is refused: " + e.getMessage(), e);
        }
    }

    /**
     * {@return the value whose name is this text}
     *
     * @param <T> what they are
     * @param values the values
     * @param name gives the name of one
     * @throws E if this is no text, or another
     */
    public <T> T oneOf(T[] values, Function<T, String> name) throws E {
        String given = filled();
        for (T value : values) {
            if (name.apply(value).equals(given)) {
                return value;
            }
        }
        throw refused("must be one of " + Arrays.stream(values).map(name).collect(Collectors.joining(", ")));
    }

    /**
     * {@return true or false, as this says}
     *
     * @throws E if it is none
     */
    public boolean flag() throws E {
        return as(Boolean.class, "true or false");
    }

    /**
     * {@return the number that this is}
     *
     * @throws E if it is none
     */
    public double number() throws E {
        return as(Number.class, "a number").doubleValue();
    }

    /**
     * {@return the whole number that this is}
     *
     * @param least what it must be at least
     * @throws E if it is none, smaller, or larger than 2^31-1
     */
    public int whole(int least) throws E {
        String expected = "a whole number, at least " + least;
        double number = as(Number.class, expected).doubleValue();
        if (number != Math.rint(number) || number < least || number > Integer.MAX_VALUE) {
            throw refused("must be " + expected);
        }
        return (int) number;
    }

    /**
     * {@return how many there are of something: a whole number, at least 0}
     *
     * @throws E if it is none, or larger than 2^63-1
     */
    public long count() throws E {
        String expected = "a whole number, at least 0";
        Number number = as(Number.class, expected);
        // The parser gives some that fit into 64 bits as large ones.
        boolean fits = number instanceof Integer
                || number instanceof Long
                || (number instanceof BigInteger large && large.bitLength() < Long.SIZE);
        if (!fits || number.longValue() < 0) {
            throw refused("must be " + expected);
        }
        return number.longValue();
    }

    /**
     * {@return the elements of an array, in their order}
     *
     * @param <T> what they are
     * @param reading how to read one
     * @throws E if this is no array, or an element is not as expected
     */
    public <T> List<T> list(Reading<T, E> reading) throws E {
        List<?> array = as(List.class, "a list");
        var elements = new ArrayList<T>(array.size());
        for (int i = 0; i < array.size(); i++) {
            elements.add(reading.of(new JsonNode<>(source, path + "[" + i + "]", true, array.get(i), failure)));
        }
        return List.copyOf(elements);
    }

    /**
     * {@return the values of an object by their keys, in their order}
     *
     * @param <T> what they are
     * @param reading how to read one
     * @throws E if this is no object, or a value is not as expected
     */
    public <T> Map<String, T> map(Reading<T, E> reading) throws E {
        var values = new LinkedHashMap<String, T>();
        for (String key : keys()) {
            values.put(key, reading.of(at(key)));
        }
        return values;
    }

    @Override
    public String toString() {
        return "%s: %s = %s".formatted(source, path, Objects.toString(value));
    }
}
