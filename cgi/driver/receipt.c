/* receipt.c - /d/receipt: the receipt of an own order, taken, shown, printed; and what a scanned
 * one says to anybody (F11, U7).
 * Owns nothing; a driver sees the own receipts alone. Serves driver.c. */
#include <ClearSilver.h>

#include "cgi/driver/driver.h"
#include "cgi/render.h"
#include "cgi/response.h"

#include "base/clock.h"
#include "base/qr.h"
#include "charge/receipt.h"

static const char *path_of(struct request *req, int64_t id)
{
	return arena_printf(&req->arena, "/d/receipt/%lld", (long long)id);
}

NEOERR *receipt_put(struct request *req, int64_t session_id)
{
	enum receipt_refusal refusal;
	char when[CLOCK_TEXT];
	int64_t id, until;
	NEOERR *err;

	TRY(receipt_of(req->db, session_id, &id));
	if (id)
		return nerr_pass(hdf_put(req->hdf, path_of(req, id), "Receipt.path"));
	TRY(receipt_may(req->db, session_id, &until, &refusal));
	if (refusal == RECEIPT_FINE)
		TRY(hdf_put(req->hdf, clock_format(until, when), "Receipt.until"));
out:
	return nerr_pass(err);
}

static NEOERR *receipt_new(struct request *req)
{
	int64_t session = route_id(req, "id"), id;
	enum receipt_refusal refusal;
	NEOERR *err;

	TRY(receipt_take(req->db, session, req->who.member_id, &id, &refusal));
	if (refusal == RECEIPT_FINE) {
		response_redirect(req, path_of(req, id));
		return STATUS_OK;
	}
	req->status = 422;
	TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "receipt.refused.%s",
		receipt_refusal_name(refusal))), "Problem"));
	TRY(session_shown(req));
out:
	return nerr_pass(err);
}

static NEOERR *own(struct request *req, struct receipt *r)
{
	NEOERR *err = receipt_get(req->db, route_id(req, "id"), r);

	if (err == STATUS_OK && r->member_id != req->who.member_id)
		err = nerr_raise(ERR_NOT_FOUND, "no receipt %lld of this driver", (long long)r->id);
	return nerr_pass(err);
}

static NEOERR *put_times(struct request *req, const struct receipt *r)
{
	char when[CLOCK_TEXT];
	NEOERR *err;

	TRY(hdf_put(req->hdf, clock_format(r->ended_at, when), "Receipt.ended"));
	TRY(hdf_put(req->hdf, clock_format(r->valid_until, when), "Receipt.valid"));
	TRY(hdf_put(req->hdf, clock_format(r->taken_at, when), "Receipt.taken"));
	TRY(hdf_put(req->hdf, clock_format(r->used_at, when), "Receipt.used"));
	TRY(hdf_put(req->hdf, clock_format(r->revoked_at, when), "Receipt.revoked"));
	TRY(hdf_put(req->hdf, r->reason, "Receipt.reason"));
	if (r->state == RECEIPT_TAKEN && clock_now() > r->valid_until)
		TRY(hdf_put(req->hdf, "1", "Receipt.over"));
out:
	return nerr_pass(err);
}

/* What stands on the paper, and what became of it since. */
static NEOERR *put_receipt(struct request *req, const struct receipt *r)
{
	NEOERR *err;

	TRY(hdf_put(req->hdf, path_of(req, r->id), "Receipt.path"));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/d/session/%lld", (long long)r->session_id),
		"Receipt.session"));
	TRY(hdf_put(req->hdf, r->no, "Receipt.no"));
	TRY(hdf_put(req->hdf, r->session_no, "Receipt.session_no"));
	TRY(hdf_put(req->hdf, r->station, "Receipt.station"));
	TRY(hdf_put(req->hdf, r->provider, "Receipt.provider"));
	TRY(hdf_put(req->hdf, say_energy(req, r->energy), "Receipt.energy"));
	TRY(hdf_put(req->hdf, say_money(req, r->energy_fee), "Receipt.energy_fee"));
	TRY(hdf_put(req->hdf, say_money(req, r->service_fee), "Receipt.service_fee"));
	TRY(hdf_put(req->hdf, say_money(req, r->amount), "Receipt.amount"));
	if (r->amount != r->energy_fee + r->service_fee)
		TRY(hdf_put(req->hdf, say_money(req, r->amount - r->energy_fee - r->service_fee),
			"Receipt.less"));
	if (r->paid_now != r->amount)
		TRY(hdf_put(req->hdf, say_money(req, r->paid_now), "Receipt.now"));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "%d", r->prints), "Receipt.prints"));
	TRY(put_choice(req, &receipt_state_choices, (int)r->state, "Receipt.state"));
	TRY(put_times(req, r));
out:
	return nerr_pass(err);
}

static NEOERR *receipt_show(struct request *req)
{
	struct receipt r;
	NEOERR *err;

	TRY(own(req, &r));
	TRY(put_receipt(req, &r));
	TRY(hdf_put(req->hdf, r.plate, "Receipt.plate"));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/d/receipt/check/%s", r.code),
		"Receipt.check"));
	TRY(hdf_put(req->hdf, text_get(req, "receipt.title"), "Page.title"));
	TRY(render_page(req, "driver/receipt.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *receipt_qr(struct request *req)
{
	struct receipt r;
	char link[400], *svg = NULL;
	NEOERR *err;

	TRY(own(req, &r));
	receipt_link(&r, link, sizeof link);
	TRY(qr_svg_dup(link, &svg));
	response_bytes(req, "image/svg+xml", svg, strlen(svg));
out:
	free(svg);
	return nerr_pass(err);
}

/* A POST, as each print is counted. */
static NEOERR *receipt_print(struct request *req)
{
	struct receipt r;
	struct buf pdf;
	NEOERR *err;

	buf_init(&pdf, 0);
	TRY(own(req, &r));
	TRY(receipt_pdf(req->db, r.id, false, &pdf));
	response_header(req, "Content-Disposition",
		arena_printf(&req->arena, "inline; filename=\"%s.pdf\"", r.no));
	response_bytes(req, "application/pdf", pdf.data, pdf.len);
out:
	buf_clear(&pdf);
	return nerr_pass(err);
}

static NEOERR *receipt_scanned(struct request *req)
{
	struct receipt r;
	bool genuine;
	NEOERR *err;

	TRY(receipt_check(req->db, route_part(req, "code"), &r, &genuine));
	if (genuine)
		TRY(put_receipt(req, &r));
	else
		req->status = 404;
	TRY(hdf_put(req->hdf, text_get(req, "receipt.check"), "Page.title"));
	TRY(render_page(req, "driver/receipt_check.cs"));
out:
	return nerr_pass(err);
}

const struct route receipt_routes[] = {
	{ METHOD_GET, "/d/receipt/check/:code", receipt_scanned, NULL, ROUTE_OPEN },
	{ METHOD_POST, "/d/session/:id/receipt", receipt_new, NULL, 0 },
	{ METHOD_GET, "/d/receipt/:id", receipt_show, NULL, 0 },
	{ METHOD_GET, "/d/receipt/:id/qr", receipt_qr, NULL, 0 },
	{ METHOD_POST, "/d/receipt/:id/pdf", receipt_print, NULL, 0 },
	{ .pattern = NULL },
};
