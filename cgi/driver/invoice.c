/* invoice.c - /d/invoice: orders that can be invoiced, the request for it, and what became of the
 * last ones (F8, F10, U8).
 * Owns nothing; a driver sees the own orders and invoices alone.
 * Serves driver.c. */
#include <ClearSilver.h>

#include "cgi/driver/driver.h"
#include "cgi/render.h"
#include "cgi/response.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/invoice.h"

SQL(driver_invoices,
	"SELECT id, no, title, amount, state, applied_at, issued_at, problem FROM invoice WHERE"
	" member_id = ? ORDER BY id DESC LIMIT 20");
SQL(driver_invoice_own,
	"SELECT COUNT(*) FROM invoice WHERE id = ? AND member_id = ? AND issued_at IS NOT NULL");
/* What was typed for the last one is offered again. */
SQL(driver_invoice_last,
	"SELECT title, tax_no, email FROM invoice WHERE member_id = ? ORDER BY id DESC LIMIT 1");

struct picked { int64_t id[INVOICE_ORDERS + 1]; int n; };
struct listing { struct request *req; const struct picked *picked; int n; };

static bool has(const struct picked *p, int64_t id)
{
	for (int i = 0; i < p->n; i++)
		if (p->id[i] == id)
			return true;
	return false;
}

static NEOERR *on_order(const struct invoice_order *o, void *ctx)
{
	struct listing *l = ctx;
	struct request *req = l->req;
	char when[CLOCK_TEXT];
	HDF *node;
	NEOERR *err;

	TRY(hdf_get_node(req->hdf, arena_printf(&req->arena, "Orders.%d", l->n++), &node));
	TRY(hdf_put(node, arena_printf(&req->arena, "%lld", (long long)o->session_id), "id"));
	TRY(hdf_put(node, o->station, "station"));
	TRY(hdf_put(node, clock_format(o->ended_at, when), "at"));
	TRY(hdf_put(node, say_energy(req, o->energy), "energy"));
	TRY(hdf_put(node, say_money(req, o->share.energy + o->share.service), "amount"));
	if (has(l->picked, o->session_id))
		TRY(hdf_put(node, "1", "picked"));
out:
	return nerr_pass(err);
}

static NEOERR *on_invoice(const struct row *r, void *ctx)
{
	struct listing *l = ctx;
	struct request *req = l->req;
	char when[CLOCK_TEXT];
	int i = l->n++;
	NEOERR *err;

	TRY(hdf_put(req->hdf, row_str(r, 1), "Invoices.%d", i));
	TRY(hdf_put(req->hdf, row_str(r, 2), "Invoices.%d.title", i));
	TRY(hdf_put(req->hdf, say_money(req, row_money(r, 3)), "Invoices.%d.amount", i));
	TRY(put_choice(req, &invoice_state_choices, choice_value(&invoice_state_choices, row_str(r, 4)),
		arena_printf(&req->arena, "Invoices.%d.state", i)));
	TRY(hdf_put(req->hdf, clock_format(row_time(r, 5), when), "Invoices.%d.at", i));
	if (row_time(r, 6))
		TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/d/invoice/%s/pdf", row_str(r, 0)),
			"Invoices.%d.pdf", i));
out:
	return nerr_pass(err);
}

static NEOERR *on_last(const struct row *r, void *ctx)
{
	static const char *const names[] = { "title", "tax_no", "email" };
	struct request *req = ctx;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < 3; i++)
		TRY(hdf_put(req->hdf, request_param_or(req, names[i], row_str(r, i)), "Form.%s", names[i]));
out:
	return nerr_pass(err);
}

static NEOERR *put_form(struct request *req, const struct invoice_setting *set)
{
	bool found = false;
	NEOERR *err;

	TRY(db_find(req->db, &driver_invoice_last, ARGS(I64(req->who.member_id)), on_last, req,
		&found));
	if (!found) {
		TRY(hdf_put(req->hdf, request_param_or(req, "title", ""), "Form.title"));
		TRY(hdf_put(req->hdf, request_param_or(req, "tax_no", ""), "Form.tax_no"));
		TRY(hdf_put(req->hdf, request_param_or(req, "email", ""), "Form.email"));
	}
	if (set->electronic)
		TRY(hdf_put(req->hdf, "1", "Form.electronic"));
	if (set->paper)
		TRY(hdf_put(req->hdf, "1", "Form.paper"));
	if (text_eq(request_param_or(req, "medium", ""), "paper") || !set->electronic)
		TRY(hdf_put(req->hdf, "1", "Form.on_paper"));
	TRY(hdf_put(req->hdf, set->text, "Form.text"));
out:
	return nerr_pass(err);
}

static NEOERR *page(struct request *req, const struct picked *picked, const char *problem)
{
	struct listing orders = { req, picked, 0 }, invoices = { req, picked, 0 };
	struct invoice_setting set;
	NEOERR *err;

	TRY(invoice_setting(req->db, &set));
	if (set.on)
		TRY(hdf_put(req->hdf, "1", "On"));
	TRY(invoice_orders(req->db, req->who.member_id, on_order, &orders));
	TRY(db_query(req->db, &driver_invoices, ARGS(I64(req->who.member_id)), on_invoice, &invoices));
	TRY(put_form(req, &set));
	if (problem) {
		TRY(hdf_put(req->hdf, problem, "Problem"));
		req->status = 422;
	}
	TRY(hdf_put(req->hdf, text_get(req, "driver.invoice_title"), "Page.title"));
	TRY(render_page(req, "driver/invoice.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *pick(const char *value, void *ctx)
{
	struct picked *p = ctx;
	int64_t id;

	if (text_i64(value, &id) && p->n <= INVOICE_ORDERS && !has(p, id))
		p->id[p->n++] = id;
	return STATUS_OK;
}

static NEOERR *invoice_show(struct request *req)
{
	struct picked picked = { .n = 0 };
	NEOERR *err;

	TRY(request_each(req, "order", pick, &picked));
	TRY(page(req, &picked, NULL));
out:
	return nerr_pass(err);
}

/* Blanks and small letters of a number that was copied from somewhere are no reason to refuse. */
static const char *tidy_tax_no(struct request *req)
{
	char *s = text_trim(arena_strdup(&req->arena, request_param_or(req, "tax_no", "")));

	for (char *c = s; *c; c++)
		*c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
	return s;
}

static NEOERR *invoice_new(struct request *req)
{
	struct picked picked = { .n = 0 };
	struct invoice_wish w = { .member_id = req->who.member_id,
		.paper = text_eq(request_param_or(req, "medium", ""), "paper"),
		.title = text_trim(arena_strdup(&req->arena, request_param_or(req, "title", ""))),
		.tax_no = tidy_tax_no(req),
		.email = text_trim(arena_strdup(&req->arena, request_param_or(req, "email", ""))) };
	enum invoice_refusal refusal;
	int made;
	NEOERR *err;

	TRY(request_each(req, "order", pick, &picked));
	w.session = picked.id;
	w.sessions = picked.n;
	TRY(invoice_ask(req->db, &w, &made, &refusal));
	if (refusal != INVOICE_FINE)
		return nerr_pass(page(req, &picked,
			text_get(req, arena_printf(&req->arena, "invoice.refused.%s",
							  invoice_refusal_name(refusal)))));
	response_redirect_saying(req, "/d/invoice", "driver.invoice_asked", "");
out:
	return nerr_pass(err);
}

static NEOERR *invoice_file(struct request *req)
{
	int64_t id = route_id(req, "id"), own = 0;
	struct buf pdf;
	NEOERR *err;

	buf_init(&pdf, 0);
	TRY(db_i64(req->db, &driver_invoice_own, ARGS(I64(id), I64(req->who.member_id)), &own));
	if (!own) {
		err = nerr_raise(ERR_NOT_FOUND, "no issued invoice %lld of this driver", (long long)id);
		goto out;
	}
	TRY(invoice_pdf(req->db, id, &pdf));
	response_header(req, "Content-Disposition", "inline; filename=\"invoice.pdf\"");
	response_bytes(req, "application/pdf", pdf.data, pdf.len);
out:
	buf_clear(&pdf);
	return nerr_pass(err);
}

const struct route invoice_routes[] = {
	{ METHOD_GET, "/d/invoice", invoice_show, NULL, 0 },
	{ METHOD_POST, "/d/invoice", invoice_new, NULL, 0 },
	{ METHOD_GET, "/d/invoice/:id/pdf", invoice_file, NULL, 0 },
	{ .pattern = NULL },
};
