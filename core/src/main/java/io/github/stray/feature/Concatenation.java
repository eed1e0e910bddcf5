// SPDX-License-Identifier: Apache-2.0
package io.github.stray.feature;

import io.github.stray.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Sets on their way into one. */
record Concatenation(FeatureSet first, List<FeatureSet> others) {
    FeatureSet set() {
        FeatureSpace space = space(FeatureSet::space);
        var ids = new ArrayList<String>();
        all().forEach(set -> ids.addAll(set.ids()));
        var set = new FeatureSet(
                FeatureMatrix.of(rows(each -> each.features().toTensor())), ids, labels(), space, first.dataset());
        for (Layer layer : first.further().keySet()) {
            if (others.stream().allMatch(other -> other.further().containsKey(layer))) {
                Function<FeatureSet, FeatureLayer> stored =
                        each -> Objects.requireNonNull(each.further().get(layer));
                set = set.with(
                        layer,
                        new FeatureLayer(
                                rows(each -> stored.apply(each).rows()),
                                space(each -> stored.apply(each).space())));
            }
        }
        return set;
    }

    private Stream<FeatureSet> all() {
        return Stream.concat(Stream.of(first), others.stream());
    }

    private Tensor rows(Function<FeatureSet, Tensor> part) {
        return Tensor.concat(all().map(part).toList());
    }

    private FeatureSpace space(Function<FeatureSet, FeatureSpace> part) {
        FeatureSpace whole = part.apply(first);
        for (FeatureSet other : others) {
            FeatureSpace next = part.apply(other);
            Optional<String> conflict = whole.conflictWith(next);
            if (conflict.isPresent()) {
                throw new IllegalArgumentException("features of '%s' and '%s' come from different spaces: %s"
                        .formatted(first.dataset(), other.dataset(), conflict.get()));
            }
            whole = new FeatureSpace(
                    common(whole.extractor(), next.extractor()),
                    common(whole.layer(), next.layer()),
                    whole.dimension(),
                    common(whole.normalisation(), next.normalisation()),
                    common(whole.weightsSha256(), next.weightsSha256()),
                    common(whole.preprocessing(), next.preprocessing()));
        }
        return whole;
    }

    private static Optional<String> common(Optional<String> one, Optional<String> other) {
        return one.filter(value -> other.isPresent());
    }

    private Optional<Labels> labels() {
        if (all().anyMatch(set -> set.labels().isEmpty())) {
            return Optional.empty();
        }
        List<Labels> parts = all().flatMap(set -> set.labels().stream()).toList();
        boolean named = !parts.getFirst().classNames().isEmpty();
        for (int i = 1; i < parts.size(); i++) {
            if (parts.get(i).classNames().isEmpty() == named) {
                throw new IllegalArgumentException(
                        "of '%s' and '%s' one has class names and the other has not, so their labels cannot be joined"
                                .formatted(first.dataset(), others.get(i - 1).dataset()));
            }
        }
        var names = new LinkedHashSet<String>();
        boolean same = parts.stream()
                .allMatch(part -> part.classNames().equals(parts.getFirst().classNames()));
        if (same) {
            return Optional.of(Labels.of(
                    parts.stream()
                            .flatMapToInt(part -> IntStream.of(part.toArray()))
                            .toArray(),
                    parts.getFirst().classNames()));
        }
        parts.forEach(part -> names.addAll(part.classNames()));
        Map<String, Integer> numbers = new LinkedHashMap<>();
        names.forEach(name -> numbers.put(name, numbers.size()));
        int[] values = parts.stream()
                .flatMapToInt(part -> IntStream.of(part.toArray())
                        .map(label -> Objects.requireNonNull(numbers.get(part.nameOf(label)))))
                .toArray();
        return Optional.of(Labels.of(values, List.copyOf(names)));
    }
}
