/* money.h - fixed point: money in 1/100 000 yuan, energy in 1/10 000 kWh, both int64 (law 3).
 * Owns parsing, formatting, rounding and checked arithmetic. Serves rating, ledger, protocols,
 * pages. */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include "base/error.h"

#define MONEY_SCALE  5                   /* decimals: SQL DECIMAL(18,5) */
#define MONEY_YUAN   INT64_C(100000)
#define MONEY_FEN    INT64_C(1000)
#define ENERGY_SCALE 4                   /* decimals: SQL DECIMAL(16,4) */
#define ENERGY_KWH   INT64_C(10000)
#define FIXED_TEXT   28                  /* bytes a formatted value may take, NUL included */

enum rounding { ROUND_HALF_UP, ROUND_CUT };   /* half away from zero; toward zero */

/* "-12.5" -> -1250000 at scale 5. Refuses anything but [-]digits[.digits], more decimals than scale
 * (unless they are zeros), and values outside int64. Surrounding blanks and one grouping style
 * ("1,234.50") are accepted. Returns false and leaves *out alone on bad input. */
bool fixed_parse(const char *s, int scale, int64_t *out);

/* Writes v with `decimals` decimals (half up if fewer than scale) into buf[FIXED_TEXT]; returns
 * buf. fixed_format(1250000, 5, 2, b) = "12.50". */
char *fixed_format(int64_t v, int scale, int decimals, char buf[FIXED_TEXT]);
/* The same with thousands separators: "1,234,567.00". */
char *fixed_group(int64_t v, int scale, int decimals, char buf[FIXED_TEXT + 8]);

/* As short as it is exact: "12.5", "30". */
char *fixed_plain(int64_t v, int scale, char buf[FIXED_TEXT]);

#define money_parse(s, out)   fixed_parse((s), MONEY_SCALE, (out))
#define energy_parse(s, out)  fixed_parse((s), ENERGY_SCALE, (out))
/* Exact text for SQL: all decimals. */
#define money_text(v, buf)    fixed_format((v), MONEY_SCALE, MONEY_SCALE, (buf))
#define energy_text(v, buf)   fixed_format((v), ENERGY_SCALE, ENERGY_SCALE, (buf))

/* a * b / c in 128 bits, rounded; false on overflow or c == 0. */
bool fixed_muldiv(int64_t a, int64_t b, int64_t c, enum rounding mode, int64_t *out);
/* v rounded to a multiple of unit (MONEY_FEN for fen). */
int64_t fixed_round(int64_t v, int64_t unit, enum rounding mode);
/* Sum with overflow check. */
bool fixed_add(int64_t a, int64_t b, int64_t *out);

/* Fee of energy at price (money per kWh): half up to 1/100 000 yuan. Overflow is ERR_INVALID. */
NEOERR *money_fee(int64_t energy, int64_t price, int64_t *out) CHECKED;

#endif
