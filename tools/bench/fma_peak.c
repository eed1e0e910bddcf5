// SPDX-License-Identifier: Apache-2.0
// The float32 peak of an AVX2 processor: ten independent chains of fused multiply-adds in registers, a thread a processor.
// gcc -O2 -mavx2 -mfma -pthread tools/bench/fma_peak.c -o fma_peak && ./fma_peak
#include <immintrin.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define STEPS 200000000L
#define CHAINS 10
#define MOST_THREADS 256

static void *chains(void *result) {
    __m256 x = _mm256_set1_ps(0.999f), y = _mm256_set1_ps(0.001f);
    __m256 a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y;
    for (long step = 0; step < STEPS; step++) {
        // The ten sums are equal, and a compiler that saw it would compute one of them.
        __asm__ volatile("" : "+x"(a), "+x"(b), "+x"(c), "+x"(d), "+x"(e), "+x"(f), "+x"(g), "+x"(h), "+x"(i), "+x"(j));
        a = _mm256_fmadd_ps(x, y, a);
        b = _mm256_fmadd_ps(x, y, b);
        c = _mm256_fmadd_ps(x, y, c);
        d = _mm256_fmadd_ps(x, y, d);
        e = _mm256_fmadd_ps(x, y, e);
        f = _mm256_fmadd_ps(x, y, f);
        g = _mm256_fmadd_ps(x, y, g);
        h = _mm256_fmadd_ps(x, y, h);
        i = _mm256_fmadd_ps(x, y, i);
        j = _mm256_fmadd_ps(x, y, j);
    }
    *(float *)result = (a + b + c + d + e + f + g + h + i + j)[0];
    return NULL;
}

int main(void) {
    long threads = sysconf(_SC_NPROCESSORS_ONLN);
    pthread_t workers[MOST_THREADS];
    float results[MOST_THREADS];
    struct timespec start, end;
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
    printf("FMA peak of a loop in C %.1f GFLOP/s on %ld threads\n", 2.0 * CHAINS * 8 * STEPS * (double)threads / seconds / 1e9, threads);
    return 0;
}
