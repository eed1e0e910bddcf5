// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.Layer;
import io.github.stray.provenance.Sha256;
import io.github.stray.store.FeatureFile;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code models add hf:..} as users run it, with a hub on this machine. */
@Timeout(120)
class HubModelTest {
    private static final String COMMIT = "89abcdef0123456789abcdef0123456789abcdef";
    private static final String NETWORK = "onnx/vision_model.onnx";
    private static final String SECRET = "hf_thisMustNeverBeSeen";

    @TempDir
    Path folder;

    @RegisterExtension
    final FreshHome home = new FreshHome(() -> folder.resolve("home"));

    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile boolean holding;
    private volatile boolean closed;
    private HttpServer server;

    @BeforeEach
    void startHub() throws IOException {
        files.put(NETWORK, Files.readAllBytes(Path.of("..", "golden", "graph", "clip-hidden.onnx")));
        files.put("config.json", utf8("{\"model_type\": \"clip_vision_model\", \"image_size\": 32}"));
        files.put("preprocessor_config.json", utf8("""
                {"crop_size": {"height": 32, "width": 32}, "do_center_crop": true, "do_normalize": true,
                 "do_rescale": true, "do_resize": true, "image_mean": [0.48, 0.46, 0.41],
                 "image_std": [0.27, 0.26, 0.28], "image_processor_type": "CLIPImageProcessor", "resample": 3,
                 "rescale_factor": 0.00392156862745098, "size": {"shortest_edge": 32}}
                """));
        files.put("README.md", utf8("---\nlicense: mit\n---\n"));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
        System.setProperty("stray.hub.mirror", mirror());
    }

    @AfterEach
    void stopHub() {
        System.clearProperty("stray.hub.mirror");
        System.clearProperty("stray.offline");
        released.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private String mirror() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(path + (range == null ? "" : " " + range));
        String resolve = "/acme/tiny/resolve/" + COMMIT + "/";
        try (exchange) {
            if (closed) {
                answer(exchange, 401, new byte[0]);
            } else if (path.startsWith("/api/models/acme/tiny/revision/")) {
                answer(exchange, 200, utf8("{\"sha\": \"" + COMMIT + "\"}"));
            } else if (path.startsWith("/api/models/acme/tiny/tree/" + COMMIT)) {
                answer(exchange, 200, utf8(listing()));
            } else if (path.startsWith(resolve) && files.containsKey(path.substring(resolve.length()))) {
                file(exchange, path.substring(resolve.length()), range);
            } else {
                answer(exchange, 404, new byte[0]);
            }
        }
    }

    private void file(HttpExchange exchange, String name, String range) throws IOException {
        byte[] content = files.getOrDefault(name, new byte[0]);
        exchange.getResponseHeaders().add("ETag", "\"" + Sha256.of(content) + "\"");
        if (holding && name.equals(NETWORK)) {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content, 0, content.length / 2);
            exchange.getResponseBody().flush();
            awaitRelease();
        } else if (range == null) {
            answer(exchange, 200, content);
        } else {
            int from = Integer.parseInt(range.replaceAll("bytes=([0-9]+)-", "$1"));
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
            answer(exchange, 206, Arrays.copyOfRange(content, from, content.length));
        }
    }

    private void awaitRelease() {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    private String listing() {
        var entries = new ArrayList<Map<String, Object>>();
        files.forEach((path, content) -> entries.add(Map.of(
                "type",
                "file",
                "path",
                path,
                "size",
                content.length,
                "oid",
                "0".repeat(40),
                "lfs",
                Map.of("oid", Sha256.of(content), "size", content.length))));
        return JsonWriter.string(entries);
    }

    @Test
    void addFromTheHub_thenExtract_isTheSameAsFromAFolder() throws IOException {
        Cli added = Cli.done("models", "add", "hf:acme/tiny", "--json");
        JsonObject card = added.json();
        assertThat(card.getString("name")).isEqualTo("tiny");
        assertThat(card.getString("origin")).isEqualTo("hf:acme/tiny@" + COMMIT);
        assertThat(card.getString("licence")).isEqualTo("mit");
        assertThat(card.getObject("layers").keySet()).containsExactly("features", "embeddings", "patches");

        Path local = folder.resolve("local");
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path target = local.resolve(file.getKey());
            Files.createDirectories(target.getParent());
            Files.write(target, file.getValue());
        }
        Cli.done("models", "add", local);
        Path signs = Images.signs(folder.resolve("signs"), 2);
        Path fetched = folder.resolve("fetched.safetensors");
        Path copied = folder.resolve("copied.safetensors");
        Cli.done("extract", "-m", "tiny", "-i", signs, "-o", fetched, "--quiet");
        Cli.done("extract", "-m", "local", "-i", signs, "-o", copied, "--quiet");
        FeatureMatrix rows = FeatureFile.read(fetched).layer(Layer.FEATURES).features();
        FeatureMatrix expected = FeatureFile.read(copied).layer(Layer.FEATURES).features();
        assertThat(rows.rows()).isEqualTo(16);
        for (int i = 0; i < rows.rows(); i++) {
            assertThat(rows.row(i)).isEqualTo(expected.row(i));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf-two-files", "hf-one-file", "pair"})
    void addFromTheHub_anyLayoutOfAClip_embedsTexts(String layout) throws IOException {
        files.clear();
        files.putAll(GoldenLayouts.files(layout));
        files.put("README.md", utf8("---\nlicense: mit\n---\n"));
        JsonObject card = Cli.done("models", "add", "hf:acme/tiny", "--json").json();
        assertThat(card.getObject("text").getString("origin")).isEqualTo("hf:acme/tiny@" + COMMIT);
        assertThat(card.getObject("text").getString("licence")).isEqualTo("mit");
        Path names = Files.writeString(folder.resolve("names.txt"), "road sign\ncat\n");
        Cli.done("text", "-m", "tiny", "--classes", names, "-o", folder.resolve("t.safetensors"));
    }

    @Test
    void add_again_fetchesNoFile() {
        Cli.done("models", "add", "hf:acme/tiny");
        requests.clear();
        assertThat(Cli.refused("models", "add", "hf:acme/tiny")).contains("'tiny' is installed already");
        assertThat(requests).isEmpty();
        Cli.done("models", "add", "hf:acme/tiny@main", "--name", "second");
        assertThat(requests).containsExactly("/api/models/acme/tiny/revision/main");
        System.setProperty("stray.offline", "1");
        closed = true;
        Cli.done("models", "add", "hf:acme/tiny", "--name", "third");
        assertThat(Cli.done("models").out()).contains("tiny ", "second ", "third ");
    }

    @Test
    void add_whatCannotBeHad_saysWhyAndWithWhichCode() {
        assertThat(Cli.refused("models", "add", "hf:acme/absent")).contains("there is no repository acme/absent");
        System.setProperty("stray.offline", "1");
        Cli offline = Cli.run("models", "add", "hf:acme/tiny");
        assertThat(offline.code()).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(offline.err()).contains("STRAY_OFFLINE is set, and hf:acme/tiny@main is not in the cache");
        System.clearProperty("stray.offline");
        closed = true;
        Cli gated = Cli.run("models", "add", "hf:acme/tiny");
        assertThat(gated.code()).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(gated.err()).contains("gated, private or not there (HTTP 401)", "HF_TOKEN");
        files.remove(NETWORK);
        closed = false;
        assertThat(Cli.refused("models", "add", "hf:acme/tiny")).contains("has no ONNX network to install");
        assertThat(Cli.refused("models", "add", "hf:tiny")).contains("expected hf:organisation/name");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void add_killedHalfWay_goesOnFromThePart() throws Exception {
        holding = true;
        ProcessBuilder builder =
                Cli.process(System.getProperty("java.class.path"), "models", "add", "hf:acme/tiny", "--debug");
        builder.environment().put("STRAY_HUB_MIRROR", mirror());
        builder.environment().put("HF_TOKEN", SECRET);
        File log = folder.resolve("log.txt").toFile();
        Process process = builder.redirectErrorStream(true).redirectOutput(log).start();
        while (!halfIsThere()) {
            assertThat(process.isAlive())
                    .as("still to begin: %s", Files.readString(log.toPath()))
                    .isTrue();
            Thread.sleep(10);
        }
        // SIGTERM, as Ctrl-C is SIGINT: finally blocks do not run.
        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(parts()).hasSize(1);
        assertThat(Files.isDirectory(folder.resolve("home").resolve("models"))).isFalse();
        assertThat(Files.readString(log.toPath())).doesNotContain(SECRET);

        holding = false;
        released.countDown();
        requests.clear();
        assertThat(Cli.done("models", "add", "hf:acme/tiny").out()).contains("hf:acme/tiny@" + COMMIT);
        assertThat(requests)
                .filteredOn(request -> request.contains(NETWORK))
                .hasSize(1)
                .first()
                .asString()
                .matches(".* bytes=[1-9][0-9]*-");
        assertThat(parts()).isEmpty();
    }

    @Test
    void add_byTwoProcessesAtOnce_fetchesTheNetworkOnce() throws Exception {
        holding = true;
        Process first = adding("first").start();
        while (!halfIsThere()) {
            assertThat(first.isAlive()).isTrue();
            Thread.sleep(10);
        }
        Process second = adding("second").start();
        while (requests.stream()
                        .filter(request -> request.contains("/revision/"))
                        .count()
                < 2) {
            assertThat(second.isAlive()).isTrue();
            Thread.sleep(10);
        }
        // Time enough for the second to ask for the network too, if nothing kept it from that.
        assertThat(second.waitFor(1, TimeUnit.SECONDS)).isFalse();
        holding = false;
        released.countDown();
        assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(first.exitValue()).isZero();
        assertThat(second.exitValue()).isZero();
        assertThat(requests)
                .filteredOn(request -> request.contains(NETWORK))
                .hasSize(2)
                .last()
                .asString()
                .contains("bytes=");
        assertThat(Cli.done("models").out()).contains("first ", "second ");
    }

    private ProcessBuilder adding(String name) {
        ProcessBuilder builder = Cli.process(
                System.getProperty("java.class.path"), "models", "add", "hf:acme/tiny", "--name", name, "--quiet");
        builder.environment().put("STRAY_HUB_MIRROR", mirror());
        return builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
    }

    @Test
    void add_refusedWithAToken_showsItNowhere() throws Exception {
        closed = true;
        ProcessBuilder builder =
                Cli.process(System.getProperty("java.class.path"), "models", "add", "hf:acme/tiny", "--debug");
        builder.environment().put("STRAY_HUB_MIRROR", mirror());
        builder.environment().put("HF_TOKEN", SECRET);
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(said)
                .contains("The token in HF_TOKEN gives no access", "\tat ")
                .doesNotContain(SECRET);
    }

    private boolean halfIsThere() throws IOException {
        List<Path> parts = parts();
        try {
            return !parts.isEmpty()
                    && Files.size(parts.getFirst()) == files.getOrDefault(NETWORK, new byte[0]).length / 2;
        } catch (NoSuchFileException becameAFile) {
            return false;
        }
    }

    private List<Path> parts() throws IOException {
        Path blobs = folder.resolve("home").resolve("cache").resolve("hub").resolve("blobs");
        if (!Files.isDirectory(blobs)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(blobs)) {
            return all.filter(file -> file.toString().endsWith(".part")).toList();
        }
    }

    @Test
    void add_fileOfARepository_isInstalledByItsName() {
        byte[] network = files.getOrDefault(NETWORK, new byte[0]);
        files.put("onnx/small/vision_model.onnx", network);
        files.put("onnx/vision_model_int8.onnx", network);
        JsonObject card = Cli.done("models", "add", "hf:acme/tiny", "--file", "vision_model_int8.onnx", "--json")
                .json();
        assertThat(card.getString("origin")).startsWith("hf:acme/tiny@" + COMMIT + ", onnx/vision_model_int8.onnx");
        assertThat(folder.resolve("home").resolve("models").resolve("tiny").resolve("vision_model_int8.onnx"))
                .hasBinaryContent(network);
        Cli.done("models", "add", "hf:acme/tiny", "--file", "onnx/small/vision_model.onnx", "--name", "small");
        assertThat(requests).noneMatch(path -> path.endsWith(NETWORK));
        assertThat(Cli.refused("models", "add", "hf:acme/tiny", "--file", "model_q4.onnx", "--name", "q4"))
                .contains("has no network model_q4.onnx; it has onnx/small/vision_model.onnx")
                .contains("'stray models add hf:acme/tiny@main --file onnx/small/vision_model.onnx'");
    }

    @Test
    void add_fileOfWhatIsOneNetwork_isRefused() throws IOException {
        Path file = Files.write(folder.resolve("net.onnx"), files.getOrDefault(NETWORK, new byte[0]));
        assertThat(Cli.refused("models", "add", file, "--file", "other.onnx"))
                .contains("is a network itself: the file 'other.onnx' cannot be chosen");
        Cli.done("models", "add", "hf:acme/tiny");
        Path installed = folder.resolve("home").resolve("models").resolve("tiny");
        assertThat(Cli.refused("models", "add", installed, "--file", "other.onnx", "--name", "again"))
                .contains("has a card, which names its network");
    }

    @Test
    void list_forAUse_recommendsInOrder() {
        assertThat(Cli.done("models", "list", "--for", "laptop").out())
                .startsWith("For laptop: small and quick on a processor alone.")
                .contains("none was tried where Stray is built", "stray models add dinov2-small", "Apache-2.0", "89 MB")
                .contains("stray models add dinov2-small --file onnx/model_int8.onnx");
        JsonObject maps = Cli.done("models", "list", "--for", "maps", "--json").json();
        assertThat(maps.getString("for")).isEqualTo("maps");
        JsonObject first = maps.getArray("models").getObject(0);
        assertThat(first.getString("name")).isEqualTo("dinov2-reg-small");
        assertThat(first.getBoolean("tried_here", true)).isFalse();
        assertThat(Cli.refused("models", "list", "--for", "phone"))
                .contains("there is no 'phone'", "Valid are: laptop, maps, server, text");
        assertThat(Cli.done("models", "show", "dinov3-vit-s16").out()).contains("DINOv3 License", "HF_TOKEN");
    }

    @Test
    void list_andShow_knowTheCatalogue() {
        assertThat(Cli.done("models").out())
                .contains(
                        "To be fetched with 'stray models add NAME':",
                        "clip-vit-b32 ",
                        "features 768, embeddings 512, text")
                .contains("To be exported first", "mae-vit-b16 ");
        JsonArray catalogue = Cli.done("models", "--json").json().getArray("catalogue");
        assertThat(catalogue).anySatisfy(entry -> {
            JsonObject known = (JsonObject) entry;
            assertThat(known.getString("name")).isEqualTo("dinov2-small");
            assertThat(known.getString("source")).startsWith("hf:onnx-community/dinov2-small@");
            assertThat(known.getLong("bytes")).isEqualTo(88_532_934);
            assertThat(known.getString("get")).isEqualTo("stray models add dinov2-small");
        });
        assertThat(Cli.done("models", "show", "clip-vit-b32").out())
                .contains("clip-vit-b32 (not installed)", "MIT", "stray models add clip-vit-b32", "pinned");
        assertThat(Cli.done("models", "show", "ibot-vit-b16", "--json").json().getString("get"))
                .contains("No maintained export is known");
        assertThat(Cli.refused("models", "show", "clip-vit-b23")).contains("did you mean 'clip-vit-b32'?");
        assertThat(Cli.refused("models", "check", "clip-vit-b32"))
                .contains("is not installed. Fetch it with 'stray models add clip-vit-b32'");
    }
}
