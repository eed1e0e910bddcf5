// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Labels of samples in the numbers of other classes, such as those a head tells apart. Classes are the same where their names
 * are; a position alone says nothing, since a network counts its classes in another order than folders have. Immutable.
 *
 * <p>A name that no class has to the letter is looked for without regard to case, {@code _} and {@code -}, and among the
 * synonyms that commas divide, as in ImageNet's {@code great white shark, white shark}; it must then fit one class alone.
 *
 * <p>Names that only count, {@code 7}, {@code 007} or {@code LABEL_7}, are the number 7, wherever they stand; classes without
 * names are their numbers. Numbers are joined with numbers. Where only one side has real names, class c of the one is taken for
 * class c of the other, which {@link #note} says; a side that is only known by numbers must then have as many classes as the
 * samples name. Classes without samples are not asked for.
 *
 * @param labels the labels, in the numbers and names of the other classes
 * @param note what was assumed; empty where nothing was
 */
public record JoinedLabels(Labels labels, Optional<String> note) {
    private static final Pattern NUMBER = Pattern.compile("(?:LABEL_)?0*([0-9]{1,9})");
    private static final int SHOWN = 3;

    /**
     * Classes as both sides can be compared.
     *
     * @param keys names, or numbers without what stands around them
     * @param numbers whether they are numbers
     */
    private record Classes(List<String> keys, boolean numbers) {
        static Classes of(List<String> names, int count) {
            if (names.isEmpty()) {
                return counted(count);
            }
            var numbers = new ArrayList<String>();
            for (String name : names) {
                Matcher number = NUMBER.matcher(name);
                if (!number.matches()) {
                    return new Classes(names, false);
                }
                numbers.add(number.group(1));
            }
            return new Classes(numbers, new HashSet<>(numbers).size() == names.size());
        }

        static Classes counted(int count) {
            return new Classes(
                    IntStream.range(0, count).mapToObj(Integer::toString).toList(), true);
        }

        /** The same as numbers: their positions, where they have names. */
        Classes asNumbers() {
            return numbers ? this : counted(keys.size());
        }
    }

    /** Where the classes of one side stand. */
    private static final class Places {
        static final int NONE = -1;
        static final int TWICE = -2;

        private final Map<String, Integer> exact = new HashMap<>();
        private final Map<String, Integer> loose = new HashMap<>();

        Places(List<String> keys) {
            for (int c = 0; c < keys.size(); c++) {
                put(exact, keys.get(c), c);
                put(loose, loose(keys.get(c)), c);
                for (String synonym : keys.get(c).split(",", -1)) {
                    put(loose, loose(synonym), c);
                }
            }
        }

        private static void put(Map<String, Integer> places, String key, int place) {
            places.merge(key, place, (first, second) -> first.equals(second) ? first : TWICE);
        }

        private static String loose(String name) {
            return name.strip().toLowerCase(Locale.ROOT).replace('_', ' ').replace('-', ' ');
        }

        int of(String key) {
            return exact.getOrDefault(key, loose.getOrDefault(loose(key), NONE));
        }
    }

    /**
     * {@return the labels of samples in the numbers of a head's classes}
     *
     * @param head the head
     * @param samples with labels
     * @throws IllegalArgumentException if the samples have no labels
     * @throws RefusedException if a sample's class is none of the head's, or it is not known which
     */
    public static JoinedLabels of(LinearHead head, FeatureSet samples) {
        return of(head.classNames(), head.classes(), "the head", samples);
    }

    static JoinedLabels of(List<String> names, int count, String owner, FeatureSet samples) {
        Labels own = samples.labels()
                .orElseThrow(
                        () -> new IllegalArgumentException("samples '%s' have no labels".formatted(samples.dataset())));
        if (!names.isEmpty() && own.classNames().equals(names)) {
            return new JoinedLabels(own, Optional.empty());
        }
        Classes from = Classes.of(own.classNames(), own.classCount());
        Classes to = Classes.of(names, count);
        boolean assumed = from.numbers != to.numbers;
        if (assumed && to.numbers && own.classCount() != count) {
            throw new RefusedException(
                    "%s has %d classes without names, and the samples '%s' are of %d (%s): which is which is not known; expected class names in %s, or labels that are its numbers"
                            .formatted(
                                    owner, count, samples.dataset(), own.classCount(), shown(own.classNames()), owner),
                    Remedy.NONE);
        }
        List<String> keys = (assumed ? from.asNumbers() : from).keys;
        Places places = new Places((assumed ? to.asNumbers() : to).keys);
        int[] joined = new int[own.size()];
        for (int i = 0; i < joined.length; i++) {
            int place = places.of(keys.get(own.get(i)));
            if (place < 0) {
                throw new RefusedException(
                        "sample '%s' of '%s' is of class '%s', which is %s of the %d classes of %s (%s)"
                                .formatted(
                                        samples.ids().get(i),
                                        samples.dataset(),
                                        own.nameOf(own.get(i)),
                                        place == Places.NONE ? "none" : "more than one",
                                        count,
                                        owner,
                                        shown(to.keys)),
                        from.numbers || to.numbers ? Remedy.NONE : Remedy.CLASSES_BY_NUMBER);
            }
            joined[i] = place;
        }
        return new JoinedLabels(
                Labels.of(joined, names), assumed ? Optional.of(note(from, names, own, owner)) : Optional.empty());
    }

    private static String note(Classes from, List<String> names, Labels own, String owner) {
        return from.numbers
                ? "the samples' classes are numbers, and are taken for the numbers of the classes of %s, which begin with %s"
                        .formatted(owner, shown(names))
                : "%s knows its classes by number only; they are taken for the samples' in their order, which begins with %s"
                        .formatted(owner, shown(own.classNames()));
    }

    /**
     * {@return labels in the numbers of other classes, where every name that occurs is exactly one of theirs; else empty}
     *
     * @param names theirs; empty if unknown
     * @param own the labels
     */
    public static Optional<Labels> byName(List<String> names, Labels own) {
        if (names.isEmpty() || own.classNames().isEmpty()) {
            return Optional.empty();
        }
        if (own.classNames().equals(names)) {
            return Optional.of(own);
        }
        Places places = new Places(names);
        int[] joined = new int[own.size()];
        for (int i = 0; i < joined.length; i++) {
            joined[i] = places.of(own.nameOf(own.get(i)));
            if (joined[i] < 0) {
                return Optional.empty();
            }
        }
        return Optional.of(Labels.of(joined, names));
    }

    private static String shown(List<String> names) {
        String first = names.stream().limit(SHOWN).map("'%s'"::formatted).collect(Collectors.joining(", "));
        return names.size() > SHOWN ? first + ", .." : first;
    }
}
