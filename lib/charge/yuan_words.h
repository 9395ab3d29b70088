/* yuan_words.h - an amount in the capitals of Chinese finance: 壹佰贰拾叁元肆角伍分.
 * Owns nothing; pure. Serves invoices. */
#ifndef CHARGE_YUAN_WORDS_H
#define CHARGE_YUAN_WORDS_H

#include "base/error.h"

#define YUAN_WORDS 200
/* amount in 1e-5 yuan, 0 to below a trillion yuan, cut to fen; returns out. */
char *yuan_words(int64_t amount, char out[YUAN_WORDS]);

#endif
