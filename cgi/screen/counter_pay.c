/* counter_pay.c - the code that the person before the window scans, until it is paid (M9, M10).
 * Owns the page. Serves the counter. */
#include <ClearSilver.h>

#include "base/json.h"
#include "base/qr.h"
#include "charge/payment.h"
#include "cgi/screen/counter.h"

static NEOERR *own(struct request *req, struct payment_view *v)
{
	NEOERR *err;

	TRY(resource_reach(req, &payment_resource, route_id(req, "id"), false));
	TRY(payment_get(req->db, route_id(req, "id"), v));
out:
	return nerr_pass(err);
}

static const char *path_of(struct request *req, const struct payment_view *v)
{
	return arena_printf(&req->arena, "/admin/counter/payment/%lld", (long long)v->id);
}

/* "50.00 元, 送 1.00 元" or the number of the card. */
static NEOERR *put_plan(struct request *req, const struct payment_view *v)
{
	json_t *plan = NULL;
	int64_t gift;
	NEOERR *err = STATUS_OK;

	if (*v->plan)
		TRY(json_read(v->plan, strlen(v->plan), sizeof(v->plan), &plan));
	gift = json_i64(plan, "gift", 0);
	if (gift)
		TRY(hdf_put(req->hdf, screen_money(req, gift), "Pay.gift"));
	TRY(hdf_put(req->hdf, json_text(plan, "token_no", ""), "Pay.card"));
out:
	json_decref(plan);
	return nerr_pass(err);
}

NEOERR *counter_payment_show(struct request *req)
{
	struct payment_view v;
	struct person p;
	NEOERR *err;

	TRY(own(req, &v));
	TRY(counter_person_of(req, v.member_id, &p));
	TRY(counter_put_person(req, &p, 0));
	TRY(hdf_put(req->hdf, v.no, "Pay.no"));
	TRY(hdf_put(req->hdf, screen_money(req, v.amount), "Pay.amount"));
	TRY(hdf_put(req->hdf, choice_name(&payment_state_choices, v.state), "Pay.state"));
	TRY(hdf_put(req->hdf, choice_name(&payment_purpose_choices, v.purpose), "Pay.purpose"));
	TRY(hdf_put(req->hdf, v.problem, "Pay.problem"));
	TRY(hdf_put(req->hdf, path_of(req, &v), "Pay.path"));
	TRY(put_plan(req, &v));
	if (v.state == PAYMENT_WAITING)
		TRY(hdf_put(req->hdf, arena_printf(&req->arena, "%s/qr.svg", path_of(req, &v)), "Pay.qr"));
	if (v.state == PAYMENT_WAITING || v.state == PAYMENT_CREATED)
		TRY(hdf_put(req->hdf, "2", "Page.refresh"));
	TRY(screen_page(req, "counter", "counter.pay", "", "screen/counter_pay.cs"));
out:
	return nerr_pass(err);
}

NEOERR *counter_payment_qr(struct request *req)
{
	struct payment_view v;
	char *svg = NULL;
	NEOERR *err;

	TRY(own(req, &v));
	if (v.state != PAYMENT_WAITING || !*v.code)
		return nerr_raise(ERR_NOT_FOUND, "nothing to scan");
	TRY(qr_svg_dup(v.code, &svg));
	response_bytes(req, "image/svg+xml", svg, strlen(svg));
out:
	free(svg);
	return nerr_pass(err);
}

/* The channel is asked now; one that does not answer leaves things as they are. */
NEOERR *counter_payment_ask(struct request *req)
{
	struct payment_view v;
	NEOERR *err, *asked;

	TRY(own(req, &v));
	asked = v.state == PAYMENT_CREATED ? payment_ask(req->db, v.id, req->ip, NULL)
									   : payment_check(req->db, v.id);
	if (asked != STATUS_OK)
		error_log("payment_check", asked);
	response_redirect(req, path_of(req, &v));
out:
	return nerr_pass(err);
}
