// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.archive;

/**
 * What an archive may ask of who reads it. Beyond these limits an archive, or one of its images, is refused. They are far
 * above what archives of images are: ImageNet has 1,281,167 images, names of a few dozen bytes, and hardly shrinks.
 */
public final class ArchiveLimits {
    /** Largest image that is read, in bytes. */
    public static final long IMAGE_BYTES = 256L << 20;

    /** Bytes to which one entry may inflate, whatever it is compressed to. */
    public static final long UNSUSPICIOUS_ENTRY = 32L << 20;

    /** Bytes to which a whole archive may inflate, whatever its size. */
    public static final long UNSUSPICIOUS = 1L << 30;

    /** Times by which an entry or an archive may grow beyond that; images are compressed already, and grow by little. */
    public static final long RATIO = 200;

    /** Entries of an archive. */
    public static final int ENTRIES = 10_000_000;

    /** Entries without one image among them. */
    public static final int ENTRIES_WITHOUT_IMAGE = 1_000_000;

    /** Length of a name with its folders, as the systems in use take them. */
    public static final int NAME_BYTES = 4096;

    /** Bytes of an extended header of a tar archive. */
    public static final int EXTENDED_BYTES = 1 << 20;

    /** Extended headers of one entry of a tar archive: long name, long link, pax, and again. */
    public static final int EXTENDED_HEADERS = 8;

    private ArchiveLimits() {}
}
