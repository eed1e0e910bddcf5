// SPDX-License-Identifier: Apache-2.0
package example;

import io.github.stray.detect.Detection;
import io.github.stray.threshold.Verdict;
import io.github.stray.vision.Guard;
import io.github.stray.vision.RefusedImageException;
import java.io.IOException;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** {@code curl -F image=@photo.jpg localhost:8080/uploads}. */
@RestController
class UploadController {
    private final Guard guard;

    UploadController(Guard guard) {
        this.guard = guard;
    }

    record Answer(boolean accepted, double pValue, double score, double threshold, List<String> mostLike, String detector) {}

    @PostMapping("/uploads")
    Answer upload(@RequestParam MultipartFile image) throws IOException {
        Detection judged = guard.check("upload", image.getBytes(), 3);
        return new Answer(
                judged.verdict().orElseThrow() == Verdict.IN,
                judged.pValue().orElseThrow(),
                judged.score(),
                guard.threshold(),
                judged.neighbours().stream().map(neighbour -> neighbour.id()).toList(),
                guard.digest());
    }

    @ExceptionHandler
    ProblemDetail refused(RefusedImageException e) {
        HttpStatus status = switch (e.sample().kind()) {
            case NOT_AN_IMAGE -> HttpStatus.UNSUPPORTED_MEDIA_TYPE;
            case DAMAGED, UNREADABLE -> HttpStatus.UNPROCESSABLE_CONTENT;
            case TOO_LARGE -> HttpStatus.CONTENT_TOO_LARGE;
            case NO_MEMORY -> HttpStatus.SERVICE_UNAVAILABLE;
        };
        return ProblemDetail.forStatusAndDetail(status, e.sample().reason());
    }
}
