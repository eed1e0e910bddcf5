// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.OneLineId;
import io.github.stray.extract.Sample;
import io.github.stray.vision.image.ImageSuffixes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Opens what a user names as INPUT:
 *
 * <ul>
 *   <li>a folder of images; an image's class is its first-level folder if every image is in one;
 *   <li>a {@code .zip}, {@code .tar}, {@code .tar.gz} or {@code .tgz} laid out the same way; one top folder around all
 *       images, as zipping a folder makes it, belongs to neither classes nor ids;
 *   <li>a list file ({@code .txt}, {@code .tsv}) of lines {@code path TAB label};
 *   <li>an id-list file ({@code .txt}, {@code .tsv}) whose first line is {@code #input TAB INPUT}, relative paths in it
 *       being relative to the list's folder, and whose further lines are {@code id} or {@code id TAB class} of samples of
 *       that input, in its order;
 *   <li>CIFAR's binary files, {@code cifar10:PATH} or {@code cifar100:PATH}, with {@code #train} or {@code #test} where
 *       a folder holds both;
 *   <li>a dataset that was pulled, {@code data:NAME} or {@code data:NAME#SPLIT}; ids are paths inside the dataset, so that
 *       those of its splits differ;
 *   <li>a single image.
 * </ul>
 *
 * <p>Samples are files named {@code .jpg .jpeg .jpe .jfif .png .gif .bmp .webp .tif .tiff .heic .heif .hif .avif} in
 * any case. Other files, hidden ones and {@code __MACOSX} are counted as ignored. Ids are paths inside the set with forward slashes, record
 * numbers for CIFAR. Opening lists the set once or twice without decoding any image; a sample that cannot be read fails
 * when its content is read, and alone.
 *
 * <p>The sources are immutable and may be opened by several threads; each {@code SampleIterator} belongs to one. The
 * content of a sample may be read by any thread while its iterator is open, that of a tar archive once and only before
 * the next sample is taken.
 */
public final class ImageInput {
    private static final String DATA = "data:";

    /** Lists of samples of lists of samples, and so on. */
    private static final int DEEPEST = 8;

    private ImageInput() {}

    /**
     * {@return all samples of an input, at least one}
     *
     * @param spec what the user wrote
     * @throws IllegalArgumentException if the text cannot be understood
     * @throws IOException if there is nothing there, or no image in it, or the archive is damaged or hostile
     */
    public static DatasetSource of(String spec) throws IOException {
        return of(spec, Selection.ALL);
    }

    /**
     * {@return a seeded subset, at least one sample; class names stay those of the whole set}
     *
     * @param spec what the user wrote
     * @param selection which samples
     * @throws IllegalArgumentException if the text cannot be understood, or samples per class are asked of a set without
     *     classes
     * @throws IOException if there is nothing there, or no image in it, or the archive is damaged or hostile
     */
    public static DatasetSource of(String spec, Selection selection) throws IOException {
        return ImageDataset.of(listing(spec, Path.of(""), 0), selection);
    }

    /**
     * {@return the same input with its path made absolute, to be named in a file that lies in another folder}
     *
     * @param spec what the user wrote
     * @throws IllegalArgumentException if the text holds no path
     */
    public static String absolute(String spec) {
        if (spec.startsWith(DATA)) {
            return spec;
        }
        String prefix = cifar(spec).map(set -> set.id() + ":").orElse("");
        return prefix
                + path(Path.of(""), spec.substring(prefix.length()))
                        .toAbsolutePath()
                        .normalize();
    }

    /**
     * {@return the file of a sample, where it is a file of its own: not inside an archive or a file of records}
     *
     * @param sample of an input
     */
    public static Optional<Path> file(Sample sample) {
        return sample.content() instanceof OwnFile own ? Optional.of(own.file()) : Optional.empty();
    }

    /**
     * {@return the id-list files that an input is read from, each naming the next one; empty where it is no such file}
     *
     * @param spec what the user wrote
     * @throws IllegalArgumentException if the text holds no path
     * @throws IOException if a list cannot be read
     */
    public static List<Path> lists(String spec) throws IOException {
        var lists = new ArrayList<Path>();
        @Nullable String inner = spec;
        Path folder = Path.of("");
        while (inner != null && isListName(inner) && lists.size() < DEEPEST) {
            Path file = path(folder, inner);
            inner = Files.isRegularFile(file) ? IdListListing.spec(file) : null;
            if (inner != null) {
                lists.add(file);
                folder = folderOf(file);
            }
        }
        return List.copyOf(lists);
    }

    /**
     * {@return what an input is read from, each naming the next one: the file or folder it names and, where that is an
     * id list, those of the input that the list names; they need not exist. A dataset that was pulled names none}
     *
     * @param spec what the user wrote
     * @throws IllegalArgumentException if the text holds no path
     * @throws IOException if a list cannot be read
     */
    public static List<Path> paths(String spec) throws IOException {
        List<Path> lists = lists(spec);
        var paths = new ArrayList<>(lists);
        @Nullable String inner = lists.isEmpty() ? spec : IdListListing.spec(lists.getLast());
        if (inner != null && !inner.startsWith(DATA)) {
            Path folder = lists.isEmpty() ? Path.of("") : folderOf(lists.getLast());
            paths.add(path(folder, bare(inner)));
        }
        return List.copyOf(paths);
    }

    /** The path alone, without what says that it holds CIFAR's records and which. */
    private static String bare(String spec) {
        Optional<Cifar> set = cifar(spec);
        if (set.isEmpty()) {
            return spec;
        }
        int end = split(spec).map(split -> split.id().length() + 1).orElse(0);
        return spec.substring(set.get().id().length() + 1, spec.length() - end);
    }

    /** Which of the two the input is said to be. */
    private static Optional<Cifar> cifar(String spec) {
        return Stream.of(Cifar.CIFAR10, Cifar.CIFAR100)
                .filter(set -> spec.startsWith(set.id() + ":"))
                .findFirst();
    }

    private static Optional<CifarSplit> split(String rest) {
        return Arrays.stream(CifarSplit.values())
                .filter(split -> rest.endsWith("#" + split.id()))
                .findFirst();
    }

    private static boolean isListName(String spec) {
        String lower = spec.toLowerCase(Locale.ROOT);
        return lower.endsWith(".txt") || lower.endsWith(".tsv");
    }

    private static Path folderOf(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? Path.of("") : folder;
    }

    private static Listing listing(String spec, Path folder, int depth) throws IOException {
        if (spec.isBlank()) {
            throw new IllegalArgumentException(
                    "the input is empty; expected a folder, an archive, a list file or an image");
        }
        Optional<Cifar> cifar = cifar(spec);
        if (cifar.isPresent()) {
            return CifarListing.of(cifar.get(), existing(folder, bare(spec)), split(spec));
        }
        if (spec.startsWith(DATA)) {
            return PulledListing.of(spec.substring(DATA.length()));
        }
        Path path = existing(folder, spec);
        if (Files.isDirectory(path)) {
            return FolderListing.of(path);
        }
        String lower = spec.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".zip")) {
            return ZipListing.of(path);
        }
        if (lower.endsWith(".tar") || lower.endsWith(".tar.gz") || lower.endsWith(".tgz")) {
            return TarListing.of(path);
        }
        if (isListName(spec)) {
            @Nullable String inner = IdListListing.spec(path);
            return inner == null ? ListFileListing.of(path) : idList(path, inner, depth);
        }
        if (ImageSuffixes.isImage(lower)) {
            return single(path);
        }
        if (lower.endsWith(".bin") || lower.endsWith(".bin.xz")) {
            throw new IllegalArgumentException("%s: write cifar10:%s or cifar100:%s".formatted(spec, spec, spec));
        }
        Optional<String> unread = ImageSuffixes.unread(lower);
        if (unread.isPresent()) {
            throw new IllegalArgumentException("%s: images of the format .%s are not read; save it as JPEG, PNG or TIFF"
                    .formatted(spec, unread.get()));
        }
        throw new IllegalArgumentException(
                "%s is no input of images: expected a folder, .zip, .tar, .tar.gz, a list file (.txt, .tsv), cifar10:FILE, cifar100:FILE or an image"
                        .formatted(spec));
    }

    /** One image file; its id is its name. */
    private static Listing single(Path file) {
        String name = String.valueOf(file.getFileName());
        return new Listing(
                name,
                file.toString(),
                List.of(),
                () -> Listing.Cursor.of(
                        List.of(file).iterator(),
                        image -> new Listing.Entry(
                                OneLineId.of(name), OptionalInt.empty(), Files.size(image), new FileImage(image))));
    }

    private static Listing idList(Path file, String spec, int depth) throws IOException {
        if (depth == DEEPEST) {
            throw new DatasetException("%s: lists of lists are nested more than %d deep; name the images' own input"
                    .formatted(file, DEEPEST));
        }
        return IdListListing.of(file, listing(spec, folderOf(file), depth + 1));
    }

    private static Path path(Path folder, String text) {
        try {
            return folder.resolve(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'%s' is no path: %s".formatted(text, e.getReason()), e);
        }
    }

    private static Path existing(Path folder, String text) throws IOException {
        Path path = path(folder, text);
        if (text.isEmpty() || !Files.exists(path)) {
            throw new DatasetException(
                    folder.toString().isEmpty()
                            ? "no such file or folder: '%s'".formatted(text)
                            : "no such file or folder: '%s', named in line 1 of a list in %s".formatted(text, folder));
        }
        if (!Files.isDirectory(path) && !Files.isRegularFile(path)) {
            throw new DatasetException("%s is neither a file nor a folder".formatted(path));
        }
        return path;
    }
}
