// SPDX-License-Identifier: Apache-2.0
import io.github.stray.vision.attack.AttackRecipe;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes the starts of an attack's perturbations, little-endian float32, for tools/attack_pytorch.py: SEED COUNT LENGTH. */
void main(String[] arguments) throws IOException {
    var recipe = new AttackRecipe(AttackRecipe.Method.ADAM, 1, 1e-3, 0, 1, Long.parseLong(arguments[0]));
    int length = Integer.parseInt(arguments[2]);
    try (OutputStream out = new BufferedOutputStream(System.out)) {
        for (int number = 0; number < Integer.parseInt(arguments[1]); number++) {
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(recipe.start(number, length));
            out.write(bytes.array());
        }
    }
}
