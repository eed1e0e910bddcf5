// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.extract.FailedSample.Kind;
import io.github.stray.extract.ImageContent;
import io.github.stray.extract.SampleException;
import java.io.IOException;

/** An image that is listed but cannot be read, for a reason known beforehand. */
record FailedImage(Kind kind, String reason) implements ImageContent.Encoded {
    @Override
    public byte[] read() throws IOException {
        throw new SampleException(kind, reason);
    }
}
