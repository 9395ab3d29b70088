/* fault.c - what a fault code on a pile's screen means, and what its lamp says (D16).
 * Owns the page. Serves whoever is called from beside a pile. */
#include "charge/fault.h"

#include "cgi/screen/screen.h"

static const char *lamp_words(struct request *req, int lamp)
{
	if (lamp == FAULT_LAMP_STEADY)
		return text_get(req, "fault.steady");
	if (lamp == FAULT_LAMP_SLOW)
		return text_get(req, "fault.slow");
	return text_format(req, "fault.flashes", screen_number(req, lamp), NULL);
}

static NEOERR *put_fault(struct request *req, enum fault f, unsigned bits)
{
	const char *word = arena_printf(&req->arena, "choice.fault.%s", fault_name(f));
	NEOERR *err;

	TRY(hdf_put(req->hdf, text_get(req, word), "Fault.%d", (int)f));
	TRY(hdf_put(req->hdf, screen_number(req, f), "Fault.%d.bit", (int)f));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "%04u", 1U << f), "Fault.%d.code", (int)f));
	TRY(hdf_put(req->hdf, lamp_words(req, fault_lamp(f)), "Fault.%d.lamp", (int)f));
	TRY(hdf_put(req->hdf, bits >> f & 1 ? "1" : "", "Fault.%d.set", (int)f));
out:
	return nerr_pass(err);
}

/* "输入过压 + 急停" */
static const char *meaning(struct request *req, unsigned bits)
{
	const char *out = "";

	for (int f = 0; f < FAULTS; f++)
		if (bits >> f & 1)
			out = arena_printf(&req->arena, "%s%s%s", out, *out ? " + " : "",
				text_get(req, arena_printf(&req->arena, "choice.fault.%s",
					fault_name((enum fault)f))));
	return *out ? out : text_get(req, "fault.none");
}

NEOERR *fault_show(struct request *req)
{
	const char *code = request_param_or(req, "code", "");
	unsigned bits = 0;
	NEOERR *err = STATUS_OK;

	TRY(hdf_put(req->hdf, code, "Ask.code"));
	if (*code && !fault_read(code, &bits)) {
		req->status = 422;
		TRY(hdf_put(req->hdf, text_get(req, "error.fault_code"), "Form.error"));
	} else if (*code) {
		TRY(hdf_put(req->hdf, meaning(req, bits), "Ask.meaning"));
	}
	for (int f = 0; f < FAULTS; f++)
		TRY(put_fault(req, (enum fault)f, bits));
	TRY(screen_page(req, "fault", "menu.fault", "", "screen/fault.cs"));
out:
	return nerr_pass(err);
}
