/* xlsx_fuzz.c - xlsx_read on whole workbooks: the zip container and all parts.
 * Owns nothing.
 * Serves lib/base/xlsx. */
#include "fuzz.h"

#include "xlsx_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	xlsx_check(data, size);
	return 0;
}
