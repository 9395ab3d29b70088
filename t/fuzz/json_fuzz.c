/* json_fuzz.c - json_read: what it takes can be written and read again to the same text.
 * Owns nothing.
 * Serves lib/base/json. */
#include "fuzz.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *value, *again, *quoted;
	char *text, *second;
	struct buf out;
	NEOERR *err = json_read((const char *)data, size, 1 << 20, &value);

	PROMISE((err == STATUS_OK) == (value != NULL));
	if (err != STATUS_OK) {
		PROMISE(error_is(err, ERR_INVALID));
		PROMISE(text_is_utf8(error_desc(err), strlen(error_desc(err))));
		error_drop(err);
	} else {
		text = json_write_dup(value);
		PROMISE(json_read(text, strlen(text), 8 << 20, &again) == STATUS_OK);
		second = json_write_dup(again);
		PROMISE(strcmp(text, second) == 0);
		json_decref(value);
		json_decref(again);
		free(text);
		free(second);
	}
	buf_init(&out, 0);
	text = strndup((const char *)data, size);
	json_quote(&out, text);
	quoted = json_loadb(out.data, out.len, JSON_DECODE_ANY, NULL);
	PROMISE(json_is_string(quoted));
	json_decref(quoted);
	free(text);
	buf_clear(&out);
	return 0;
}
