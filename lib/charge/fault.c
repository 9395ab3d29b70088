/* fault.c - fault codes of piles' screens, read bit by bit (D16).
 * Owns nothing but the table. Serves fault.h. */
#include "charge/fault.h"

#include "base/text.h"

#define CODE_DIGITS 5

static const struct { const char *name; int lamp; } faults[FAULTS] = {
#define X(id, name, lamp) { name, lamp },
#include "charge/tbl/fault.h"
#undef X
};

const char *fault_name(enum fault f) { return faults[f].name; }
int fault_lamp(enum fault f) { return faults[f].lamp; }

bool fault_read(const char *code, unsigned *bits)
{
	int64_t v;

	if (strspn(code, "0123456789") != strlen(code) || strlen(code) > CODE_DIGITS
		|| !text_i64(code, &v) || v >= INT64_C(1) << FAULTS)
		return false;
	*bits = (unsigned)v;
	return true;
}
