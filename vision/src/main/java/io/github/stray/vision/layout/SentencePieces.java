// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.github.stray.provenance.InputFile;
import io.github.stray.vision.card.InvalidCardException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A unigram model of SentencePiece, as far as a {@code tokenizer.json} can say the same.
 *
 * @param pieces in the order of their ids
 * @param unknown id of the piece for what no other piece covers
 * @param characters the compiled table that normalises characters, in Base64; empty if it changes none
 */
record SentencePieces(List<Piece> pieces, int unknown, String characters) {
    private static final long UNIGRAM = 1;
    private static final long USER_DEFINED = 4;
    private static final long BYTE = 6;

    /**
     * A token.
     *
     * @param text the token
     * @param score logarithm of its probability
     */
    record Piece(String text, double score) {}

    /** A message of protobuf: numbers of fields to their values, {@link Long}, {@link Float} or {@link ByteString}. */
    private record Message(Map<Integer, List<Object>> fields) {
        static Message parse(ByteString bytes) throws IOException {
            var fields = new HashMap<Integer, List<Object>>();
            CodedInputStream in = bytes.newCodedInput();
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                Object value = switch (WireFormat.getTagWireType(tag)) {
                    case WireFormat.WIRETYPE_VARINT -> in.readRawVarint64();
                    case WireFormat.WIRETYPE_FIXED32 -> Float.intBitsToFloat(in.readRawLittleEndian32());
                    case WireFormat.WIRETYPE_LENGTH_DELIMITED -> in.readBytes();
                    default -> in.skipField(tag);
                };
                fields.computeIfAbsent(WireFormat.getTagFieldNumber(tag), field -> new ArrayList<>())
                        .add(value);
            }
            return new Message(fields);
        }

        /** The last value of a field, or what it is where it is left out. */
        <T> T last(int field, Class<T> type, T otherwise) throws InvalidProtocolBufferException {
            Object value = fields.getOrDefault(field, List.of(otherwise)).getLast();
            if (!type.isInstance(value)) {
                throw new InvalidProtocolBufferException("field %d is %s".formatted(field, value.getClass()));
            }
            return type.cast(value);
        }

        Message part(int field) throws IOException {
            return parse(last(field, ByteString.class, ByteString.EMPTY));
        }
    }

    /** Reads a model; one whose tokens no {@code tokenizer.json} gives for certain cannot be used. */
    static SentencePieces read(Path file) throws IOException {
        try {
            Message model = Message.parse(ByteString.copyFrom(InputFile.bytes(file)));
            if (!model.fields.keySet().containsAll(List.of(1, 2, 3))) {
                throw new InvalidProtocolBufferException("a part is missing");
            }
            Message trainer = model.part(2);
            Message normaliser = model.part(3);
            boolean plain = trainer.last(3, Long.class, UNIGRAM) == UNIGRAM
                    && trainer.last(24, Long.class, 0L) == 0
                    && normaliser.last(4, Long.class, 1L) == 1
                    && normaliser.last(5, Long.class, 1L) == 1;
            var pieces = new ArrayList<Piece>();
            for (Object bytes : model.fields.getOrDefault(1, List.of())) {
                Message piece = Message.parse((ByteString) bytes);
                long type = piece.last(3, Long.class, 1L);
                plain &= type != USER_DEFINED && type != BYTE;
                pieces.add(new Piece(
                        piece.last(1, ByteString.class, ByteString.EMPTY).toStringUtf8(),
                        piece.last(2, Float.class, 0f)));
            }
            int unknown = Math.toIntExact(trainer.last(40, Long.class, 0L));
            if (!plain || unknown >= pieces.size()) {
                throw new NoTextsException(
                        "%s is no plain unigram model, and no tokenizer.json is known that does the same"
                                .formatted(file));
            }
            String characters = Base64.getEncoder()
                    .encodeToString(normaliser
                            .last(2, ByteString.class, ByteString.EMPTY)
                            .toByteArray());
            return new SentencePieces(pieces, unknown, characters);
        } catch (InvalidProtocolBufferException | ClassCastException | ArithmeticException e) {
            throw new InvalidCardException(
                    "%s is damaged, truncated or no model of SentencePiece: %s".formatted(file, e.getMessage()));
        }
    }
}
