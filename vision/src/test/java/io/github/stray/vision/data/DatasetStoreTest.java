// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.grack.nanojson.JsonWriter;
import io.github.stray.provenance.Sha256;
import io.github.stray.remedy.Remedied;
import io.github.stray.remedy.Remedy;
import io.github.stray.store.JsonNode;
import io.github.stray.vision.download.DownloadException;
import io.github.stray.vision.download.DownloadListener;
import io.github.stray.vision.download.DownloadRefusedException;
import io.github.stray.vision.download.DownloadUnavailableException;
import io.github.stray.vision.download.ProcessLock;
import io.github.stray.vision.download.Timing;
import io.github.stray.vision.download.WaitingListener;
import io.github.stray.vision.hub.LocalHub;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
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

/** Pulling: from a folder and from servers that break off, lie and send other bytes. */
@Timeout(60)
class DatasetStoreTest {
    private static final String ARCHIVE = "cifar-10-binary.tar.gz";

    @TempDir
    private Path home;

    private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
    private Map<String, byte[]> archives = Map.of();
    private byte[] archive = new byte[0];
    private LocalHub server;
    private LocalHub other;

    /** An archive of random records, long enough to break off inside. */
    @BeforeEach
    void start() throws IOException {
        var random = new SplittableRandom(42);
        var files = new LinkedHashMap<String, byte[]>();
        for (String name :
                List.of("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch")) {
            byte[] records = new byte[10 * 3073];
            random.nextBytes(records);
            for (int i = 0; i < 10; i++) {
                records[i * 3073] = (byte) i;
            }
            files.put("cifar-10-batches-bin/" + name + ".bin", records);
        }
        archive = Archives.gzip(Archives.tar(files));
        archives = Map.of(ARCHIVE, archive);
        server = new LocalHub().with("/" + ARCHIVE, archive);
        other = new LocalHub().with("/" + ARCHIVE, archive);
    }

    @AfterEach
    void stop() {
        server.close();
        other.close();
    }

    private DatasetEntry entry(URI... bases) {
        return OfficialLayouts.entry("cifar10", archives, bases);
    }

    private DatasetStore store(boolean offline, DatasetEntry... entries) {
        return new DatasetStore(
                new DatasetSettings(home, offline),
                new DatasetCatalogue(List.of(entries)),
                new Timing(Duration.ofSeconds(20), Duration.ofMillis(700), pauses::add));
    }

    private DatasetStore.Pulled pull(DatasetEntry entry, String mirror) throws IOException {
        return store(false, entry)
                .pull(entry.name(), Optional.of(mirror).filter(text -> !text.isEmpty()), DownloadListener.silent());
    }

    private DatasetStore.Pulled pull() throws IOException {
        return pull(entry(server.endpoint()), "");
    }

    private List<String> ranges(LocalHub of) {
        return of.requests(ARCHIVE).stream().map(seen -> seen.header("Range")).toList();
    }

    /** A broken connection may lose bytes that were sent and not read yet: how many is the client's affair. */
    private static void assertWentOn(String range, int sent) {
        assertThat(range).matches("bytes=[0-9]+-");
        assertThat(Integer.parseInt(range.substring("bytes=".length(), range.length() - 1)))
                .isBetween(1, sent);
    }

    private List<String> left() throws IOException {
        Path data = home.resolve("data");
        try (Stream<Path> all = Files.walk(data)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> data.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> !name.startsWith(".locks/"))
                    .sorted()
                    .toList();
        }
    }

    private static Path below(Path folder, Map<String, byte[]> files) throws IOException {
        return OfficialLayouts.mirror(folder, files);
    }

    @Test
    void pull_dataset_isCheckedUnpackedAndRecorded() throws IOException {
        DatasetStore.Pulled pulled = pull();
        assertThat(pulled.wasHere()).isFalse();
        InstalledDataset dataset = pulled.dataset();
        assertThat(dataset.folder()).isEqualTo(home.resolve("data").resolve("cifar10"));
        assertThat(dataset.files()).isEqualTo(6);
        assertThat(dataset.bytes()).isEqualTo(60L * 3073);
        assertThat(dataset.archives())
                .containsExactly(new PulledArchive(
                        ARCHIVE, server.endpoint() + "/" + ARCHIVE, archive.length, Sha256.of(archive), true));
        assertThat(dataset.notes()).isEmpty();
        assertThat(left())
                .hasSize(7)
                .allMatch(name -> name.startsWith("cifar10/"))
                .contains("cifar10/dataset.json");
        assertThat(store(true).find("cifar10")).contains(dataset);
        assertThat(store(true).list().installed()).containsExactly(dataset);
    }

    @Test
    void pull_again_asksForNothingAndCounts() throws IOException {
        pull();
        server.forget();
        DatasetStore.Pulled again = pull();
        assertThat(again.wasHere()).isTrue();
        assertThat(server.requests()).isEmpty();
        Path file = again.dataset().folder().resolve("cifar-10-batches-bin/test_batch.bin");
        Files.write(file, new byte[5]);
        assertThatThrownBy(this::pull)
                .isInstanceOf(DatasetRefusedException.class)
                .hasMessageContaining("not as it was unpacked")
                .hasMessageContaining("stray data remove cifar10");
        store(true).remove("cifar10");
        assertThat(left()).isEmpty();
        assertThat(pull().wasHere()).isFalse();
    }

    @Test
    void pull_brokenOff_goesOnWhereItStopped() throws IOException {
        server.next("/" + ARCHIVE, LocalHub.breakingOffAfter(30_000), LocalHub.breakingOffAfter(30_000));
        pull();
        assertThat(ranges(server)).hasSize(3).first().isEqualTo("null");
        assertThat(ranges(server).subList(1, 3)).allSatisfy(range -> assertWentOn(range, 30_000));
        assertThat(pauses).hasSize(2);
    }

    /** As after a kill: the part lies there, and another process starts. */
    @Test
    void pull_ofAnotherProcess_goesOnWithThePart() throws IOException {
        Path downloads = Files.createDirectories(home.resolve("data/.downloads/cifar10"));
        Files.write(downloads.resolve(ARCHIVE + ".part"), Arrays.copyOf(archive, 50_000));
        Path dead = Files.createDirectories(home.resolve("data/.pulling-cifar10-123/half"));
        Files.write(dead.resolve("x.bin"), new byte[10]);
        pull();
        assertThat(ranges(server)).containsExactly("bytes=50000-");
        assertThat(left()).hasSize(7).allMatch(name -> name.startsWith("cifar10/"));
    }

    @Test
    void pull_otherBytes_areThrownAwayAndNamed() throws IOException {
        server.next("/" + ARCHIVE, LocalHub.wrong(), LocalHub.wrong());
        assertThatThrownBy(this::pull)
                .isExactlyInstanceOf(DownloadException.class)
                .hasMessageContaining(ARCHIVE + " of the dataset cifar10: expected MD5 ")
                .hasMessageContaining("nothing is kept");
        assertThat(left()).isEmpty();
        assertThat(store(true).find("cifar10")).isEmpty();
    }

    @Test
    void pull_firstServerHasNothing_takesTheSecond() throws IOException {
        server.without("/" + ARCHIVE);
        InstalledDataset dataset =
                pull(entry(server.endpoint(), other.endpoint()), "").dataset();
        assertThat(dataset.archives().getFirst().source())
                .startsWith(other.endpoint().toString());
    }

    @Test
    void pull_firstServerBreaksOffForGood_secondGoesOnFromThere() throws IOException {
        LocalHub.Reply broken = LocalHub.breakingOffAfter(40_000);
        server.next("/" + ARCHIVE, broken, broken, broken, broken, broken, broken, broken, broken);
        pull(entry(server.endpoint(), other.endpoint()), "");
        assertThat(ranges(other)).hasSize(1);
        assertWentOn(ranges(other).getFirst(), 40_000);
    }

    @Test
    void pull_noServerHasIt_saysSoOfEach() {
        server.without("/" + ARCHIVE);
        other.without("/" + ARCHIVE);
        assertThatThrownBy(() -> pull(entry(server.endpoint(), other.endpoint()), ""))
                .isInstanceOf(DownloadRefusedException.class)
                .hasMessageContaining(server.endpoint().toString())
                .hasMessageContaining(other.endpoint().toString());
    }

    @Test
    void pull_mirrorServer_isAskedBelowTheNameFirst() throws IOException {
        DatasetEntry official = entry(server.endpoint());
        pull(official, other.endpoint() + "/");
        assertThat(other.requests(ARCHIVE).stream().map(LocalHub.Seen::path))
                .containsExactly("/cifar10/" + ARCHIVE, "/" + ARCHIVE);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void pull_mirrorFolder_isReadWhereItIsAlsoOffline() throws IOException {
        Path mirror = below(home.resolve("mirror"), archives);
        InstalledDataset dataset = store(true, entry())
                .pull("cifar10", Optional.of(mirror.toString()), DownloadListener.silent())
                .dataset();
        assertThat(dataset.archives().getFirst().source())
                .isEqualTo(mirror.resolve(ARCHIVE).toAbsolutePath().toString());
        assertThat(mirror.resolve(ARCHIVE)).hasBinaryContent(archive);
        assertThat(left()).hasSize(7);
    }

    @Test
    void pull_mirrorFolderWithDamagedArchive_namesIt() throws IOException {
        byte[] damaged = archive.clone();
        damaged[1000] ^= 1;
        Path mirror = below(home.resolve("mirror").resolve("cifar10"), Map.of(ARCHIVE, damaged));
        Path parent = Objects.requireNonNull(mirror.getParent());
        assertThatThrownBy(() -> pull(entry(), parent.toString()))
                .isExactlyInstanceOf(DownloadException.class)
                .hasMessageContaining(mirror.resolve(ARCHIVE) + " is damaged, or another file: expected MD5 ")
                .isInstanceOfSatisfying(Remedied.class, failure -> {
                    assertThat(failure.remedy()).isEqualTo(Remedy.INPUT);
                    assertThat(failure.about()).isEqualTo("cifar10:FOLDER");
                });
        Files.write(mirror.resolve(ARCHIVE), Arrays.copyOf(archive, 100));
        assertThatThrownBy(() -> pull(entry(), parent.toString())).hasMessageContaining("it has 100 bytes, and ");
        Files.delete(mirror.resolve(ARCHIVE));
        assertThatThrownBy(() -> pull(entry(), parent.toString()))
                .isInstanceOf(DatasetRefusedException.class)
                .hasMessageContaining(ARCHIVE + " is neither in ");
        assertThatThrownBy(() -> pull(entry(), parent.resolve("none").toString()))
                .hasMessageContaining("is neither a folder nor an address");
        assertThat(left()).isEmpty();
    }

    @Test
    void pull_offline_refusesAndSaysWhatHelps() {
        assertThatThrownBy(() -> store(true, entry(server.endpoint()))
                        .pull("cifar10", Optional.empty(), DownloadListener.silent()))
                .isInstanceOf(DownloadUnavailableException.class)
                .hasMessageContaining("STRAY_OFFLINE is set")
                .isInstanceOfSatisfying(
                        Remedied.class, failure -> assertThat(failure.remedy()).isEqualTo(Remedy.MIRROR));
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void pull_unknownName_suggestsOne() {
        assertThatThrownBy(() -> store(true, entry()).pull("cifar01", Optional.empty(), DownloadListener.silent()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("did you mean 'cifar10'?");
    }

    private static DatasetEntry withoutSums(DatasetEntry entry) {
        return OfficialLayouts.with(
                entry,
                entry.archives().stream()
                        .map(known -> new RemoteArchive(
                                known.file(),
                                known.addresses(),
                                OptionalLong.empty(),
                                Optional.empty(),
                                "",
                                known.into()))
                        .toList());
    }

    @Test
    void pull_withoutKnownChecksum_recordsWhatCameAndSaysSo() throws IOException {
        server.next("/" + ARCHIVE, LocalHub.breakingOffAfter(30_000));
        InstalledDataset dataset =
                pull(withoutSums(entry(server.endpoint())), "").dataset();
        assertThat(dataset.notes())
                .containsExactly("no checksum of " + ARCHIVE + " is known: what came was recorded, not checked");
        PulledArchive came = dataset.archives().getFirst();
        assertThat(came.checked()).isFalse();
        assertThat(came.sha256()).isEqualTo(Sha256.of(archive));
        assertThat(ranges(server)).hasSize(2).first().isEqualTo("null");
        assertWentOn(ranges(server).getLast(), 30_000);
    }

    /** Nothing but the server's word then says that a part belongs to the file. */
    @Test
    void pull_withoutKnownChecksum_startsOverWhereTheFileChanged() throws IOException {
        server.next("/" + ARCHIVE, LocalHub.breakingOffAfter(30_000), LocalHub.tagged("\"v2\""));
        pull(withoutSums(entry(server.endpoint())), "");
        assertThat(store(true)
                        .find("cifar10")
                        .orElseThrow()
                        .archives()
                        .getFirst()
                        .sha256())
                .isEqualTo(Sha256.of(archive));
        Path downloads = Files.createDirectories(home.resolve("data/.downloads/cifar10"));
        store(true).remove("cifar10");
        Files.createDirectories(downloads);
        Files.write(downloads.resolve(ARCHIVE + ".part"), new byte[20_000]);
        server.forget();
        pull(withoutSums(entry(server.endpoint())), "");
        assertThat(ranges(server)).containsExactly("null");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void pull_diskFullWhileFetching_saysSoAndInstallsNothing() throws IOException {
        Path downloads = Files.createDirectories(home.resolve("data/.downloads/cifar10"));
        Files.createSymbolicLink(downloads.resolve(ARCHIVE + ".part"), Path.of("/dev/full"));
        assertThatThrownBy(this::pull)
                .isInstanceOf(DownloadUnavailableException.class)
                .hasMessageContaining("cannot be written")
                .hasMessageContaining("bytes of space are left");
        assertThat(store(true).find("cifar10")).isEmpty();
    }

    @Test
    void pull_cannotBeUnpackedToTheEnd_leavesNothingHalf() throws IOException {
        byte[] obstructed = Archives.gzip(Archives.tar(Archives.images("a", "a/b")));
        assertThatThrownBy(() -> pullFromFolder(obstructed))
                .isExactlyInstanceOf(DownloadException.class)
                .hasMessageContaining("is a file and a folder");
        assertThat(left()).isEmpty();
    }

    private DatasetStore.Pulled pullFromFolder(byte[] content) throws IOException {
        Map<String, byte[]> files = Map.of(ARCHIVE, content);
        Path mirror = below(home.resolve("mirror"), files);
        return pull(OfficialLayouts.entry("cifar10", files), mirror.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "'../outside', 'could leave the folder'",
        "'/stray-test/outside', 'could leave the folder'",
        "'a/../../outside', 'could leave the folder'",
        "'C:\\outside', 'could leave the folder'",
        "'a\\..\\outside', 'could leave the folder'"
    })
    void pull_hostileNames_areRefusedWhole(String name, String reason) throws IOException {
        var files = new LinkedHashMap<>(Archives.images("cifar-10-batches-bin/test_batch.bin"));
        files.put(name, new byte[] {1});
        assertThatThrownBy(() -> pullFromFolder(Archives.gzip(Archives.tar(files))))
                .isExactlyInstanceOf(DownloadException.class)
                .hasMessageContaining(ARCHIVE + " is refused")
                .hasMessageContaining(reason);
        assertThat(left()).isEmpty();
        try (Stream<Path> all = Files.walk(home)) {
            assertThat(all.filter(file -> file.toString().contains("outside"))).isEmpty();
        }
    }

    @Test
    void pull_nameThatNoFileSystemTakes_isRefusedAsHostile() throws IOException {
        Map<String, byte[]> files = Archives.images("cifar-10-batches-bin/" + "\u00e4".repeat(128));
        assertThatThrownBy(() -> pullFromFolder(Archives.gzip(Archives.tar(files))))
                .isExactlyInstanceOf(DownloadException.class)
                .hasMessageContaining("is no name for a file on every system");
        assertThat(left()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(bytes = {TarConstants.LF_SYMLINK, TarConstants.LF_LINK, TarConstants.LF_FIFO})
    void pull_linksAndDevices_areRefused(byte kind) throws IOException {
        assertThatThrownBy(() -> pullFromFolder(Archives.gzip(Archives.tarWithLink(kind))))
                .hasMessageContaining("is a link or a device");
        assertThat(left()).isEmpty();
    }

    /** Writes a gigabyte, which a busy disk takes its time for. */
    @Test
    @Timeout(300)
    void pull_bomb_isRefused() throws IOException {
        var entry = new TarArchiveEntry("bomb.bin");
        entry.setSize(1100L << 20);
        byte[] header = new byte[512];
        entry.writeEntryHeader(header);
        // A gzip file may have any number of members.
        byte[] zeros = compressed(new byte[1 << 20]);
        var out = new ByteArrayOutputStream();
        out.write(compressed(header));
        for (int i = 0; i < 1100; i++) {
            out.write(zeros);
        }
        assertThatThrownBy(() -> pullFromFolder(out.toByteArray())).hasMessageContaining("taken for a bomb");
        assertThat(left()).isEmpty();
    }

    private static byte[] compressed(byte[] content) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    @Test
    void pull_truncatedArchiveThatAgreesWithItsSum_isNamedDamaged() throws IOException {
        byte[] truncated = Arrays.copyOf(archive, archive.length - 100);
        assertThatThrownBy(() -> pullFromFolder(truncated))
                .isExactlyInstanceOf(DownloadException.class)
                .hasMessageContaining(ARCHIVE + " is damaged");
        assertThat(left()).isEmpty();
    }

    /** The JDK's zip reader does not compare checksums by itself. */
    @Test
    void pull_zipWithDamagedEntry_isNamedDamaged() throws IOException {
        Map<String, byte[]> good = Objects.requireNonNull(OfficialLayouts.all().get("tiny-imagenet"));
        byte[] zip = Objects.requireNonNull(good.get("tiny-imagenet-200.zip")).clone();
        String text = new String(zip, StandardCharsets.ISO_8859_1);
        zip[text.indexOf("entity")] ^= 1;
        Map<String, byte[]> damaged = Map.of("tiny-imagenet-200.zip", zip);
        Path mirror = below(home.resolve("mirror"), damaged);
        assertThatThrownBy(() -> pull(OfficialLayouts.entry("tiny-imagenet", damaged), mirror.toString()))
                .isExactlyInstanceOf(DownloadException.class)
                .hasMessageContaining("tiny-imagenet-200.zip is damaged")
                .hasMessageContaining("words.txt");
        assertThat(left()).isEmpty();
    }

    @Test
    void pull_entryTwice_isRefused() throws IOException {
        byte[] once = Archives.tar(Archives.images("x/a.bin"));
        byte[] twice = new byte[1024 + once.length];
        System.arraycopy(once, 0, twice, 0, 1024);
        System.arraycopy(once, 0, twice, 1024, once.length);
        assertThatThrownBy(() -> pullFromFolder(Archives.gzip(twice))).hasMessageContaining("is there twice");
    }

    @Test
    void pull_anotherLayout_saysWhatIsMissing() throws IOException {
        assertThatThrownBy(() -> pullFromFolder(Archives.gzip(Archives.tar(Archives.images("else/x.bin")))))
                .isInstanceOf(DatasetRefusedException.class)
                .hasMessageContaining("cifar-10-batches-bin")
                .hasMessageContaining("not in the layout of its authors");
        assertThat(left()).isEmpty();
    }

    @Test
    void pull_listThatLeadsOutside_isRefused() throws IOException {
        var files = new LinkedHashMap<>(Archives.images("dtd/images/banded/1.jpg"));
        for (String list : List.of("train1", "val1", "test1")) {
            files.put("dtd/labels/" + list + ".txt", Archives.text("banded/../../../../secret.jpg\n"));
        }
        Map<String, byte[]> hostile = Map.of("dtd-r1.0.1.tar.gz", Archives.gzip(Archives.tar(files)));
        Path mirror = below(home.resolve("mirror"), hostile);
        assertThatThrownBy(() -> pull(OfficialLayouts.entry("dtd", hostile), mirror.toString()))
                .isInstanceOf(DatasetRefusedException.class)
                .hasMessageContaining("a list of dtd is refused");
    }

    @Test
    void pull_otherNumbersThanTheCatalogueSays_areNoted() throws IOException {
        Map<String, byte[]> small = Objects.requireNonNull(OfficialLayouts.all().get("dtd"));
        Path mirror = below(home.resolve("mirror"), small);
        InstalledDataset dataset =
                pull(OfficialLayouts.entry("dtd", small), mirror.toString()).dataset();
        assertThat(dataset.notes())
                .contains(
                        "the split val has 1 images, and the catalogue says 1,880",
                        "the split val has 2 classes, and the catalogue says 47");
        Map<String, byte[]> folders =
                Objects.requireNonNull(OfficialLayouts.all().get("lsun-resize"));
        below(mirror, folders);
        assertThat(pull(OfficialLayouts.entry("lsun-resize", folders), mirror.toString())
                        .dataset()
                        .notes())
                .containsExactly("the split test has 1 images, and the catalogue says 10,000");
    }

    @Test
    void pull_fourAtOnce_fetchOnce() throws Exception {
        try (var threads = Executors.newFixedThreadPool(4)) {
            var tasks = Collections.<Callable<DatasetStore.Pulled>>nCopies(4, this::pull);
            int fresh = 0;
            for (var done : threads.invokeAll(tasks)) {
                fresh += done.get().wasHere() ? 0 : 1;
            }
            assertThat(fresh).isEqualTo(1);
        }
        assertThat(server.requests(ARCHIVE)).hasSize(1);
    }

    @Test
    @Timeout(60)
    void pull_whileAnotherIsAtTheSameSet_saysSoAndGoesOnAfterIt() throws Exception {
        Path locks = Files.createDirectories(home.resolve("data/.locks"));
        var listener = new WaitingListener();
        try (var threads = Executors.newSingleThreadExecutor()) {
            Future<DatasetStore.Pulled> waiting;
            try (ProcessLock held = ProcessLock.of(locks.resolve("cifar10.lock"), () -> {})) {
                Objects.requireNonNull(held);
                waiting = threads.submit(
                        () -> store(false, entry(server.endpoint())).pull("cifar10", Optional.empty(), listener));
                assertThat(listener.waits().await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(server.requests(ARCHIVE)).isEmpty();
            }
            assertThat(waiting.get().wasHere()).isFalse();
        }
    }

    @Test
    void pull_givenFolder_isRememberedAndNotTouched() throws IOException {
        DatasetEntry imagenet = DatasetCatalogue.ofStray().require("imagenet1k");
        assertThatThrownBy(() -> pull(imagenet, ""))
                .isInstanceOf(DatasetRefusedException.class)
                .hasMessageEndingWith("then 'stray data pull imagenet1k' from there")
                .hasFieldOrPropertyWithValue("remedy", Remedy.MIRROR);
        Path folder = Files.createDirectories(home.resolve("imagenet"));
        assertThatThrownBy(() -> pull(imagenet, folder.toString()))
                .hasMessageContaining("has none of the folders train, val");
        Files.createDirectories(folder.resolve("val/n01440764"));
        Files.write(folder.resolve("val/n01440764/a.JPEG"), new byte[] {1});
        InstalledDataset dataset = pull(imagenet, folder.toString()).dataset();
        assertThat(dataset.given()).isTrue();
        assertThat(dataset.notes())
                .containsExactly(
                        "there is no folder train, so no split train",
                        "the split val has 1 classes, and the catalogue says 1,000");
        assertThat(store(true).open("imagenet1k#val").content())
                .isEqualTo(new SplitContent.ImageFolder(folder.resolve("val"), "val/"));
        assertThatThrownBy(() -> store(true).open("imagenet1k#train")).isInstanceOf(DatasetRefusedException.class);
        store(true, imagenet).remove("imagenet1k");
        assertThat(folder.resolve("val/n01440764/a.JPEG")).exists();
        assertThat(store(true).find("imagenet1k")).isEmpty();
    }

    @Test
    void pull_givenFolderElsewhere_isNotIgnored() throws IOException {
        DatasetEntry imagenet = DatasetCatalogue.ofStray().require("imagenet1k");
        Path before = Files.createDirectories(home.resolve("before"));
        Path now = Files.createDirectories(home.resolve("now"));
        Files.createDirectories(before.resolve("val"));
        Files.createDirectories(now.resolve("val"));
        pull(imagenet, before.toString());
        assertThat(pull(imagenet, before.toString()).wasHere()).isTrue();
        assertThatThrownBy(() -> pull(imagenet, now.toString()))
                .isInstanceOf(DatasetRefusedException.class)
                .hasMessageContaining("is remembered in " + before)
                .hasMessageContaining("stray data remove imagenet1k");
    }

    @Test
    void pull_givenFolderInsideTheStore_isRefusedAndNeverRemoved() throws IOException {
        DatasetEntry imagenet = DatasetCatalogue.ofStray().require("imagenet1k");
        for (String name : List.of("imagenet", "imagenet1k")) {
            Path folder = home.resolve("data").resolve(name);
            Path image =
                    Files.createDirectories(folder.resolve("val/n01440764")).resolve("a.JPEG");
            Files.write(image, new byte[] {1});
            assertThatThrownBy(() -> pull(imagenet, folder.toString()))
                    .isInstanceOf(DatasetRefusedException.class)
                    .hasMessageContaining("elsewhere");
            assertThatThrownBy(() -> store(true, imagenet).remove(name))
                    .isInstanceOf(DatasetRefusedException.class)
                    .hasMessageContaining("Stray did not make it");
            assertThat(image).exists();
        }
        assertThat(store(true, imagenet).list().broken())
                .extractingByKey("imagenet")
                .asString()
                .contains("Stray did not make it");
    }

    @Test
    void pull_folderInTheWay_isRefusedBeforeAnythingIsFetched() throws IOException {
        Path mine = Files.createDirectories(home.resolve("data/cifar10")).resolve("mine.txt");
        Files.writeString(mine, "mine");
        assertThatThrownBy(this::pull)
                .isInstanceOf(DatasetRefusedException.class)
                .hasMessageContaining("is in the way");
        assertThat(server.requests()).isEmpty();
        assertThat(mine).exists();
    }

    /** Nothing tells an error page from the archive where no checksum is known: it must not be found again by the next try. */
    @Test
    void pull_withoutKnownChecksum_fetchesAnewWhatWasNoArchive() throws IOException {
        DatasetEntry unknown = withoutSums(entry(server.endpoint()));
        server.next("/" + ARCHIVE, LocalHub.text(200, "<html>quota exceeded</html>"));
        assertThatThrownBy(() -> pull(unknown, ""))
                .isExactlyInstanceOf(DownloadException.class)
                .hasMessageContaining("or no gzip archive");
        assertThat(left()).noneMatch(name -> name.endsWith(".gz"));
        assertThat(pull(unknown, "").wasHere()).isFalse();
    }

    @Test
    void pull_otherServerWithAnotherTag_goesOnWhereADigestIsKnown() throws IOException {
        LocalHub.Reply broken = LocalHub.breakingOffAfter(40_000);
        server.next("/" + ARCHIVE, broken, broken, broken, broken, broken, broken, broken, broken);
        other.next("/" + ARCHIVE, LocalHub.tagged("\"v2\""));
        pull(entry(server.endpoint(), other.endpoint()), "");
        assertThat(ranges(other)).hasSize(1);
        assertWentOn(ranges(other).getFirst(), 40_000);
        // With the first server's tag as condition it would have sent all.
        assertThat(other.requests(ARCHIVE).getFirst().header("If-Range")).isEqualTo("null");
    }

    /** A sign-in page of a network answers for every server. */
    @Test
    void pull_answerOfAnotherLength_leavesThePart() throws IOException {
        LocalHub.Reply page = LocalHub.text(200, "<html>sign in</html>");
        server.next("/" + ARCHIVE, LocalHub.breakingOffAfter(50_000), page, page);
        assertThatThrownBy(this::pull)
                .isExactlyInstanceOf(DownloadException.class)
                .hasMessageContaining("the server has 20 bytes");
        server.forget();
        pull();
        assertThat(ranges(server)).hasSize(1);
        assertWentOn(ranges(server).getFirst(), 50_000);
    }

    /** As after a kill between two archives. */
    @Test
    void pull_archiveFetchedBefore_isRecordedWithItsAddress() throws IOException {
        Map<String, byte[]> files = Objects.requireNonNull(OfficialLayouts.all().get("svhn"));
        files.forEach((name, content) -> server.with("/" + name, content));
        server.without("/test_32x32.mat");
        DatasetEntry svhn = OfficialLayouts.entry("svhn", files, server.endpoint());
        assertThatThrownBy(() -> pull(svhn, "")).isInstanceOf(DownloadRefusedException.class);
        server.with("/test_32x32.mat", Objects.requireNonNull(files.get("test_32x32.mat")));
        assertThat(pull(svhn, "").dataset().archives().stream().map(PulledArchive::source))
                .containsExactly(server.endpoint() + "/train_32x32.mat", server.endpoint() + "/test_32x32.mat");
        assertThat(server.requests("train_32x32.mat")).hasSize(1);
    }

    /** A file where the folder of locks belongs stands for a disk that cannot be written to. */
    @Test
    void pull_storeThatCannotBeWritten_stillFindsWhatIsThere() throws IOException {
        pull();
        Path locks = home.resolve("data/.locks");
        Files.delete(locks.resolve("cifar10.lock"));
        Files.delete(locks);
        Files.createFile(locks);
        assertThat(pull().wasHere()).isTrue();
        assertThatThrownBy(() -> store(true, entry()).remove("cifar10"))
                .isInstanceOf(DownloadUnavailableException.class)
                .hasMessageContaining("cannot be written to");
        assertThat(store(true).find("cifar10")).isPresent();
    }

    @Test
    void pull_killedAfterTheLastMove_cleansUpNextTime() throws IOException {
        pull();
        Path downloads = Files.createDirectories(home.resolve("data/.downloads/cifar10"));
        Files.write(downloads.resolve(ARCHIVE), archive);
        assertThat(pull().wasHere()).isTrue();
        assertThat(left()).hasSize(7).allMatch(name -> name.startsWith("cifar10/"));
    }

    @Test
    void remove_whatAKilledProcessUnpacked_isDeleted() throws IOException {
        Path dead = Files.createDirectories(home.resolve("data/.pulling-cifar10-123/half"));
        Files.write(dead.resolve("x.bin"), new byte[10]);
        Path others = Files.createDirectories(home.resolve("data/.pulling-cifar10-x-123"));
        store(true, entry()).remove("cifar10");
        assertThat(left()).isEmpty();
        assertThat(others).exists();
        assertThatThrownBy(() -> store(true, entry()).remove("cifar10")).isInstanceOf(DatasetRefusedException.class);
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void dataset_movedToAnotherDiskBehindALink_isCompleteAndOutlivesRemove() throws IOException {
        Path folder = pull().dataset().folder();
        Path disk = home.resolve("disk");
        Files.move(folder, disk);
        Files.createSymbolicLink(folder, disk);
        assertThat(pull().wasHere()).isTrue();
        store(true).remove("cifar10");
        assertThat(disk.resolve("dataset.json")).exists();
        assertThat(Files.exists(folder, LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void pull_homeBehindALink_works() throws IOException {
        Path real = Files.createDirectories(home.resolve("real"));
        Path link = Files.createSymbolicLink(home.resolve("link"), real);
        var linked = new DatasetStore(
                new DatasetSettings(link, false),
                new DatasetCatalogue(List.of(entry(server.endpoint()))),
                new Timing(Duration.ofSeconds(20), Duration.ofMillis(700), pauses::add));
        assertThat(linked.pull("cifar10", Optional.empty(), DownloadListener.silent())
                        .wasHere())
                .isFalse();
        assertThat(real.resolve("data/cifar10/dataset.json")).exists();
        linked.remove("cifar10");
        assertThat(real.resolve("data/cifar10")).doesNotExist();
    }

    @Test
    void pull_whatNoProgramCanFetch_saysHow() {
        DatasetEntry imagenet30 = DatasetCatalogue.ofStray().require("imagenet30");
        assertThatThrownBy(() -> pull(imagenet30, ""))
                .isInstanceOf(DatasetRefusedException.class)
                .hasMessageContaining("one_class_train.tar of imagenet30 cannot be fetched by a program")
                .hasFieldOrPropertyWithValue("remedy", Remedy.MIRROR);
    }

    @Test
    void record_damaged_isListedAsBroken() throws IOException {
        Path folder = pull().dataset().folder();
        Files.writeString(folder.resolve("dataset.json"), "{\"name\": ");
        DatasetListing listing = store(true, entry()).list();
        assertThat(listing.installed()).isEmpty();
        assertThat(listing.broken()).containsOnlyKeys("cifar10");
        assertThatThrownBy(this::pull).hasMessageContaining("stray data remove cifar10");
        store(true, entry()).remove("cifar10");
        assertThat(pull().wasHere()).isFalse();
    }

    @Test
    void remove_whatIsNotHere_isRefused() {
        assertThatThrownBy(() -> store(true, entry()).remove("cifar10")).isInstanceOf(DatasetRefusedException.class);
        assertThatThrownBy(() -> store(true, entry()).open("cifar01#test"))
                .isInstanceOf(DatasetRefusedException.class)
                .hasMessageContaining("no dataset 'cifar01' is here or known; did you mean 'cifar10'?");
        assertThatThrownBy(() -> store(true, entry()).remove("../x")).isInstanceOf(DatasetRefusedException.class);
        assertThatThrownBy(() -> store(true, entry()).remove(".locks")).isInstanceOf(DatasetRefusedException.class);
        assertThatThrownBy(() -> store(true, entry()).remove("")).isInstanceOf(DatasetRefusedException.class);
    }

    @Test
    void catalogue_shipped_roundTripsAndIsComplete() {
        List<DatasetEntry> entries = DatasetCatalogue.ofStray().entries();
        assertThat(entries.stream().map(DatasetEntry::name))
                .doesNotHaveDuplicates()
                .contains(
                        "cifar10",
                        "cifar100",
                        "svhn",
                        "svhn-extra",
                        "tiny-imagenet",
                        "lsun-resize",
                        "places365",
                        "dtd",
                        "flowers102",
                        "cub200",
                        "stanford-dogs",
                        "food101",
                        "pets",
                        "imagenet30",
                        "imagenet1k",
                        "inaturalist-ood",
                        "sun-ood",
                        "places-ood",
                        "ninco",
                        "imagenet-o");
        for (DatasetEntry entry : entries) {
            assertThat(EntryJson.read(JsonNode.parse(
                            JsonWriter.string(EntryJson.write(entry)), "entry", IllegalArgumentException::new)))
                    .isEqualTo(entry);
            assertThat(entry.licence()).isNotBlank();
            assertThat(entry.citation()).isNotBlank();
            assertThat(URI.create(entry.homepage()).getHost()).isNotBlank();
            assertThat(entry.isDownloadable() || !entry.manual().isEmpty())
                    .as("how to get %s", entry.name())
                    .isTrue();
            if (!entry.names().isEmpty()) {
                assertThat(OptionalInt.of(entry.names().size())).isEqualTo(entry.classes());
            }
        }
    }
}
