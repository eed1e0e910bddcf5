// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.download;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Downloads one file. When the connection breaks or the process ends, the part that came stays, and the next try continues
 * it. The length and the digest, where they are known, are compared at the end. A file with the wrong length or digest is
 * deleted and fetched once more from the start. Where the digest is not known, a part is continued only if the server says
 * that its file has not changed.
 *
 * <p>Not safe for concurrent use: the caller holds a lock for the place.
 */
public final class FileDownload {
    private static final int BLOCK = 1 << 16;
    private static final Pattern RANGE = Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
    private static final long UNKNOWN = -1;

    private final HttpSource http;
    private final HttpSource.Host host;
    private final Timing timing;
    private final DownloadListener listener;
    private final String origin;
    private final RemoteFile file;
    private final URI address;
    private final Place place;

    /** Length of the whole file in bytes: the known one, else the one that the server announces. */
    private long total;

    /** Whether this answer wrote to the part. An answer that its header refuses leaves the part as it was. */
    private boolean received;

    /**
     * Where a file goes.
     *
     * @param target its place when it is complete and checked
     * @param part place of what has come so far, in a folder that exists
     * @param tag file that keeps the server's name (ETag) for the version that the part is of
     */
    public record Place(Path target, Path part, Path tag) {
        /**
         * {@return a place whose part lies beside it, {@code .part} and {@code .part.etag} behind its name}
         *
         * @param target in a folder that exists
         */
        public static Place of(Path target) {
            return new Place(
                    target,
                    target.resolveSibling(target.getFileName() + ".part"),
                    target.resolveSibling(target.getFileName() + ".part.etag"));
        }

        /**
         * {@return how much of a file is still to come; 0 if it is here, though its content was not looked at}
         *
         * @param size its length in bytes
         * @throws IOException if the part cannot be looked at
         */
        public long missing(long size) throws IOException {
            if (Files.isRegularFile(target)) {
                return 0;
            }
            return Math.max(0, size - (Files.exists(part) ? Files.size(part) : 0));
        }
    }

    /**
     * A download, not started.
     *
     * @param http makes the requests
     * @param host the server
     * @param timing waits between attempts
     * @param listener hears how far it has come
     * @param origin repository or dataset of the file, for messages
     * @param file what to fetch
     * @param address URL of the file
     * @param place files to write
     */
    public FileDownload(
            HttpSource http,
            HttpSource.Host host,
            Timing timing,
            DownloadListener listener,
            String origin,
            RemoteFile file,
            URI address,
            Place place) {
        this.http = http;
        this.host = host;
        this.timing = timing;
        this.listener = listener;
        this.origin = origin;
        this.file = file;
        this.address = address;
        this.place = place;
        this.total = file.size().orElse(UNKNOWN);
    }

    /**
     * Fetches what is missing of it.
     *
     * @throws DownloadRefusedException if the server does not have it
     * @throws DownloadUnavailableException if the server cannot be reached or gives no access, or the disk is full
     * @throws DownloadException if what comes is not the file
     * @throws IOException if the place cannot be read or written
     */
    public void run() throws IOException {
        listener.started(file.path(), Math.max(0, total));
        fetch();
        listener.finished();
    }

    private void fetch() throws IOException {
        var retries = new Retries(timing, listener);
        boolean startedOver = false;
        long most = present();
        while (true) {
            try {
                received = false;
                if (!Files.exists(place.part) || present() != total) {
                    transfer();
                }
                received = true;
                requireContent();
                publish();
                return;
            } catch (WrongContentException e) {
                if (received) {
                    discard();
                }
                if (startedOver) {
                    throw new DownloadException("%s of %s: %s%s"
                            .formatted(
                                    file.path(),
                                    origin,
                                    e.getMessage(),
                                    received ? ". It was fetched twice, and nothing is kept of it." : ""));
                }
                startedOver = true;
            } catch (TransientException e) {
                long now = present();
                retries.pause(e, now > most);
                most = Math.max(most, now);
            }
        }
    }

    private long present() throws IOException {
        return Files.exists(place.part) ? Files.size(place.part) : 0;
    }

    private void discard() throws IOException {
        Files.deleteIfExists(place.part);
        Files.deleteIfExists(place.tag);
        listener.advanced(0);
    }

    private void transfer() throws IOException {
        long have = present();
        String what = origin + ", " + file.path();
        if (have > 0 && mayContinue(have)) {
            try (HttpSource.Answer answer = http.get(address, rangeFrom(have), host, what)) {
                if (answer.status() == 200) {
                    receive(answer, 0);
                    return;
                }
                if (answer.status() == 206 && continues(answer, have)) {
                    receive(answer, have);
                    return;
                }
            }
        }
        if (have > 0) {
            discard();
        }
        try (HttpSource.Answer answer = http.get(address, Map.of(), host, what)) {
            if (answer.status() != 200) {
                throw new DownloadException("%s answers with HTTP %d to a request for all of %s"
                        .formatted(HttpSource.shown(address), answer.status(), file.path()));
            }
            receive(answer, 0);
        }
    }

    private boolean mayContinue(long have) throws IOException {
        return (total == UNKNOWN || have < total)
                && (file.digest().isPresent() || storedTag().isPresent());
    }

    private Map<String, String> rangeFrom(long have) throws IOException {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Range", "bytes=" + have + "-");
        Optional<String> version = storedTag();
        version.ifPresent(etag -> headers.put("If-Range", etag));
        return headers;
    }

    private Optional<String> storedTag() throws IOException {
        return Files.exists(place.tag)
                ? Optional.of(new String(Files.readAllBytes(place.tag), StandardCharsets.UTF_8))
                        .filter(FileDownload::isStrong)
                : Optional.empty();
    }

    private static boolean isStrong(String etag) {
        return etag.length() >= 2
                && etag.length() <= 1000
                && etag.startsWith("\"")
                && etag.endsWith("\"")
                && etag.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private boolean continues(HttpSource.Answer answer, long have) throws IOException {
        Matcher range =
                RANGE.matcher(answer.headers().firstValue("Content-Range").orElse(""));
        if (!range.matches() || Long.parseLong(range.group(1)) != have) {
            return false;
        }
        long whole = Long.parseLong(range.group(3));
        Optional<String> before = storedTag();
        Optional<String> now = answer.headers().firstValue("ETag");
        boolean same = before.equals(now) || (file.digest().isPresent() && (before.isEmpty() || now.isEmpty()));
        if (!same || (total != UNKNOWN && whole != total)) {
            return false;
        }
        total = whole;
        return true;
    }

    private void receive(HttpSource.Answer answer, long from) throws IOException {
        Optional<String> length = answer.headers().firstValue("Content-Length");
        if (from == 0 && file.size().isEmpty()) {
            total = length.filter(text -> LENGTH.matcher(text).matches())
                    .map(Long::parseLong)
                    .orElse(UNKNOWN);
            listener.started(file.path(), Math.max(0, total));
        }
        long announced = length.filter(text -> LENGTH.matcher(text).matches())
                .map(Long::parseLong)
                .orElse(total - from);
        if (total != UNKNOWN && announced != total - from) {
            throw new WrongContentException(
                    "the server has %,d bytes, and %,d are expected".formatted(from + announced, total));
        }
        Optional<String> encoding =
                answer.headers().firstValue("Content-Encoding").filter(name -> !name.equals("identity"));
        if (encoding.isPresent()) {
            throw new WrongContentException(
                    "the server sends it encoded as '%s', unasked".formatted(Text.printable(encoding.get())));
        }
        if (from == 0) {
            Files.deleteIfExists(place.tag);
            Optional<String> etag = answer.headers().firstValue("ETag").filter(FileDownload::isStrong);
            if (etag.isPresent()) {
                Files.writeString(place.tag, etag.get());
            }
        }
        received = true;
        try (FileChannel out = FileChannel.open(place.part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            out.truncate(from);
            out.position(from);
            copy(answer.body(), out, from);
        }
    }

    private void copy(InputStream in, FileChannel out, long from) throws IOException {
        byte[] block = new byte[BLOCK];
        long have = from;
        listener.advanced(have);
        for (int n = read(in, block, have); n >= 0; n = read(in, block, have)) {
            if (total != UNKNOWN && have + n > total) {
                throw new WrongContentException(
                        "the server sends more than the %,d bytes that are expected".formatted(total));
            }
            write(out, ByteBuffer.wrap(block, 0, n));
            have += n;
            listener.advanced(have);
        }
        if (total != UNKNOWN && have < total) {
            throw broken(have, "it ended", null);
        }
        total = have;
        out.force(true);
    }

    private int read(InputStream in, byte[] block, long have) throws TransientException {
        try {
            return in.read(block);
        } catch (IOException e) {
            throw broken(have, Text.printable(String.valueOf(e.getMessage())), e);
        }
    }

    private TransientException broken(long have, String reason, @Nullable IOException cause) {
        return new TransientException(
                "%s broke off after %,d of %s bytes (%s)"
                        .formatted(file.path(), have, total == UNKNOWN ? "unknown" : "%,d".formatted(total), reason),
                Optional.empty(),
                cause);
    }

    private void write(FileChannel out, ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (IOException e) {
            throw Storage.full(
                    place.part,
                    place.part,
                    "the part stays, and the download goes on from there when there is room.",
                    e);
        }
    }

    private void requireContent() throws IOException {
        if (file.digest().isEmpty()) {
            return;
        }
        ContentDigest expected = file.digest().get();
        ContentDigest came = expected.ofSameKind(place.part);
        if (!came.equals(expected)) {
            throw new WrongContentException("expected %s, and %s came".formatted(expected, came));
        }
    }

    private void publish() throws IOException {
        Files.move(place.part, place.target, StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(place.tag);
    }
}
