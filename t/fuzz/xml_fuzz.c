/* xml_fuzz.c - xml_flat: what it takes is texts only, and written again as XML it is the same.
 * Owns nothing.
 * Serves lib/base/xml. */
#include "fuzz.h"

#include "base/buf.h"
#include "base/text.h"
#include "base/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *value, *again, *text;
	struct buf out;
	const char *key;
	NEOERR *err = xml_flat((const char *)data, size, 1 << 16, &value);

	PROMISE((err == STATUS_OK) == (value != NULL));
	if (err != STATUS_OK) {
		PROMISE(error_is(err, ERR_INVALID));
		PROMISE(text_is_utf8(error_desc(err), strlen(error_desc(err))));
		error_drop(err);
		return 0;
	}
	PROMISE(json_object_size(value) <= 100);
	buf_init(&out, 0);
	buf_puts(&out, "<r>");
	json_object_foreach(value, key, text) {
		buf_printf(&out, "<%s>", key);
		xml_escape(&out, json_string_value(text));
		buf_printf(&out, "</%s>", key);
	}
	buf_puts(&out, "</r>");
	PROMISE(xml_flat(buf_str(&out), out.len, 8 << 20, &again) == STATUS_OK);
	PROMISE(json_object_size(again) == json_object_size(value));
	json_decref(value);
	json_decref(again);
	buf_clear(&out);
	return 0;
}
