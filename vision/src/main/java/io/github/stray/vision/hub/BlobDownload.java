// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
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
 * Brings one file into the cache. A part stays when the connection breaks or the process ends, and is continued; length and
 * digest decide whether what came is the file. Wrong content is thrown away and fetched once more from the start.
 */
final class BlobDownload {
    private static final int BLOCK = 1 << 16;
    private static final Pattern RANGE = Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})");

    private final HubClient client;
    private final BlobStore store;
    private final Timing timing;
    private final DownloadListener listener;
    private final HubReference reference;
    private final HubFile file;
    private final URI address;
    private final Path part;
    private final Path tag;

    BlobDownload(
            HubClient client,
            BlobStore store,
            Timing timing,
            DownloadListener listener,
            HubReference reference,
            HubFile file,
            URI address) {
        this.client = client;
        this.store = store;
        this.timing = timing;
        this.listener = listener;
        this.reference = reference;
        this.file = file;
        this.address = address;
        this.part = store.part(file.digest());
        this.tag = store.partTag(file.digest());
    }

    void run() throws IOException {
        try (BlobStore.Lock held = store.lock(file.digest())) {
            if (!store.has(file)) {
                listener.started(file.path(), file.size());
                fetch(held);
                listener.finished();
            }
        }
    }

    /** The digest is fetched by whoever holds its lock. */
    private void fetch(BlobStore.Lock held) throws IOException {
        if (!held.channel().isOpen()) {
            throw new IllegalStateException("the lock is not held");
        }
        var retries = new Retries(timing, listener);
        boolean startedOver = false;
        long most = present();
        while (true) {
            try {
                if (!Files.exists(part) || present() != file.size()) {
                    transfer();
                }
                requireContent();
                publish();
                return;
            } catch (WrongContentException e) {
                discard();
                if (startedOver) {
                    throw new HubException("%s of %s: %s. It was fetched twice, and nothing is kept of it."
                            .formatted(file.path(), reference, e.getMessage()));
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
        return Files.exists(part) ? Files.size(part) : 0;
    }

    private void discard() throws IOException {
        Files.deleteIfExists(part);
        Files.deleteIfExists(tag);
        listener.advanced(0);
    }

    private void transfer() throws IOException {
        long have = present();
        if (have > 0 && have < file.size()) {
            try (HubClient.Answer answer = client.get(address, rangeFrom(have), reference, file.path())) {
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
        try (HubClient.Answer answer = client.get(address, Map.of(), reference, file.path())) {
            if (answer.status() != 200) {
                throw new HubException("%s answers with HTTP %d to a request for all of %s"
                        .formatted(HubClient.shown(address), answer.status(), file.path()));
            }
            receive(answer, 0);
        }
    }

    private Map<String, String> rangeFrom(long have) throws IOException {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Range", "bytes=" + have + "-");
        Optional<String> version = storedTag();
        version.ifPresent(etag -> headers.put("If-Range", etag));
        return headers;
    }

    private Optional<String> storedTag() throws IOException {
        return Files.exists(tag) ? Optional.of(Files.readString(tag)).filter(BlobDownload::isStrong) : Optional.empty();
    }

    private static boolean isStrong(String etag) {
        return etag.length() >= 2
                && etag.length() <= 1000
                && etag.startsWith("\"")
                && etag.endsWith("\"")
                && etag.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private boolean continues(HubClient.Answer answer, long have) throws IOException {
        Matcher range = RANGE.matcher(answer.header("Content-Range").orElse(""));
        Optional<String> before = storedTag();
        Optional<String> now = answer.header("ETag");
        return range.matches()
                && Long.parseLong(range.group(1)) == have
                && Long.parseLong(range.group(3)) == file.size()
                && (before.isEmpty() || now.isEmpty() || before.equals(now));
    }

    private void receive(HubClient.Answer answer, long from) throws IOException {
        long announced = answer.headers().firstValueAsLong("Content-Length").orElse(file.size() - from);
        if (announced != file.size() - from) {
            throw new WrongContentException(
                    "the server has %,d bytes, and the listing says %,d".formatted(from + announced, file.size()));
        }
        Optional<String> encoding = answer.header("Content-Encoding").filter(name -> !name.equals("identity"));
        if (encoding.isPresent()) {
            throw new WrongContentException(
                    "the server sends it encoded as '%s', unasked".formatted(Text.printable(encoding.get())));
        }
        if (from == 0) {
            Files.deleteIfExists(tag);
            Optional<String> etag = answer.header("ETag").filter(BlobDownload::isStrong);
            if (etag.isPresent()) {
                Files.writeString(tag, etag.get());
            }
        }
        try (FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
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
            if (have + n > file.size()) {
                throw new WrongContentException(
                        "the server sends more than the %,d bytes that the listing says".formatted(file.size()));
            }
            write(out, ByteBuffer.wrap(block, 0, n));
            have += n;
            listener.advanced(have);
        }
        if (have < file.size()) {
            throw broken(have, "it ended", null);
        }
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
                "%s broke off after %,d of %,d bytes (%s)".formatted(file.path(), have, file.size(), reason),
                Optional.empty(),
                cause);
    }

    private void write(FileChannel out, ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (IOException e) {
            throw new HubUnavailableException(
                    "%s cannot be written (%s): %,d bytes of space are left. Nothing was installed; the part stays, and the download goes on from there when there is room."
                            .formatted(part, e.getMessage(), store.usableSpace()),
                    e);
        }
    }

    private void requireContent() throws IOException {
        ContentDigest came = file.digest().ofSameKind(part);
        if (!came.equals(file.digest())) {
            throw new WrongContentException("expected %s, and %s came".formatted(file.digest(), came));
        }
    }

    private void publish() throws IOException {
        Files.move(part, store.blob(file.digest()), StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(tag);
    }
}
