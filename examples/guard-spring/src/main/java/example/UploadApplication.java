// SPDX-License-Identifier: Apache-2.0
package example;

import io.github.stray.vision.Guard;
import java.io.IOException;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** An upload service that takes images of one kind only. */
@SpringBootApplication
public class UploadApplication {
    public static void main(String[] arguments) {
        SpringApplication.run(UploadApplication.class, arguments);
    }

    /** One guard for all requests; Spring closes it, which waits for the checks at work. */
    @Bean(destroyMethod = "close")
    Guard guard(@Value("${guard}") Path detector) throws IOException {
        return Guard.open(detector);
    }
}
