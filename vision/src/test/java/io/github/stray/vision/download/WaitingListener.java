// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.download;

import java.util.concurrent.CountDownLatch;

/** Lets a test go on once a download waits for others. */
public final class WaitingListener implements DownloadListener {
    private final CountDownLatch waits = new CountDownLatch(1);

    /** Opens when the download waits. */
    public CountDownLatch waits() {
        return waits;
    }

    @Override
    public void waiting() {
        waits.countDown();
    }
}
