// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import io.github.stray.extract.ImageContent.Encoded;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.provenance.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Samples in memory as a set. The fingerprint is over the lines of a manifest, as of sets on disk, and the version over what
 * the samples hold as well; of one that cannot be read that is the reason.
 */
record MemorySource(String name, List<Sample> samples, List<String> classNames) implements DatasetSource {
    MemorySource {
        samples = List.copyOf(samples);
        classNames = List.copyOf(classNames);
        Set<String> ids = new HashSet<>();
        for (Sample sample : samples) {
            if (!ids.add(sample.id())) {
                throw new IllegalArgumentException(
                        "%s holds %s twice; every image needs an id of its own".formatted(name, sample.id()));
            }
            int label = sample.label().orElse(0);
            if (sample.label().isPresent() && (label < 0 || label >= classNames.size())) {
                throw new IllegalArgumentException("label %d of %s has no name: %d class names were given"
                        .formatted(label, sample.id(), classNames.size()));
            }
        }
    }

    static Sample sample(String id, byte[] file) {
        return new Sample(id, OptionalInt.empty(), (Encoded) () -> file);
    }

    @Override
    public long size() {
        return samples.size();
    }

    @Override
    public long ignored() {
        return 0;
    }

    @Override
    public String fingerprint() {
        return digest(false);
    }

    @Override
    public String version() {
        return digest(true);
    }

    private String digest(boolean contents) {
        MessageDigest digest = Sha256.digest();
        for (Sample sample : samples) {
            byte[] bytes = bytes(sample.content());
            OptionalInt label = sample.label();
            String line = "%s\t%d\t%s\n"
                    .formatted(sample.id(), bytes.length, label.isPresent() ? Integer.toString(label.getAsInt()) : "");
            digest.update(line.getBytes(StandardCharsets.UTF_8));
            if (contents) {
                digest.update(bytes);
            }
        }
        for (String name : classNames) {
            digest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return Sha256.hex(digest);
    }

    private static byte[] bytes(ImageContent content) {
        return switch (content) {
            case Pixels pixels -> pixels.rgb();
            case Encoded encoded -> {
                try {
                    yield encoded.read();
                } catch (IOException e) {
                    yield String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8);
                }
            }
        };
    }

    @Override
    public SampleIterator open() {
        Iterator<Sample> rest = samples.iterator();
        return new SampleIterator() {
            @Override
            public boolean hasNext() {
                return rest.hasNext();
            }

            @Override
            public Sample next() {
                return rest.next();
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }
}
