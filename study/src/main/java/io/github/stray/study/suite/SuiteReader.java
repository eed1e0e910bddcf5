// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.suite;

import io.github.stray.detect.Detectors;
import io.github.stray.detect.Suggestion;
import io.github.stray.metric.Convention;
import io.github.stray.probe.LinearProbe;
import io.github.stray.provenance.InputFile;
import io.github.stray.provenance.Sha256;
import io.github.stray.study.suite.SuitePair.Protocol;
import io.github.stray.study.suite.SuiteSet.Part;
import io.github.stray.study.suite.YamlPlace.Entries;
import io.github.stray.text.TextLines;
import io.github.stray.vision.layout.NetworkOption;
import io.github.stray.vision.layout.NetworkOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads suites from YAML 1.2. Everything that can be checked without opening a set is checked, and a complaint names file
 * and line: unknown keys, detectors and options, sets that are used and not described, doubled names. Paths are relative to
 * the suite's file; {@code ${STRAY_SHARED}} and other variables of the environment that begin with {@code STRAY_} are
 * filled in, the former with {@code ../shared} where it is not set.
 */
final class SuiteReader {
    private static final double DEFAULT_SHARE = 0.2;

    /** Of a suite's file; the largest that ships has 3 kB, and the YAML reader takes quadratic time over long texts. */
    private static final int MOST_BYTES = 1 << 20;

    private final SuitePaths paths;

    private SuiteReader(SuitePaths paths) {
        this.paths = paths;
    }

    static Suite read(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)) {
            throw new InvalidSuiteException(file.toString(), 1, "it is a folder, expected a YAML file", null);
        }
        String text;
        try (InputStream in = InputFile.open(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new InvalidSuiteException(file.toString(), 1, "no suite: it is larger than 1 MiB", null);
            }
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidSuiteException(file.toString(), 1, "no YAML: it is not UTF-8 text", e);
        }
        return read(text, file.toString(), SuitePaths.ofEnvironment(folder == null ? Path.of("") : folder));
    }

    static Suite read(String text, String file, SuitePaths paths) {
        return new SuiteReader(paths).suite(root(text, file), Sha256.of(text));
    }

    private static YamlPlace root(String text, String file) {
        try {
            LoadSettings settings = LoadSettings.builder().setLabel(file).build();
            var parser = new ParserImpl(settings, new StreamReader(settings, text));
            Optional<Node> node = new Composer(settings, parser).getSingleNode();
            return new YamlPlace(
                    file,
                    "the suite",
                    node.orElseThrow(() -> new InvalidSuiteException(file, 1, "the suite is empty", null)));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new InvalidSuiteException(file, line, "no YAML: " + e.getProblem(), e);
        } catch (YamlEngineException e) {
            throw new InvalidSuiteException(file, 1, "no YAML: " + e.getMessage(), e);
        } catch (StackOverflowError e) {
            throw new InvalidSuiteException(file, 1, "no suite: lists or keys are nested thousands deep", e);
        }
    }

    private Suite suite(YamlPlace root, String sha256) {
        Entries suite = root.entries(
                "name",
                "title",
                "sets",
                "pairs",
                "extractors",
                "detectors",
                "metrics",
                "templates",
                "negatives",
                "seed",
                "probe-batch",
                "published");
        YamlPlace name = suite.get("name");
        if (!name.text().matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw name.wrong("expected letters, digits, '.', '_' and '-', found '%s'".formatted(name.text()));
        }
        Map<String, SuiteSet> sets = sets(suite.get("sets"));
        List<SuitePair> pairs = pairs(suite.get("pairs"), sets);
        List<SuiteExtractor> extractors = extractors(suite, sets, pairs);
        Optional<YamlPlace> templates = suite.find("templates");
        return new Suite(
                name.text(),
                suite.text("title").orElse(name.text()),
                sets,
                pairs,
                extractors,
                detectors(suite.find("detectors")),
                suite.find("metrics")
                        .map(place -> place.parsed(Convention::ofName))
                        .orElse(Convention.CANONICAL),
                templates.map(this::templates).orElse("paper"),
                suite.find("negatives").map(this::file),
                suite.find("seed").map(place -> place.parsed(Long::parseLong)).orElse(42L),
                count(suite, "probe-batch").orElse(LinearProbe.PAPER.batch()),
                published(suite.find("published"), pairs),
                sha256);
    }

    private Map<String, SuiteSet> sets(YamlPlace place) {
        var sets = new LinkedHashMap<String, SuiteSet>();
        place.map().forEach((name, value) -> sets.put(name, set(name, value.in("set " + name))));
        if (sets.isEmpty()) {
            throw place.wrong("a suite needs at least an ID set");
        }
        return sets;
    }

    private SuiteSet set(String name, YamlPlace place) {
        Entries set = place.isMap()
                ? place.entries(
                        "input", "features", "classes", "class-embeddings", "part", "share", "limit", "per-class")
                : new Entries(place, Map.of("input", place));
        if (set.find("input").isPresent() == set.find("features").isPresent()) {
            throw place.wrong("give either 'input' (images) or 'features' (a file)");
        }
        return new SuiteSet(
                name,
                set.find("input").map(value -> value.parsed(paths::input)),
                set.find("features").map(this::file),
                set.find("classes").map(this::classNames).orElse(List.of()),
                set.find("class-embeddings").map(this::file),
                part(set),
                count(set, "limit"),
                count(set, "per-class"));
    }

    private static Optional<Part> part(Entries set) {
        Optional<YamlPlace> part = set.find("part");
        Optional<YamlPlace> share = set.find("share");
        if (part.isEmpty() && share.isPresent()) {
            throw share.get().wrong("a share goes with 'part: held-out' or 'part: rest'");
        }
        return part.map(side -> new Part(
                side.parsed(SuiteReader::heldOut),
                share.map(given -> given.parsed(within(
                                Double::parseDouble, value -> value > 0 && value < 1, "must lie between 0 and 1")))
                        .orElse(DEFAULT_SHARE)));
    }

    private static boolean heldOut(String text) {
        return switch (text) {
            case "held-out" -> true;
            case "rest" -> false;
            default -> throw new IllegalArgumentException("expected held-out or rest, found '%s'".formatted(text));
        };
    }

    private static OptionalInt count(Entries entries, String key) {
        return entries.find(key)
                .map(place -> place.parsed(within(Integer::parseInt, value -> value >= 1, "must be at least 1")))
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
    }

    /** A parser that also refuses what is out of range. */
    private static <T> Function<String, T> within(Function<String, T> parser, Predicate<T> range, String rule) {
        return text -> {
            T value = parser.apply(text);
            if (!range.test(value)) {
                throw new IllegalArgumentException("%s, was %s".formatted(rule, value));
            }
            return value;
        };
    }

    private List<String> classNames(YamlPlace place) {
        if (place.isList()) {
            return place.texts();
        }
        Path file = file(place);
        try {
            return TextLines.classNames(file);
        } catch (IOException e) {
            throw place.wrong("cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private Path file(YamlPlace place) {
        return place.parsed(paths::file);
    }

    private String templates(YamlPlace place) {
        return List.of("paper", "mcm-original", "neglabel").contains(place.text())
                ? place.text()
                : file(place).toString();
    }

    private static List<SuitePair> pairs(YamlPlace place, Map<String, SuiteSet> sets) {
        List<SuitePair> pairs =
                once(place, "pair", value -> pair(value, sets), SuitePair::name, "the name '%s' is given twice");
        if (pairs.isEmpty()) {
            throw place.wrong("a suite needs at least one pair");
        }
        return pairs;
    }

    /** The elements of a list, no two of one name. */
    private static <T> List<T> once(
            YamlPlace place, String what, Function<YamlPlace, T> reading, Function<T, String> naming, String twice) {
        var elements = new LinkedHashMap<String, T>();
        for (YamlPlace value : place.list()) {
            YamlPlace named = value.in(what);
            T element = reading.apply(named);
            String name = naming.apply(element);
            if (elements.putIfAbsent(name, element) != null) {
                throw named.wrong(twice.formatted(name));
            }
        }
        return List.copyOf(elements.values());
    }

    private static SuitePair pair(YamlPlace place, Map<String, SuiteSet> sets) {
        Entries pair = place.entries("name", "protocol", "train", "test", "near", "far");
        String train = known(pair.get("train"), sets);
        String test = known(pair.get("test"), sets);
        String name = pair.text("name").orElse(train);
        Protocol protocol = pair.find("protocol")
                .map(value -> value.parsed(SuiteReader::protocol))
                .orElse(Protocol.STANDARD);
        boolean oneClass = protocol == Protocol.ONE_CLASS;
        requireApart(pair.get("test"), Objects.requireNonNull(sets.get(train)), Objects.requireNonNull(sets.get(test)));
        var ood = new ArrayList<SuiteOod>();
        var names = new HashSet<String>();
        for (OodGroup group : List.of(OodGroup.NEAR, OodGroup.FAR)) {
            for (YamlPlace value : pair.find(group.id()).map(YamlPlace::list).orElse(List.of())) {
                String set = known(value, sets);
                if (!names.add(set)) {
                    throw value.wrong("the set '%s' is OOD twice".formatted(set));
                }
                if (set.equals(train) || set.equals(test)) {
                    throw value.wrong("the set '%s' is the pair's own ID set".formatted(set));
                }
                ood.add(new SuiteOod(set, group));
            }
        }
        if (oneClass != ood.isEmpty()) {
            throw place.wrong(
                    oneClass
                            ? "under one-class the other classes are OOD; leave 'near' and 'far' out"
                            : "the pair '%s' has no OOD set; list them under 'near' and 'far'".formatted(name));
        }
        return new SuitePair(name, protocol, train, test, ood);
    }

    /** A gallery that holds the test samples finds every one of them. */
    private static void requireApart(YamlPlace place, SuiteSet train, SuiteSet test) {
        if (!train.source().equals(test.source())) {
            return;
        }
        boolean parts = train.part().isPresent()
                && test.part().isPresent()
                && train.part().get().share() == test.part().get().share()
                && train.part().get().heldOut() != test.part().get().heldOut();
        if (!parts) {
            throw place.wrong(
                    "the set '%s' holds samples of the training set '%s'; take another split, or 'part: rest' for training and 'part: held-out' for testing with the same share"
                            .formatted(test.name(), train.name()));
        }
    }

    private static Protocol protocol(String text) {
        return switch (text) {
            case "standard" -> Protocol.STANDARD;
            case "one-class" -> Protocol.ONE_CLASS;
            default -> throw new IllegalArgumentException("expected standard or one-class, found '%s'".formatted(text));
        };
    }

    private static String known(YamlPlace place, Map<String, SuiteSet> sets) {
        String name = place.text();
        if (!sets.containsKey(name)) {
            throw place.wrong("there is no set '%s'; %s".formatted(name, Suggestion.among(name, sets.keySet())));
        }
        return name;
    }

    private List<SuiteExtractor> extractors(Entries suite, Map<String, SuiteSet> sets, List<SuitePair> pairs) {
        boolean images = pairs.stream()
                .flatMap(pair -> setsOf(pair).stream())
                .anyMatch(name -> sets.containsKey(name)
                        && Objects.requireNonNull(sets.get(name)).input().isPresent());
        Optional<YamlPlace> place = suite.find("extractors");
        if (place.isEmpty()) {
            if (images) {
                throw suite.place().wrong("the key 'extractors' is missing, and there are sets of images");
            }
            return List.of();
        }
        if (!images) {
            throw place.get().wrong("all sets are features, so there is nothing to extract; leave the key out");
        }
        return once(place.get(), "extractor", this::extractor, SuiteExtractor::name, "'%s' is given twice");
    }

    static Set<String> setsOf(SuitePair pair) {
        var names = new LinkedHashSet<>(List.of(pair.train(), pair.test()));
        pair.ood().forEach(ood -> names.add(ood.set()));
        return names;
    }

    private SuiteExtractor extractor(YamlPlace place) {
        Entries entries = place.isMap()
                ? place.entries(Stream.concat(
                                Stream.of("name", "file"),
                                Arrays.stream(NetworkOption.values()).map(NetworkOption::id))
                        .toArray(String[]::new))
                : new Entries(place, Map.of("name", place));
        if (entries.find("file").isEmpty() && entries.values().size() > 1) {
            throw place.wrong("how images are prepared is said of a 'file'; an installed extractor has a card");
        }
        return new SuiteExtractor(
                entries.get("name").text(), entries.find("file").map(this::file), network(entries));
    }

    private static NetworkOptions network(Entries entries) {
        NetworkOptions network = NetworkOptions.none();
        for (NetworkOption key : NetworkOption.values()) {
            Optional<String> value = entries.text(key.id());
            network = value.isPresent() ? network.with(key, value.get()) : network;
        }
        return network;
    }

    private static List<String> detectors(Optional<YamlPlace> place) {
        if (place.isEmpty() || (!place.get().isList() && place.get().text().equals("all"))) {
            return Detectors.ids();
        }
        var detectors = new LinkedHashSet<String>();
        for (YamlPlace value : place.get().list()) {
            String text = value.in("detector").text();
            if (text.equals("all")) {
                detectors.addAll(Detectors.ids());
                continue;
            }
            value.in("detector").parsed(Detectors::parse);
            if (!detectors.add(text)) {
                throw value.in("detector").wrong("'%s' is given twice".formatted(text));
            }
        }
        if (detectors.isEmpty()) {
            throw place.get().wrong("name at least one detector, or leave the key out for all");
        }
        return List.copyOf(detectors);
    }

    private static List<PublishedFigure> published(Optional<YamlPlace> place, List<SuitePair> pairs) {
        var figures = new ArrayList<PublishedFigure>();
        for (YamlPlace value : place.map(YamlPlace::list).orElse(List.of())) {
            Entries entries =
                    value.in("published figure").entries("pair", "ood", "detector", "extractor", "auroc", "source");
            YamlPlace named = entries.get("pair");
            SuitePair pair = pairs.stream()
                    .filter(known -> known.name().equals(named.text()))
                    .findFirst()
                    .orElseThrow(() -> named.wrong("there is no pair '%s'".formatted(named.text())));
            var oods = new ArrayList<>(List.of("near", "far", "all"));
            pair.ood().forEach(ood -> oods.add(ood.set()));
            String ood = entries.get("ood").text();
            if (!oods.contains(ood)) {
                throw entries.get("ood")
                        .wrong("pair '%s' has no OOD set '%s'; %s"
                                .formatted(pair.name(), ood, Suggestion.among(ood, oods)));
            }
            entries.get("detector").parsed(Detectors::parse);
            double auroc = entries.get("auroc")
                    .parsed(within(Double::parseDouble, area -> area >= 0 && area <= 1, "must lie in [0, 1]"));
            figures.add(new PublishedFigure(
                    pair.name(),
                    ood,
                    entries.get("detector").text(),
                    entries.get("extractor").text(),
                    auroc,
                    entries.get("source").text()));
        }
        return figures;
    }
}
