// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.provenance.Sha256;
import io.github.stray.store.FolderRemoval;
import io.github.stray.vision.download.ContentDigest;
import io.github.stray.vision.download.DownloadException;
import io.github.stray.vision.download.DownloadListener;
import io.github.stray.vision.download.DownloadRefusedException;
import io.github.stray.vision.download.DownloadUnavailableException;
import io.github.stray.vision.download.ProcessLock;
import io.github.stray.vision.download.Timing;
import io.github.stray.vision.download.WaitingListener;
import io.github.stray.vision.hub.LocalHub.Reply;
import io.github.stray.vision.hub.LocalHub.Seen;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HubTest {
    private static final Path GRAPHS = Path.of("..", "golden", "graph");
    private static final HubReference TINY = HubReference.of("hf:acme/tiny");
    private static final String NETWORK = "onnx/vision_model.onnx";
    private static final String LARGE = "tokenizer.json";
    private static final String SECRET = "hf_thisMustNeverBeSeen";

    @TempDir
    private Path home;

    private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
    private byte[] large = new byte[0];
    private LocalHub server;

    @BeforeEach
    void startHub() throws IOException {
        large = new byte[300_001];
        new SplittableRandom(42).nextBytes(large);
        server = new LocalHub()
                .with("config.json", bytes("{}"))
                .with("README.md", bytes("---\nlicense: mit\n---\n# Tiny\n"))
                .with("model.safetensors", new byte[10])
                .with(LARGE, large)
                .with(NETWORK, Files.readAllBytes(GRAPHS.resolve("clip-hidden.onnx")))
                .with("onnx/model.onnx", new byte[5]);
    }

    @AfterEach
    void stopHub() {
        server.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Hub hub(URI endpoint, String token, boolean offline) {
        return new Hub(
                new HubSettings(
                        endpoint,
                        token.isEmpty() ? Optional.empty() : Optional.of(HubToken.of(token)),
                        offline,
                        home.resolve("cache")),
                new Timing(Duration.ofSeconds(20), Duration.ofMillis(700), pauses::add));
    }

    private HubSnapshot fetch() throws IOException {
        return hub(server.endpoint(), "", false).fetch(TINY, DownloadListener.silent());
    }

    private HubSnapshot fetchOffline() throws IOException {
        return hub(server.endpoint(), "", true).fetch(TINY, DownloadListener.silent());
    }

    private List<String> ranges() {
        return server.requests(LARGE).stream().map(seen -> seen.header("Range")).toList();
    }

    private void assertLargeIsRight(HubSnapshot fetched) {
        assertThat(fetched.folder().resolve(LARGE)).hasBinaryContent(large);
        assertThat(inCache(".part")).isEmpty();
    }

    private List<Path> inCache(String suffix) {
        try (Stream<Path> all = Files.walk(home)) {
            return all.filter(file -> file.toString().endsWith(suffix)).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void fetch_repository_bringsWhatIsNeededAtTheCommit() throws IOException {
        HubSnapshot fetched = fetch();
        assertThat(fetched.origin()).isEqualTo("hf:acme/tiny@" + LocalHub.COMMIT);
        assertThat(fetched.licence()).contains("apache-2.0");
        try (Stream<Path> files = Files.walk(fetched.folder())) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file ->
                                    fetched.folder().relativize(file).toString().replace('\\', '/')))
                    .containsExactlyInAnyOrder("config.json", "README.md", LARGE, NETWORK);
        }
        assertThat(fetched.folder().resolve(NETWORK)).hasSameBinaryContentAs(GRAPHS.resolve("clip-hidden.onnx"));
        assertLargeIsRight(fetched);
        assertThat(server.requests().stream().map(Seen::path).filter(path -> !path.startsWith("/api")))
                .allMatch(path -> path.startsWith("/acme/tiny/resolve/" + LocalHub.COMMIT + "/"))
                .hasSize(4);
    }

    @Test
    void fetch_again_asksForTheCommitOnly() throws IOException {
        fetch();
        server.forget();
        assertLargeIsRight(fetch());
        assertThat(server.requests()).extracting(Seen::path).containsExactly("/api/models/acme/tiny/revision/main");
        server.forget();
        HubReference pinned = HubReference.of("hf:acme/tiny@" + LocalHub.COMMIT);
        hub(server.endpoint(), "", false).fetch(pinned, DownloadListener.silent());
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void fetch_cachedContentIsDamaged_fetchesItAgain() throws IOException {
        Path cached = fetch().folder().resolve(LARGE);
        byte[] damaged = large.clone();
        damaged[7] ^= 1;
        Files.write(cached, damaged);
        assertLargeIsRight(fetch());
    }

    @Test
    void fetch_externalData_areAskedFromTheGraph() throws IOException {
        server.with(NETWORK, Files.readAllBytes(GRAPHS.resolve("clip-external.onnx")))
                .with("onnx/clip-external.bin", Files.readAllBytes(GRAPHS.resolve("clip-external.bin")));
        assertThat(fetch().folder().resolve("onnx/clip-external.bin"))
                .hasSameBinaryContentAs(GRAPHS.resolve("clip-external.bin"));
        server.forget();
        assertThat(fetchOffline().folder().resolve("onnx/clip-external.bin")).exists();
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void fetch_externalDataThatAreNotThere_areNamed() throws IOException {
        server.with(NETWORK, Files.readAllBytes(GRAPHS.resolve("clip-external.onnx")));
        assertThatThrownBy(this::fetch)
                .isInstanceOf(DownloadRefusedException.class)
                .hasMessageContaining(NETWORK + " keeps weights in 'clip-external.bin', which the repository does not");
    }

    @Test
    void fetch_connectionBreaks_goesOnWhereItStopped() throws IOException {
        server.next(LARGE, LocalHub.breakingOffAfter(120_000));
        assertLargeIsRight(fetch());
        assertThat(ranges()).hasSize(2).first().isEqualTo("null");
        int from = Integer.parseInt(ranges().getLast().replaceAll("bytes=([0-9]+)-", "$1"));
        assertThat(from).isBetween(1, 120_000);
        assertThat(server.requests(LARGE).getLast().header("If-Range")).isEqualTo("\"v1\"");
        assertThat(pauses).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void fetch_connectionBreaksOftenButMovesOn_isNotGivenUp() throws IOException {
        Reply[] breaks = Stream.of(30_000, 60_000, 90_000, 120_000, 150_000, 180_000, 210_000)
                .map(HubTest::continuingUpTo)
                .toArray(Reply[]::new);
        server.next(LARGE, breaks);
        assertLargeIsRight(fetch());
        assertThat(ranges()).hasSize(8).doesNotHaveDuplicates();
        assertThat(pauses).hasSize(7).containsOnly(Duration.ofSeconds(1));
    }

    private static Reply continuingUpTo(int end) {
        return (exchange, content) -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=([0-9]+)-", "$1"));
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
            exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
            exchange.getResponseBody().write(content, from, end - from);
            exchange.getResponseBody().flush();
        };
    }

    @Test
    void fetch_nothingComesAnyMore_isTakenForABreak() throws IOException {
        CountDownLatch done = new CountDownLatch(1);
        server.next(LARGE, (exchange, content) -> {
            LocalHub.breakingOffAfter(100_000).send(exchange, content);
            try {
                done.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertLargeIsRight(fetch());
        done.countDown();
        assertThat(ranges()).hasSize(2);
    }

    @Test
    void fetch_serverIgnoresTheRange_startsOver() throws IOException {
        server.next(LARGE, LocalHub.breakingOffAfter(120_000), LocalHub.whole());
        assertLargeIsRight(fetch());
        assertThat(ranges()).hasSize(2);
        assertThat(ranges().getLast()).startsWith("bytes=");
    }

    @Test
    void fetch_fileChangedBetweenTheParts_startsOver() throws IOException {
        server.next(LARGE, LocalHub.breakingOffAfter(120_000), LocalHub.tagged("\"v2\""));
        assertLargeIsRight(fetch());
        assertThat(server.requests(LARGE).getLast().header("If-Range")).isEqualTo("\"v1\"");
        assertThat(ranges()).hasSize(2);
    }

    @Test
    void fetch_serverGoesOnWithAnotherVersion_startsOver() throws IOException {
        Reply careless = (exchange, content) -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
            exchange.getResponseHeaders().add("ETag", "\"v2\"");
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
            exchange.sendResponseHeaders(206, content.length - from);
            exchange.getResponseBody().write(new byte[content.length - from]);
        };
        // Wrong bytes may come once: what follows would be the second time if the careless part had been taken.
        server.next(LARGE, LocalHub.breakingOffAfter(120_000), careless, LocalHub.wrong());
        assertLargeIsRight(fetch());
        assertThat(ranges()).hasSize(4);
        assertThat(ranges().get(1)).startsWith("bytes=");
        assertThat(ranges().subList(2, 4)).containsOnly("null");
    }

    @Test
    void fetch_rangeCannotBeSatisfied_startsOver() throws IOException {
        server.next(LARGE, LocalHub.breakingOffAfter(120_000), LocalHub.status(416));
        assertLargeIsRight(fetch());
        assertThat(ranges()).hasSize(3).last().isEqualTo("null");
    }

    @Test
    void fetch_partIsLongerThanTheFile_startsOver() throws IOException {
        ContentDigest digest = new ContentDigest(ContentDigest.Kind.SHA256, Sha256.of(large));
        Path part = new BlobStore(home.resolve("cache").resolve("hub"))
                .place(digest)
                .part();
        Files.createDirectories(part.getParent());
        Files.write(part, new byte[large.length + 1]);
        assertLargeIsRight(fetch());
        assertThat(ranges()).containsExactly("null");
    }

    @Test
    void fetch_wrongBytesOnce_areFetchedAgain() throws IOException {
        server.next(LARGE, LocalHub.wrong());
        assertLargeIsRight(fetch());
        assertThat(ranges()).containsExactly("null", "null");
    }

    @ParameterizedTest
    @CsvSource({"tokenizer.json, SHA-256", "README.md, git blob SHA-1"})
    void fetch_wrongBytesTwice_namesBothDigestsAndKeepsNothing(String path, String kind) {
        server.next(path, LocalHub.wrong(), LocalHub.wrong(), LocalHub.wrong());
        assertThatThrownBy(this::fetch)
                .isExactlyInstanceOf(DownloadException.class)
                .hasMessageContaining(path + " of hf:acme/tiny@main: expected " + kind + " ")
                .hasMessageMatching(
                        ".* [0-9a-f]{40,64}, and " + kind + " [0-9a-f]{40,64} came.*nothing is kept of it.*");
        assertThat(inCache(".part")).isEmpty();
        assertThat(server.requests(path)).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "announced, 300000, 'the server has 300,000 bytes, and 300,001 are expected'",
        "announced, 300002, 'the server has 300,002 bytes, and 300,001 are expected'",
        "unannounced, 300002, 'the server sends more than the 300,001 bytes that are expected'"
    })
    void fetch_wrongLengthTwice_isRefused(String how, int length, String message) {
        Reply reply = how.equals("announced") ? LocalHub.announced(length) : LocalHub.unannounced(length);
        server.next(LARGE, reply, reply, reply);
        assertThatThrownBy(this::fetch)
                .isExactlyInstanceOf(DownloadException.class)
                .hasMessageContaining(message);
        assertThat(inCache(".part")).isEmpty();
    }

    @Test
    void fetch_endsTooEarlyWithoutAWord_goesOn() throws IOException {
        server.next(LARGE, LocalHub.unannounced(200_000));
        assertLargeIsRight(fetch());
        assertThat(ranges()).containsExactly("null", "bytes=200000-");
    }

    @Test
    void fetch_listingLiesAboutTheLength_isRefused() {
        server.lieAboutSize(1);
        assertThatThrownBy(this::fetch).hasMessageContaining("are expected");
    }

    @Test
    void fetch_serverFailsThreeTimes_triesAgainWithLongerPauses() throws IOException {
        server.next(LARGE, LocalHub.status(500), LocalHub.status(502), LocalHub.status(503));
        assertLargeIsRight(fetch());
        assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4));
    }

    @Test
    void fetch_serverFailsOn_isGivenUp() {
        String tree = "/api/models/acme/tiny/revision/main";
        Reply fails = LocalHub.status(500);
        server.next(tree, fails, fails, fails, fails, fails, fails);
        assertThatThrownBy(this::fetch)
                .isInstanceOf(DownloadUnavailableException.class)
                .hasMessage(server.endpoint() + tree + " answers with HTTP 500 (tried 5 times)");
        assertThat(server.requests(tree)).hasSize(5);
    }

    @Test
    void fetch_tooManyRequests_waitsAsLongAsTheServerSays() throws IOException {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(100));
        server.next(
                LARGE,
                LocalHub.status(429, "Retry-After", "17"),
                LocalHub.status(429, "Retry-After", date),
                LocalHub.status(429, "Retry-After", "soon"));
        assertLargeIsRight(fetch());
        assertThat(pauses).hasSize(3).first().isEqualTo(Duration.ofSeconds(17));
        assertThat(pauses.get(1)).isBetween(Duration.ofSeconds(80), Duration.ofSeconds(100));
        assertThat(pauses.get(2)).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void fetch_askedToWaitForHours_saysSo() {
        server.next(LARGE, LocalHub.status(429, "Retry-After", "7200"));
        assertThatThrownBy(this::fetch)
                .isInstanceOf(DownloadUnavailableException.class)
                .hasMessageContaining("HTTP 429; it asks to wait 7200 s");
        assertThat(pauses).isEmpty();
    }

    @Test
    void fetch_nobodyListens_isTriedAndGivenUp() {
        URI nobody = server.endpoint();
        server.close();
        assertThatThrownBy(() -> hub(nobody, "", false).fetch(TINY, DownloadListener.silent()))
                .isInstanceOf(DownloadUnavailableException.class)
                .hasMessageContaining("cannot be reached (")
                .hasMessageContaining("(tried 5 times)");
        assertThat(pauses).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource({
        "RepoNotFound, 'there is no repository acme/tiny at '",
        "RevisionNotFound, the repository acme/tiny has no revision 'main'",
        "'', there is no repository acme/tiny with a revision 'main' at "
    })
    void fetch_notFound_saysWhat(String code, String message) {
        server.next("/api/models/acme/tiny/revision/main", LocalHub.status(404, "X-Error-Code", code));
        assertThatThrownBy(this::fetch)
                .isInstanceOf(DownloadRefusedException.class)
                .hasMessageContaining(message);
        assertThat(pauses).isEmpty();
    }

    @Test
    void fetch_listedFileNotFound_isNamed() {
        server.next(LARGE, LocalHub.status(404));
        assertThatThrownBy(this::fetch)
                .isInstanceOf(DownloadRefusedException.class)
                .hasMessage("hf:acme/tiny@main lists the file tokenizer.json, and does not have it");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void fetch_gated_saysWhatIsNeededAndNeverTheToken(int status) {
        server.next("/api/models/acme/tiny/revision/main", LocalHub.status(status), LocalHub.status(status));
        assertThatThrownBy(this::fetch)
                .isInstanceOf(DownloadUnavailableException.class)
                .hasMessageContaining("gated, private or not there (HTTP " + status + ")")
                .hasMessageContaining("set HF_TOKEN to an access token");
        assertThatThrownBy(() -> hub(server.endpoint(), SECRET, false).fetch(TINY, DownloadListener.silent()))
                .hasMessageContaining("The token in HF_TOKEN gives no access")
                .satisfies(failure -> assertThat(trace(failure)).doesNotContain(SECRET));
    }

    private static String trace(Throwable failure) {
        var text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @Test
    void fetch_redirectedElsewhere_keepsTheTokenToTheEndpoint() throws IOException {
        try (LocalHub storage = new LocalHub()) {
            storage.with("/store/large", large);
            server.next(
                    LARGE,
                    LocalHub.status(302, "Location", "/acme/tiny/again"),
                    LocalHub.status(302, "Location", "/acme/tiny/again"));
            server.next(
                    "/acme/tiny/again",
                    LocalHub.status(
                            307,
                            "Location",
                            storage.endpoint().toString().replace("127.0.0.1", "localhost")
                                    + "/store/large?signature=abc"));
            HubSnapshot fetched = hub(server.endpoint(), SECRET, false).fetch(TINY, DownloadListener.silent());
            assertLargeIsRight(fetched);
            assertThat(server.requests())
                    .allMatch(seen -> seen.header("Authorization").equals("Bearer " + SECRET));
            assertThat(storage.requests()).hasSize(1);
            assertThat(storage.requests().getFirst().headers()).doesNotContainKey("Authorization");
        }
    }

    @Test
    void fetch_redirectedToAnotherPort_isAnotherHost() throws IOException {
        try (LocalHub storage = new LocalHub()) {
            storage.with("/store/large", large);
            server.next(LARGE, LocalHub.status(302, "Location", storage.endpoint() + "/store/large"));
            hub(server.endpoint(), SECRET, false).fetch(TINY, DownloadListener.silent());
            assertThat(storage.requests().getFirst().headers()).doesNotContainKey("Authorization");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/acme/tiny/loop, redirects more than 10 times",
        "ftp://example.org/x, redirects to what is no http address",
        "file:///etc/passwd, redirects to what is no http address",
        "'http://[bad', redirects to what is no address"
    })
    void fetch_redirectedNowhere_isRefused(String location, String message) {
        Reply[] replies = Stream.generate(() -> LocalHub.status(302, "Location", location))
                .limit(20)
                .toArray(Reply[]::new);
        server.next(LARGE, LocalHub.status(302, "Location", location));
        server.next("/acme/tiny/loop", replies);
        assertThatThrownBy(this::fetch).hasMessageContaining(message);
    }

    @Test
    void fetch_pagedListing_isReadToTheEnd() throws IOException {
        server.pages(2);
        assertLargeIsRight(fetch());
        assertThat(server.requests("/api/models/acme/tiny/tree/")).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil",
                "a/../../evil",
                "/etc/passwd",
                "a\\b",
                "C:/x",
                "a\u0000b",
                "a\nb",
                "con",
                "sub/NUL.txt",
                "lpt1.onnx",
                "a//b",
                "./a",
                "trailing.",
                "trailing ",
                ""
            })
    void fetch_hostilePath_isRefused(String path) {
        server.listing(LocalHub.entry(path, new byte[1], 1));
        assertThatThrownBy(this::fetch)
                .isInstanceOf(DownloadRefusedException.class)
                .hasMessageContaining("is refused: it could leave the folder");
        assertThat(server.requests("config.json")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"file\", \"path\": \"x\", \"size\": -1, \"oid\": \"%s\"}",
                "{\"type\": \"file\", \"path\": \"x\", \"size\": 1}",
                "{\"type\": \"file\", \"path\": \"x\", \"size\": \"1\", \"oid\": \"%s\"}",
                "{\"type\": \"file\", \"path\": \"x\", \"size\": 1, \"oid\": \"../../x\"}",
                "7"
            })
    void fetch_senselessEntry_isRefused(String entry) {
        server.next(
                "/api/models/acme/tiny/tree/" + LocalHub.COMMIT,
                LocalHub.text(200, "[" + entry.formatted("a".repeat(40)) + "]"));
        assertThatThrownBy(this::fetch)
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("listing of hf:acme/tiny");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "x", "{\"sha\": \"main\"}", "{\"sha\": \"../../../x\"}"})
    void fetch_senselessRevision_isRefused(String answer) {
        server.revisionAnswer(answer);
        assertThatThrownBy(this::fetch).isInstanceOf(DownloadException.class);
    }

    @Test
    void fetch_deepJson_isRefused() {
        server.revisionAnswer("[".repeat(100_000));
        assertThatThrownBy(this::fetch)
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("is nested more than 64 deep");
    }

    @Test
    void fetch_endlessListing_isRefused() {
        server.next("/api/models/acme/tiny/tree/" + LocalHub.COMMIT, (exchange, content) -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] block = new byte[1 << 16];
            for (int i = 0; i < 1000; i++) {
                exchange.getResponseBody().write(block);
            }
        });
        assertThatThrownBy(this::fetch).isInstanceOf(DownloadException.class).hasMessageContaining("is longer than");
    }

    @Test
    void fetch_noNetwork_saysHowToExport() {
        server.without(NETWORK).without("onnx/model.onnx");
        assertThatThrownBy(this::fetch)
                .isInstanceOf(DownloadRefusedException.class)
                .hasMessageContaining("its weights (model.safetensors) are for other programs")
                .hasMessageContaining("optimum-cli export onnx --model acme/tiny DIR")
                .hasMessageContaining("'stray models list' names those that are ready-made");
    }

    @Test
    void fetch_networksInNoKnownLayout_areNamed() {
        server.without(NETWORK).without("onnx/model.onnx").with("other/net.onnx", new byte[3]);
        assertThatThrownBy(this::fetch)
                .isInstanceOf(DownloadRefusedException.class)
                .hasMessageContaining("ONNX networks in no layout that is known (other/net.onnx)");
    }

    @Test
    void fetch_photoServersPair_bringsBothAndTheirSettings() throws IOException {
        byte[] network = Files.readAllBytes(GRAPHS.resolve("clip-hidden.onnx"));
        server.without(NETWORK)
                .with("visual/model.onnx", network)
                .with("visual/preprocess_cfg.json", bytes("{\"size\": 32}"))
                .with("textual/model.onnx", Files.readAllBytes(GRAPHS.resolve("clip-unit.onnx")))
                .with("textual/tokenizer.json", bytes("{\"a\": 1}"));
        Path folder = fetch().folder();
        assertThat(folder.resolve("visual/model.onnx")).hasBinaryContent(network);
        assertThat(folder.resolve("visual/preprocess_cfg.json")).exists();
        assertThat(folder.resolve("textual/model.onnx")).exists();
        assertThat(folder.resolve("textual/tokenizer.json")).exists();
        assertThat(folder.resolve(LARGE)).doesNotExist();
        assertThat(folder.resolve("onnx/model.onnx")).doesNotExist();
    }

    @Test
    void fetch_licenceOfTheReadme_isTakenWhereTheHubHasNone() throws IOException {
        server.revisionAnswer("{\"sha\": \"" + LocalHub.COMMIT + "\"}");
        assertThat(fetch().licence()).contains("mit");
    }

    @Test
    void fetchOffline_nothingCached_saysSo() {
        assertThatThrownBy(this::fetchOffline)
                .isInstanceOf(DownloadUnavailableException.class)
                .hasMessageContaining("STRAY_OFFLINE is set, and hf:acme/tiny@main is not in the cache");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void fetchOffline_afterwards_needsNobody() throws IOException {
        fetch();
        server.forget();
        assertLargeIsRight(fetchOffline());
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void fetchOffline_partOfItCached_namesWhatIsMissing() {
        server.next(LARGE, LocalHub.wrong(), LocalHub.wrong());
        assertThatThrownBy(this::fetch).isInstanceOf(DownloadException.class);
        assertThatThrownBy(this::fetchOffline)
                .isInstanceOf(DownloadUnavailableException.class)
                .hasMessageContaining("lacks tokenizer.json (300,001 bytes), README.md (28 bytes), " + NETWORK);
    }

    @Test
    void fetch_severalAtOnce_fetchEachFileOnce() throws Exception {
        Callable<HubSnapshot> task = this::fetch;
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var done : threads.invokeAll(Collections.nCopies(4, task))) {
                assertLargeIsRight(done.get());
            }
        }
        assertThat(server.requests(LARGE)).hasSize(1);
        assertThat(server.requests(NETWORK)).hasSize(1);
    }

    @Test
    @Timeout(60)
    void fetch_whileAnotherIsAtAFile_saysSoAndGoesOnAfterIt() throws Exception {
        fetch();
        List<Path> locks = inCache(".lock");
        FolderRemoval.remove(home.resolve("cache/blobs"));
        FolderRemoval.remove(home.resolve("cache/snapshots"));
        var listener = new WaitingListener();
        try (var threads = Executors.newSingleThreadExecutor()) {
            Future<HubSnapshot> waiting;
            try (ProcessLock held = ProcessLock.of(locks.getFirst(), () -> {})) {
                Objects.requireNonNull(held);
                waiting = threads.submit(() -> hub(server.endpoint(), "", false).fetch(TINY, listener));
                assertThat(listener.waits().await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(waiting.isDone()).isFalse();
            }
            assertLargeIsRight(waiting.get());
        }
    }

    @Test
    void fetch_noRoom_saysHowMuchIsNeeded() {
        server.listing(LocalHub.entry("special_tokens_map.json", new byte[1], 1))
                .listing(LocalHub.entry("onnx/text_model.onnx", new byte[1], Long.MAX_VALUE / 4));
        assertThatThrownBy(this::fetch)
                .isInstanceOf(DownloadUnavailableException.class)
                .hasMessageContaining("not enough room in ")
                .hasMessageContaining("STRAY_HOME");
        assertThat(server.requests("config.json")).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fetch_diskFills_keepsNothingInstalledAndSaysSo() throws IOException {
        ContentDigest digest = new ContentDigest(ContentDigest.Kind.SHA256, Sha256.of(large));
        Path part = new BlobStore(home.resolve("cache").resolve("hub"))
                .place(digest)
                .part();
        Files.createDirectories(part.getParent());
        Files.createSymbolicLink(part, Path.of("/dev/full"));
        assertThatThrownBy(this::fetch)
                .isInstanceOf(DownloadUnavailableException.class)
                .hasMessageContaining("cannot be written (No space left on device)")
                .hasMessageContaining("Nothing was installed");
    }

    @Test
    void listener_hearsHowFarItHasCome() throws IOException {
        server.next(LARGE, LocalHub.breakingOffAfter(120_000));
        var heard = new ArrayList<String>();
        var most = new long[1];
        hub(server.endpoint(), "", false).fetch(TINY, new DownloadListener() {
            @Override
            public void waiting() {
                heard.add("waiting");
            }

            @Override
            public void started(String file, long size) {
                heard.add("started %s %d".formatted(file, size));
            }

            @Override
            public void advanced(long present) {
                most[0] = present;
            }

            @Override
            public void finished() {
                heard.add("finished %d".formatted(most[0]));
            }

            @Override
            public void retrying(String reason, Duration pause) {
                heard.add("retrying");
                assertThat(reason).matches("tokenizer.json broke off after [0-9,]+ of 300,001 bytes \\(.*\\)");
            }
        });
        assertThat(heard)
                .containsSubsequence("started tokenizer.json 300001", "retrying", "finished 300001")
                .contains("finished 2")
                .doesNotContain("waiting");
    }

    @ParameterizedTest
    @CsvSource({
        "https://hub.example/x, true",
        "http://localhost:8080/x, true",
        "http://127.0.0.1:8080/x, true",
        "http://[::1]:8080/x, true",
        "http://hub.example/x, false",
        "http://127.0.0.1.hub.example/x, false",
        "http://localhost.hub.example/x, false",
        "http://10.0.0.1/x, false"
    })
    void token_goesUnencryptedToThisMachineOnly(URI address, boolean expected) {
        assertThat(HubClient.isProtected(address)).isEqualTo(expected);
    }

    @Test
    void token_isShownNowhere() {
        HubToken token = HubToken.of(" " + SECRET + "\n");
        assertThat(token.toString()).doesNotContain(SECRET);
        assertThat(token.header()).isEqualTo("Bearer " + SECRET);
        var settings = new HubSettings(URI.create("https://hub.invalid"), Optional.of(token), false, home);
        assertThat(settings.toString()).doesNotContain(SECRET);
        assertThatThrownBy(() -> HubToken.of("hf_a b"))
                .hasMessageNotContaining("hf_a")
                .hasMessageContaining("HF_TOKEN");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://x.org",
                "https://user:pass@x.org",
                "https://x.org/?q=1",
                "https://x.org/#f",
                "file:///x",
                "x"
            })
    void settings_badEndpoint_isRefusedWithoutShowingIt(String address) {
        assertThatThrownBy(() -> new HubSettings(URI.create(address), Optional.empty(), false, home))
                .hasMessageContaining("STRAY_HUB_MIRROR must be an address such as")
                .hasMessageNotContaining("pass@");
    }

    @ParameterizedTest
    @CsvSource({
        "hf:acme/tiny, acme, tiny, main",
        "hf:acme/tiny@v1.0, acme, tiny, v1.0",
        "hf:acme/tiny@refs/pr/1, acme, tiny, refs/pr/1"
    })
    void reference_isRead(String text, String organisation, String name, String revision) {
        assertThat(HubReference.of(text)).isEqualTo(new HubReference(organisation, name, revision));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf:tiny",
                "hf:a/b/c",
                "acme/tiny",
                "hf:../tiny",
                "hf:acme/..",
                "hf:acme/tiny@",
                "hf:acme/tiny@../x",
                "hf:acme/tiny@a/../b",
                "hf:acme/con",
                "hf:a b/c",
                "hf:acme/tiny@x y",
                "hf:/tiny",
                "hf:acme/tiny."
            })
    void reference_thatIsNone_isRefused(String text) {
        assertThatThrownBy(() -> HubReference.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected hf:organisation/name");
    }

    @Test
    void fetch_revisionWithSlash_isOnePartOfTheAddress() throws IOException {
        hub(server.endpoint(), "", false).fetch(HubReference.of("hf:acme/tiny@refs/pr/1"), DownloadListener.silent());
        assertThat(server.requests().getFirst().path()).isEqualTo("/api/models/acme/tiny/revision/refs/pr/1");
        server.forget();
        hub(server.endpoint(), "", true).fetch(HubReference.of("hf:acme/tiny@refs/pr/1"), DownloadListener.silent());
    }
}
