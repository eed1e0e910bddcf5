// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import static io.github.stray.vision.data.Archives.gzip;
import static io.github.stray.vision.data.Archives.images;
import static io.github.stray.vision.data.Archives.tar;
import static io.github.stray.vision.data.Archives.text;

import io.github.stray.vision.Goldens;
import io.github.stray.vision.download.ContentDigest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * Small archives in the layouts of the official ones, and the shipped catalogue with their sizes and sums instead of the
 * official ones: all else of an entry is what users have.
 */
public final class OfficialLayouts {
    private static final Map<String, Map<String, byte[]>> ALL = make();

    private OfficialLayouts() {}

    /** Archives by dataset and file name. */
    public static Map<String, Map<String, byte[]>> all() {
        return ALL;
    }

    private static Map<String, Map<String, byte[]>> make() {
        var all = new LinkedHashMap<String, Map<String, byte[]>>();
        all.put("cifar10", Map.of("cifar-10-binary.tar.gz", gzip(tar(cifar10()))));
        all.put("cifar100", Map.of("cifar-100-binary.tar.gz", gzip(tar(cifar100()))));
        all.put("svhn", Map.of("train_32x32.mat", mat("digits-compressed"), "test_32x32.mat", mat("digits-plain")));
        all.put("svhn-extra", Map.of("extra_32x32.mat", mat("digits-one")));
        all.put("dtd", Map.of("dtd-r1.0.1.tar.gz", gzip(tar(dtd()))));
        all.put("tiny-imagenet", Map.of("tiny-imagenet-200.zip", Archives.zip(tinyImageNet())));
        all.put(
                "flowers102",
                Map.of(
                        "102flowers.tgz",
                        gzip(tar(images(IntStream.rangeClosed(1, 8)
                                .mapToObj("jpg/image_%05d.jpg"::formatted)
                                .toArray(String[]::new)))),
                        "imagelabels.mat",
                        mat("flowers-labels"),
                        "setid.mat",
                        mat("flowers-sets")));
        all.put("cub200", Map.of("CUB_200_2011.tgz", gzip(tar(cub200()))));
        all.put(
                "stanford-dogs",
                Map.of(
                        "images.tar",
                        tar(images(
                                "Images/n02085620-Chihuahua/n02085620_1.jpg",
                                "Images/n02085620-Chihuahua/n02085620_2.jpg",
                                "Images/n02085782-Japanese_spaniel/n02085782_1.jpg",
                                "Images/n02085782-Japanese_spaniel/n02085782_2.jpg")),
                        "lists.tar",
                        tar(Map.of(
                                "file_list.mat", mat("dogs-file"),
                                "train_list.mat", mat("dogs-train"),
                                "test_list.mat", mat("dogs-test")))));
        all.put("food101", Map.of("food-101.tar.gz", gzip(tar(food101()))));
        all.put(
                "pets",
                Map.of("images.tar.gz", gzip(tar(petImages())), "annotations.tar.gz", gzip(tar(petAnnotations()))));
        all.put(
                "places365",
                Map.of(
                        "val_256.tar",
                        tar(images("val_256/Places365_val_00000001.jpg", "val_256/Places365_val_00000002.jpg"))));
        all.put(
                "lsun-resize",
                Map.of("LSUN_resize.tar.gz", gzip(tar(images("LSUN_resize/LSUN_resize/0.jpg", "LSUN_resize/x.txt")))));
        all.put(
                "imagenet30",
                Map.of(
                        "one_class_train.tar",
                        tar(images("one_class_train/acorn/a.JPEG", "one_class_train/airliner/b.JPEG")),
                        "one_class_test.tar",
                        tar(images("one_class_test/acorn/acorn/c.JPEG", "one_class_test/airliner/d.JPEG"))));
        all.put("inaturalist-ood", mos("iNaturalist"));
        all.put("sun-ood", mos("SUN"));
        all.put("places-ood", mos("Places"));
        all.put(
                "ninco",
                Map.of(
                        "NINCO_all.tar.gz",
                        gzip(tar(images(
                                "NINCO/NINCO_OOD_classes/amphiuma/1.jpg",
                                "NINCO/NINCO_OOD_classes/donuts/2.jpg",
                                "NINCO/NINCO_OOD_unit_tests/black/3.jpg")))));
        all.put(
                "imagenet-o",
                Map.of("imagenet-o.tar", tar(images("imagenet-o/n01443537/1.JPEG", "imagenet-o/README.txt"))));
        all.put(
                "openood",
                Map.of(
                        "benchmark_imglist.zip",
                        Archives.zip(Map.of(
                                "benchmark_imglist/cifar10/test_tin.txt",
                                text("tin/val/images/val_1.JPEG -1\n"),
                                "benchmark_imglist/cifar10/test_cifar10.txt",
                                text("cifar10/test/cat/0001.png 3\ncifar10/test/airplane/0002.png 0\n"),
                                "benchmark_imglist/cifar10/test_texture.txt",
                                text("texture/banded/banded_0004.jpg -1\n")))));
        return all;
    }

    private static Map<String, byte[]> mos(String name) {
        return Map.of(name + ".tar.gz", gzip(tar(images(name + "/images/1.jpg", name + "/images/2.jpg"))));
    }

    static byte[] mat(String golden) {
        return Base64.getDecoder()
                .decode(Goldens.read("mat/" + golden + ".json").getString("file"));
    }

    /** Records whose pixels are all their number, and whose label is it too. */
    private static byte[] records(int labelBytes, int... numbers) {
        byte[] records = new byte[numbers.length * (labelBytes + 3072)];
        int at = 0;
        for (int number : numbers) {
            for (int i = 0; i < labelBytes + 3072; i++) {
                records[at++] = (byte) number;
            }
        }
        return records;
    }

    private static Map<String, byte[]> cifar10() {
        var files = new LinkedHashMap<String, byte[]>();
        files.put("cifar-10-batches-bin/batches.meta.txt", text("airplane\n"));
        for (int i = 1; i <= 5; i++) {
            files.put("cifar-10-batches-bin/data_batch_" + i + ".bin", records(1, i, i + 1));
        }
        files.put("cifar-10-batches-bin/test_batch.bin", records(1, 9, 8, 7));
        return files;
    }

    private static Map<String, byte[]> cifar100() {
        var files = new LinkedHashMap<String, byte[]>();
        files.put("cifar-100-binary/train.bin", records(2, 99, 50));
        files.put("cifar-100-binary/test.bin", records(2, 1));
        return files;
    }

    private static Map<String, byte[]> dtd() {
        Map<String, byte[]> files = images(
                "dtd/images/banded/banded_0002.jpg",
                "dtd/images/banded/banded_0004.jpg",
                "dtd/images/zigzagged/zigzagged_0001.jpg",
                "dtd/images/zigzagged/zigzagged_0009.jpg");
        files.put("dtd/images/.directory", text("[Dolphin]"));
        files.put("dtd/labels/train1.txt", text("zigzagged/zigzagged_0001.jpg\nbanded/banded_0004.jpg\n"));
        files.put("dtd/labels/val1.txt", text("banded/banded_0002.jpg\n"));
        files.put("dtd/labels/test1.txt", text("zigzagged/zigzagged_0009.jpg\n"));
        files.put("dtd/labels/test2.txt", text("banded/banded_0002.jpg\n"));
        return files;
    }

    private static Map<String, byte[]> tinyImageNet() {
        Map<String, byte[]> files = images(
                "tiny-imagenet-200/train/n02124075/images/n02124075_0.JPEG",
                "tiny-imagenet-200/train/n02124075/images/n02124075_1.JPEG",
                "tiny-imagenet-200/train/n01443537/images/n01443537_0.JPEG",
                "tiny-imagenet-200/val/images/val_0.JPEG",
                "tiny-imagenet-200/val/images/val_1.JPEG",
                "tiny-imagenet-200/test/images/test_0.JPEG");
        files.put("tiny-imagenet-200/wnids.txt", text("n02124075\nn01443537\n"));
        files.put(
                "tiny-imagenet-200/words.txt",
                text("n00001740\tentity\nn01443537\tgoldfish, Carassius auratus\nn02124075\tEgyptian cat\n"));
        files.put(
                "tiny-imagenet-200/val/val_annotations.txt",
                text("val_0.JPEG\tn02124075\t0\t32\t44\t62\nval_1.JPEG\tn01443537\t52\t55\t57\t59\n"));
        files.put("tiny-imagenet-200/train/n02124075/n02124075_boxes.txt", text("n02124075_0.JPEG\t0\t10\t63\t58\n"));
        return files;
    }

    private static Map<String, byte[]> cub200() {
        Map<String, byte[]> files = images(
                "CUB_200_2011/images/001.Black_footed_Albatross/Black_Footed_Albatross_0046_18.jpg",
                "CUB_200_2011/images/001.Black_footed_Albatross/Black_Footed_Albatross_0009_34.jpg",
                "CUB_200_2011/images/002.Laysan_Albatross/Laysan_Albatross_0002_1027.jpg");
        files.put("CUB_200_2011/classes.txt", text("1 001.Black_footed_Albatross\n2 002.Laysan_Albatross\n"));
        files.put("CUB_200_2011/images.txt", text("""
                1 001.Black_footed_Albatross/Black_Footed_Albatross_0046_18.jpg
                2 001.Black_footed_Albatross/Black_Footed_Albatross_0009_34.jpg
                3 002.Laysan_Albatross/Laysan_Albatross_0002_1027.jpg
                """));
        files.put("CUB_200_2011/image_class_labels.txt", text("1 1\n2 1\n3 2\n"));
        files.put("CUB_200_2011/train_test_split.txt", text("1 0\n2 1\n3 1\n"));
        files.put("attributes.txt", text("1 has_bill_shape::curved\n"));
        return files;
    }

    private static Map<String, byte[]> food101() {
        Map<String, byte[]> files = images(
                "food-101/images/apple_pie/1005649.jpg",
                "food-101/images/apple_pie/1011328.jpg",
                "food-101/images/waffles/971843.jpg");
        files.put("food-101/meta/classes.txt", text("apple_pie\nwaffles\n"));
        files.put("food-101/meta/labels.txt", text("Apple pie\nWaffles\n"));
        files.put("food-101/meta/train.txt", text("apple_pie/1005649\nwaffles/971843\n"));
        files.put("food-101/meta/test.txt", text("apple_pie/1011328\n"));
        return files;
    }

    private static Map<String, byte[]> petImages() {
        Map<String, byte[]> files = images(
                "images/Abyssinian_1.jpg",
                "images/Abyssinian_2.jpg",
                "images/american_bulldog_100.jpg",
                "images/american_bulldog_101.jpg");
        files.put("images/Abyssinian_100.mat", text("x"));
        return files;
    }

    private static Map<String, byte[]> petAnnotations() {
        return Map.of(
                "annotations/trainval.txt", text("american_bulldog_100 2 2 1\n"),
                "annotations/test.txt", text("Abyssinian_1 1 1 1\n"),
                "annotations/list.txt", text("#Image CLASS-ID SPECIES BREED ID\nAbyssinian_1 1 1 1\n"));
    }

    /** Writes archives as a mirror has them, below the dataset's name or all in one folder. */
    public static Path mirror(Path folder, Map<String, byte[]> archives) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, byte[]> archive : archives.entrySet()) {
            Files.write(folder.resolve(archive.getKey()), archive.getValue());
        }
        return folder;
    }

    /** The shipped entry with the sizes and MD5 sums of these archives, at these addresses. */
    public static DatasetEntry entry(String name, Map<String, byte[]> archives, URI... bases) {
        DatasetEntry shipped = DatasetCatalogue.ofStray().require(name);
        var changed = new ArrayList<RemoteArchive>();
        for (RemoteArchive archive : shipped.archives()) {
            byte[] content = Objects.requireNonNull(archives.get(archive.file()));
            changed.add(new RemoteArchive(
                    archive.file(),
                    List.of(bases).stream()
                            .map(base -> base.resolve("/" + archive.file()))
                            .toList(),
                    OptionalLong.of(content.length),
                    Optional.of(new ContentDigest(ContentDigest.Kind.MD5, md5(content))),
                    "a test",
                    archive.into()));
        }
        return with(shipped, changed);
    }

    static DatasetEntry with(DatasetEntry shipped, List<RemoteArchive> archives) {
        return new DatasetEntry(
                shipped.name(),
                shipped.title(),
                shipped.homepage(),
                shipped.licence(),
                shipped.citation(),
                archives,
                shipped.layout(),
                shipped.splits(),
                shipped.classes(),
                shipped.classNames(),
                shipped.names(),
                shipped.manual(),
                shipped.note());
    }

    static String md5(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
