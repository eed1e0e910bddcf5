// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.preprocess.ResizeRule;
import io.github.stray.vision.preprocess.ResizeRule.Exact;
import io.github.stray.vision.preprocess.ResizeRule.Shortest;
import java.util.Optional;

/** How image processors bring images to a size. */
enum ProcessorRule {
    /** To {@code size}, then {@code crop_size}. */
    PLAIN {
        @Override
        ResizeRule resize(ProcessorSettings settings) throws InvalidCardException {
            return settings.size();
        }
    },
    /** The same, but for {@code use_square_size} of KOSMOS-2: both sides to {@code shortest_edge}, or to {@code square_size}. */
    CLIP {
        @Override
        ResizeRule resize(ProcessorSettings settings) throws InvalidCardException {
            if (!settings.on("use_square_size")) {
                return settings.size();
            }
            if (settings.at("square_size").isPresent()) {
                return settings.sides("square_size");
            }
            if (settings.size() instanceof Shortest(int side, int _)) {
                return new Exact(side, side);
            }
            throw settings.at("size").refused("must be a number, or have shortest_edge");
        }
    },
    /** Sides below 384: the shorter one to {@code size / crop_pct}, then {@code size} is cropped. Others: both to {@code size}. */
    CONVNEXT {
        @Override
        ResizeRule resize(ProcessorSettings settings) throws InvalidCardException {
            int side = side(settings);
            return side < NOT_CROPPED ? new Shortest((int) (side / settings.share())) : new Exact(side, side);
        }

        @Override
        Optional<Exact> crop(ProcessorSettings settings) throws InvalidCardException {
            if (settings.on(CENTER_CROP)) {
                throw settings.at(CENTER_CROP).refused("would crop a second time, and is not supported");
            }
            return settings.on(RESIZE) && side(settings) < NOT_CROPPED
                    ? Optional.of(new Exact(side(settings), side(settings)))
                    : Optional.empty();
        }

        private static int side(ProcessorSettings settings) throws InvalidCardException {
            if (settings.size() instanceof Shortest(int side, int ignored)) {
                return side;
            }
            throw settings.at("size").refused("must be a number, or have shortest_edge");
        }
    },
    /** The shorter side to 256 for 224 of {@code size}, then {@code crop_size}. */
    LEVIT {
        @Override
        ResizeRule resize(ProcessorSettings settings) throws InvalidCardException {
            ResizeRule size = settings.size();
            return size instanceof Shortest(int side, int ignored) ? new Shortest((int) (256 / 224.0 * side)) : size;
        }
    },
    /** To {@code size / crop_pct}, proportions kept where both sides are the same, then {@code crop_size}. */
    POOLFORMER {
        @Override
        ResizeRule resize(ProcessorSettings settings) throws InvalidCardException {
            ResizeRule size = settings.size();
            if (!settings.at("crop_pct").isPresent()) {
                return size;
            }
            double share = settings.share();
            return switch (size) {
                case Shortest(int side, int ignored) -> new Shortest((int) (side / share));
                case Exact(int width, int height) when width == height -> new Shortest((int) (width / share));
                case Exact(int width, int height) -> new Exact((int) (width / share), (int) (height / share));
                default -> size;
            };
        }
    },
    /** To {@code size}, both sides made longer to the next multiple of {@code size_divisor}. */
    TEXTNET {
        @Override
        ResizeRule resize(ProcessorSettings settings) throws InvalidCardException {
            int divisor = settings.at("size_divisor").whole(1);
            ResizeRule size = settings.size();
            return switch (size) {
                case Shortest(int side, int ignored) -> new Shortest(side, divisor);
                case Exact(int width, int height) ->
                    new Exact(Math.ceilDiv(width, divisor) * divisor, Math.ceilDiv(height, divisor) * divisor);
                default -> size;
            };
        }
    };

    static final String RESIZE = "do_resize";
    static final String CENTER_CROP = "do_center_crop";
    private static final int NOT_CROPPED = 384;

    /** The resize, for settings that ask for one. */
    abstract ResizeRule resize(ProcessorSettings settings) throws InvalidCardException;

    /** The size of the crop, if there is one. */
    Optional<Exact> crop(ProcessorSettings settings) throws InvalidCardException {
        return settings.on(CENTER_CROP) ? Optional.of(settings.sides("crop_size")) : Optional.empty();
    }
}
