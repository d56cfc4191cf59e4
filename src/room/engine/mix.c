/*
 * The inner loop of the room's mixer (mixer.ts), compiled to WebAssembly with SIMD by tools/build-mix.mjs: about eight
 * times as fast as the same loop in JavaScript, and the only work that grows with the square of the players.
 */
#define EXPORT(name) __attribute__((export_name(#name)))

/* Delay panning reads from any sample on. */
typedef float Vector __attribute__((vector_size(16), aligned(4)));

enum { LANES = 4, VECTORS = 8 };

/* out[i] = sum of factor[n] * from[n][i], for `frame` samples, a multiple of 32. The sums stay in registers. */
EXPORT(sum) void sum(float *out, const float *const *from, const float *factor, int count, int frame) {
  for (int start = 0; start < frame; start += LANES * VECTORS) {
    Vector sums[VECTORS] = {0};
    for (int n = 0; n < count; n++) {
      const Vector *source = (const Vector *)(from[n] + start);
      float gain = factor[n];
      for (int i = 0; i < VECTORS; i++) sums[i] += gain * source[i];
    }
    for (int i = 0; i < VECTORS; i++) ((Vector *)(out + start))[i] = sums[i];
  }
}
