/* sheet_fuzz.c - xlsx_read on a sound container around any bytes as the sheet.
 * Owns nothing.
 * Serves lib/base/xlsx. */
#include "fuzz.h"

#include "t/unit/xlsx_zip.h"
#include "xlsx_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf file;

	buf_init(&file, 0);
	xlsx_wrap(&file, data, size, false);
	xlsx_check(file.data, file.len);
	buf_clear(&file);
	return 0;
}
