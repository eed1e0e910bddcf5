// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.cache;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleIterator;
import java.io.IOException;
import java.util.List;
import java.util.NoSuchElementException;

/** A set in parts of consecutive samples, read in one go. Not safe for concurrent use; one part is read at a time. */
final class SourceParts implements AutoCloseable {
    private final DatasetSource source;
    private final SampleIterator samples;
    private long taken;

    private SourceParts(DatasetSource source, SampleIterator samples) {
        this.source = source;
        this.samples = samples;
    }

    /** Opens a set behind its first samples, which are not read. */
    static SourceParts open(DatasetSource source, long skipped) throws IOException {
        var parts = new SourceParts(source, source.open());
        try {
            while (parts.taken < skipped && parts.samples.hasNext()) {
                parts.samples.next();
                parts.taken++;
            }
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
        return parts;
    }

    boolean more() {
        return samples.hasNext();
    }

    /** The next samples, at most so many, as a set that can be opened once. */
    DatasetSource next(long most) {
        long size = Math.min(most, source.size() - taken);
        taken += size;
        return new Part(size);
    }

    @Override
    public void close() {
        samples.close();
    }

    private final class Part implements DatasetSource {
        private final long size;

        Part(long size) {
            this.size = size;
        }

        @Override
        public String name() {
            return source.name();
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public long ignored() {
            return 0;
        }

        @Override
        public List<String> classNames() {
            return source.classNames();
        }

        @Override
        public String fingerprint() {
            return source.fingerprint();
        }

        @Override
        public SampleIterator open() {
            return new SampleIterator() {
                private long given;

                @Override
                public boolean hasNext() {
                    return given < size && samples.hasNext();
                }

                @Override
                public Sample next() {
                    if (!hasNext()) {
                        throw new NoSuchElementException("the part has %d samples".formatted(size));
                    }
                    given++;
                    return samples.next();
                }

                // The set stays open for the next part.
                @Override
                public void close() {}
            };
        }
    }
}
