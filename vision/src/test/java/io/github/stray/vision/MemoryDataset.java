// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ImageContent;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleIterator;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Samples from memory, or made on the way. Counts samples taken and iterators not closed. */
public record MemoryDataset(
        List<String> ids, IntFunction<ImageContent> content, AtomicInteger taken, AtomicInteger opened)
        implements DatasetSource {

    public static MemoryDataset of(int count, IntFunction<ImageContent> content) {
        return new MemoryDataset(
                IntStream.range(0, count).mapToObj(i -> "sample-" + i).toList(),
                content,
                new AtomicInteger(),
                new AtomicInteger());
    }

    /** Noise of many sizes. */
    public static MemoryDataset noise(int count) {
        return of(count, i -> Goldens.noise(20 + i * 37 % 90, 20 + i * 53 % 70, i, false));
    }

    public MemoryDataset reversed() {
        int last = ids.size() - 1;
        return new MemoryDataset(
                ids.reversed(), i -> content.apply(last - i), new AtomicInteger(), new AtomicInteger());
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public long size() {
        return ids.size();
    }

    @Override
    public long ignored() {
        return 0;
    }

    @Override
    public List<String> classNames() {
        return List.of();
    }

    @Override
    public String fingerprint() {
        return "memory";
    }

    @Override
    public SampleIterator open() {
        Iterator<String> names = ids.iterator();
        opened.incrementAndGet();
        return new SampleIterator() {
            private int next;

            @Override
            public boolean hasNext() {
                return names.hasNext();
            }

            @Override
            public Sample next() {
                taken.incrementAndGet();
                String id = names.next();
                int i = next++;
                return new Sample(id, OptionalInt.of(i % 10), content.apply(i));
            }

            @Override
            public void close() {
                opened.decrementAndGet();
            }
        };
    }
}
