// SPDX-License-Identifier: Apache-2.0
// The float32 peak of an x86-64 processor: twelve independent chains of fused multiply-adds in registers, a thread a processor,
// in the widest vectors that the processor has (AVX-512, else AVX2; asked at run time); what is printed says which.
// gcc -O2 -pthread tools/bench/fma_peak.c -o fma_peak && ./fma_peak [256]     (256: AVX2 in any case)
#include <immintrin.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define STEPS 200000000L
#define CHAINS 12
#define MOST_THREADS 256

// The twelve sums are equal, and a compiler that saw it would compute one of them: hence the empty assembler.
#define DEFINE_CHAINS(name, isa, vector, set1, fmadd, constraint)                                                      \
    __attribute__((target(isa))) static void *name(void *result) {                                                     \
        vector x = set1(0.999f), y = set1(0.001f);                                                                     \
        vector a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;                     \
        for (long step = 0; step < STEPS; step++) {                                                                    \
            __asm__ volatile("" : constraint(a), constraint(b), constraint(c), constraint(d), constraint(e), constraint(f)); \
            __asm__ volatile("" : constraint(g), constraint(h), constraint(i), constraint(j), constraint(k), constraint(l)); \
            a = fmadd(x, y, a);                                                                                        \
            b = fmadd(x, y, b);                                                                                        \
            c = fmadd(x, y, c);                                                                                        \
            d = fmadd(x, y, d);                                                                                        \
            e = fmadd(x, y, e);                                                                                        \
            f = fmadd(x, y, f);                                                                                        \
            g = fmadd(x, y, g);                                                                                        \
            h = fmadd(x, y, h);                                                                                        \
            i = fmadd(x, y, i);                                                                                        \
            j = fmadd(x, y, j);                                                                                        \
            k = fmadd(x, y, k);                                                                                        \
            l = fmadd(x, y, l);                                                                                        \
        }                                                                                                              \
        *(float *)result = (a + b + c + d + e + f + g + h + i + j + k + l)[0];                                         \
        return NULL;                                                                                                   \
    }

DEFINE_CHAINS(chains_of_256, "avx2,fma", __m256, _mm256_set1_ps, _mm256_fmadd_ps, "+x")
DEFINE_CHAINS(chains_of_512, "avx512f", __m512, _mm512_set1_ps, _mm512_fmadd_ps, "+v")

int main(int argc, char **argv) {
    long threads = sysconf(_SC_NPROCESSORS_ONLN);
    pthread_t workers[MOST_THREADS];
    float results[MOST_THREADS];
    struct timespec start, end;
    int narrow = argc > 1 && atoi(argv[1]) == 256;
    int bits = !narrow && __builtin_cpu_supports("avx512f") ? 512 : 256;
    void *(*chains)(void *) = bits == 512 ? chains_of_512 : chains_of_256;
    if (bits == 256 && !(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))) {
        fprintf(stderr, "fma_peak: this processor has neither AVX-512 nor AVX2 with fused multiply-adds\n");
        return 1;
    }
    if (threads > MOST_THREADS) {
        threads = MOST_THREADS;
    }
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (long t = 0; t < threads; t++) {
        if (pthread_create(&workers[t], NULL, chains, &results[t]) != 0) {
            fprintf(stderr, "fma_peak: cannot start a thread\n");
            return 1;
        }
    }
    for (long t = 0; t < threads; t++) {
        pthread_join(workers[t], NULL);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
    printf("FMA peak of a loop in C %.1f GFLOP/s on %ld threads, vectors of %d bits\n",
           2.0 * CHAINS * (bits / 32) * STEPS * (double)threads / seconds / 1e9, threads, bits);
    return 0;
}
