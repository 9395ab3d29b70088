/* fuzz.h - what a harness defines for the driver (or for libFuzzer).
 * Owns nothing.
 * Serves t/fuzz: a parser is called with bytes from anywhere and must neither crash nor break
 * its promises. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include "base/error.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise of the parser; the driver saves the input that broke it. */
#define PROMISE(cond) do { if (!(cond)) error_die("broken promise: " #cond); } while (0)

#endif
