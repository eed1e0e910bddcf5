// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import com.grack.nanojson.JsonWriter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.stray.provenance.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A hub on this machine with one repository, acme/tiny, that can be told to misbehave. */
public final class LocalHub implements AutoCloseable {
    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Map<String, Deque<Reply>> replies = new ConcurrentHashMap<>();
    private final List<Map<String, Object>> extraEntries = new ArrayList<>();
    private final Queue<Seen> requests = new ConcurrentLinkedQueue<>();
    private String revisionAnswer = "{\"sha\": \"" + COMMIT + "\", \"cardData\": {\"license\": \"apache-2.0\"}}";
    private int pageSize = Integer.MAX_VALUE;
    private long lieAboutSize;

    /** A request, as it came. */
    public record Seen(String path, Headers headers) {
        public String header(String name) {
            return String.valueOf(headers.getFirst(name));
        }
    }

    /** What is answered once instead of a file or a page. */
    @FunctionalInterface
    public interface Reply {
        void send(HttpExchange exchange, byte[] content) throws IOException;
    }

    public LocalHub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public LocalHub with(String path, byte[] content) {
        files.put(path, content);
        return this;
    }

    public LocalHub without(String path) {
        files.remove(path);
        return this;
    }

    /** Answers the next requests for a path in this way, one each. */
    public LocalHub next(String path, Reply... answers) {
        replies.computeIfAbsent(path, key -> new ArrayDeque<>()).addAll(Arrays.asList(answers));
        return this;
    }

    LocalHub listing(Map<String, Object> entry) {
        extraEntries.add(entry);
        return this;
    }

    LocalHub pages(int size) {
        pageSize = size;
        return this;
    }

    LocalHub revisionAnswer(String json) {
        revisionAnswer = json;
        return this;
    }

    /** The listing says that files are so many bytes longer than they are. */
    LocalHub lieAboutSize(long more) {
        lieAboutSize = more;
        return this;
    }

    public List<Seen> requests() {
        return List.copyOf(requests);
    }

    /** Requests for a file, or for the whole of the API with "/api". */
    public List<Seen> requests(String path) {
        return requests.stream()
                .filter(seen -> seen.path().endsWith("/" + path) || seen.path().startsWith(path))
                .toList();
    }

    public void forget() {
        requests.clear();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        requests.add(new Seen(path, exchange.getRequestHeaders()));
        try {
            String resolve = "/acme/tiny/resolve/" + COMMIT + "/";
            String name = path.startsWith(resolve) ? path.substring(resolve.length()) : path;
            byte[] content = files.getOrDefault(name, new byte[0]);
            Deque<Reply> planned = replies.getOrDefault(name, new ArrayDeque<>());
            Reply reply;
            synchronized (planned) {
                reply = planned.poll();
            }
            if (reply != null) {
                reply.send(exchange, content);
            } else if (path.startsWith("/api/models/acme/tiny/revision/")) {
                text(200, revisionAnswer).send(exchange, content);
            } else if (path.equals("/api/models/acme/tiny/tree/" + COMMIT)) {
                page(exchange);
            } else if (files.containsKey(name)) {
                file().send(exchange, content);
            } else {
                text(404, "{}").send(exchange, content);
            }
        } finally {
            exchange.close();
        }
    }

    private void page(HttpExchange exchange) throws IOException {
        var entries = new ArrayList<Map<String, Object>>();
        files.forEach((path, content) -> entries.add(entry(path, content, content.length + lieAboutSize)));
        entries.add(Map.of("type", "directory", "path", "onnx", "size", 0, "oid", "0".repeat(40)));
        entries.addAll(extraEntries);
        String query = exchange.getRequestURI().getQuery();
        int from = query.contains("cursor=") ? Integer.parseInt(query.substring(query.indexOf("cursor=") + 7)) : 0;
        int to = (int) Math.min(entries.size(), (long) from + pageSize);
        if (to < entries.size()) {
            // A mirror may hand on the address of the hub that it mirrors.
            exchange.getResponseHeaders()
                    .add("Link", "<https://hub.invalid/api/models/x?recursive=true&cursor=" + to + ">; rel=\"next\"");
        }
        text(200, JsonWriter.string(entries.subList(from, to))).send(exchange, new byte[0]);
    }

    static Map<String, Object> entry(String path, byte[] content, long size) {
        var entry = new LinkedHashMap<String, Object>();
        entry.put("type", "file");
        entry.put("path", path);
        entry.put("size", size);
        entry.put("oid", gitBlob(content));
        if (path.endsWith(".onnx") || path.endsWith(".bin") || path.equals("tokenizer.json")) {
            entry.put("lfs", Map.of("oid", Sha256.of(content), "size", size, "pointerSize", 130));
        }
        return entry;
    }

    /** As git does it: computed in one piece, so not by the code under test. */
    static String gitBlob(byte[] content) {
        var whole = new ByteArrayOutputStream();
        whole.writeBytes(("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII));
        whole.writeBytes(content);
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(whole.toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** The file, or the range asked for. */
    public static Reply file() {
        return tagged("\"v1\"");
    }

    public static Reply tagged(String etag) {
        return (exchange, content) -> {
            exchange.getResponseHeaders().add("ETag", etag);
            String range = exchange.getRequestHeaders().getFirst("Range");
            String condition = exchange.getRequestHeaders().getFirst("If-Range");
            if (range == null || (condition != null && !condition.equals(etag))) {
                send(exchange, 200, content);
                return;
            }
            int from = Integer.parseInt(range.replaceAll("bytes=([0-9]+)-", "$1"));
            if (from >= content.length) {
                send(exchange, 416, new byte[0]);
                return;
            }
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
            send(exchange, 206, Arrays.copyOfRange(content, from, content.length));
        };
    }

    /** The whole file, whatever range was asked for. */
    public static Reply whole() {
        return (exchange, content) -> send(exchange, 200, content);
    }

    /** Says that all will come, sends so much and closes. */
    public static Reply breakingOffAfter(int bytes) {
        return (exchange, content) -> {
            exchange.getResponseHeaders().add("ETag", "\"v1\"");
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content, 0, bytes);
            exchange.getResponseBody().flush();
        };
    }

    /** Sends other bytes of the right number. */
    public static Reply wrong() {
        return (exchange, content) -> {
            byte[] other = content.clone();
            other[other.length / 2] ^= 1;
            send(exchange, 200, other);
        };
    }

    /** Sends bytes without saying how many. */
    public static Reply unannounced(int bytes) {
        return (exchange, content) -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(Arrays.copyOf(content, bytes));
            exchange.getResponseBody().close();
        };
    }

    /** Announces and sends so many bytes. */
    public static Reply announced(int bytes) {
        return (exchange, content) -> send(exchange, 200, Arrays.copyOf(content, bytes));
    }

    public static Reply status(int status, String... headers) {
        return (exchange, content) -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            send(exchange, status, new byte[0]);
        };
    }

    public static Reply text(int status, String body) {
        return (exchange, content) -> send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
            exchange.getResponseBody().close();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
