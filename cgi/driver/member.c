/* member.c - /d/: log-in by phone and SMS code (U1), and the driver's own page: charges, cards,
 * wallet.
 * Owns the order of the checks at log-in.
 * Serves driver.c. */
#include <ClearSilver.h>

#include "cgi/driver/driver.h"
#include "cgi/language.h"
#include "cgi/login.h"
#include "cgi/render.h"
#include "cgi/response.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/text.h"
#include "charge/ledger.h"
#include "charge/member.h"
#include "charge/sms_code.h"

#define PAGE           20
#define ADDRESS_CODES  60                /* a phone network shares addresses */
#define ADDRESS_WINDOW 3600
#define RESEND_SECONDS 60

SQL(member_known, "SELECT id FROM member WHERE phone = ? AND deleted = 0");
SQL(member_sessions,
	"SELECT s.id, s.requested_at, s.state, s.energy, s.amount, st.name, p.name FROM session s"
	" JOIN station st ON st.id = s.station_id"
	" JOIN pile p ON p.id = s.pile_id WHERE s.member_id = ? AND s.id < ? ORDER BY s.id DESC LIMIT"
	" ?");
SQL(member_cards,
	"SELECT c.id, c.no, c.kind, c.status, c.expires_at, COALESCE(s.name, ''), COALESCE(a.balance,"
	" 0), COALESCE(g.balance, 0)"
	" FROM card c LEFT JOIN station s ON s.id = c.station_id"
	" LEFT JOIN account a ON a.owner_kind = 'card' AND a.owner_id = c.id AND a.kind = 'cash'"
	" LEFT JOIN account g ON g.owner_kind = 'card' AND g.owner_id = c.id AND g.kind = 'gift'"
	" WHERE c.member_id = ? AND c.deleted = 0 AND c.status <> 'returned' ORDER BY c.id DESC LIMIT"
	" 50");

static const char *next_of(const struct request *req)
{
	const char *next = request_param_or(req, "next", "");

	return url_is_local(next) && (text_starts(next, "/c/") || text_starts(next, "/d/")) ? next
		: "/d/";
}

/* step "code": the code was sent and is asked for. */
static NEOERR *ask(struct request *req, bool code_sent, const char *problem)
{
	NEOERR *err;

	TRY(hdf_put(req->hdf, next_of(req), "Login.next"));
	TRY(hdf_put(req->hdf, request_param_or(req, "phone", ""), "Login.phone"));
	TRY(hdf_put(req->hdf, code_sent ? "1" : "", "Login.code_sent"));
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "%d", RESEND_SECONDS), "Login.wait"));
	if (conf.developer_pages)
		TRY(hdf_put(req->hdf, "1", "Login.sandbox"));
	TRY(hdf_put(req->hdf, text_get(req, "driver.login_title"), "Page.title"));
	if (problem) {
		TRY(hdf_put(req->hdf, text_get(req, problem), "Problem"));
		req->status = 422;
	}
	TRY(render_page(req, "driver/login.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *login_show(struct request *req)
{
	if (req->who.member_id) {
		response_redirect(req, next_of(req));
		return STATUS_OK;
	}
	return nerr_pass(ask(req, false, NULL));
}

static const char *sms_text(struct request *req, enum sms_refusal refusal)
{
	return arena_printf(&req->arena, "sms.%s", sms_refusal_name(refusal));
}

static NEOERR *send_code(struct request *req)
{
	const char *phone = request_param_or(req, "phone", "");
	enum sms_refusal refusal;
	int wait;
	NEOERR *err;

	TRY(throttle_hit(req->db, arena_printf(&req->arena, "sms-ip:%s", req->ip), ADDRESS_CODES,
		ADDRESS_WINDOW, &wait));
	if (wait > 0)
		return nerr_pass(ask(req, false, "sms.too_many"));
	TRY(sms_code_send(req->db, phone, &refusal));
	if (refusal == SMS_TOO_SOON)                 /* the last code is still good: it is asked for */
		return nerr_pass(ask(req, true, sms_text(req, refusal)));
	TRY(ask(req, refusal == SMS_OK, refusal == SMS_OK ? NULL : sms_text(req, refusal)));
out:
	return nerr_pass(err);
}

/* A new driver becomes a member of the provider whose connector was scanned; without one there
 * is nobody to belong to. */
static NEOERR *member_of_phone(struct request *req, const char *phone, int64_t *member_id)
{
	const char *next = next_of(req);
	struct place p;
	bool fresh;
	NEOERR *err;

	TRY(db_i64(req->db, &member_known, ARGS(STR(phone)), member_id));
	if (*member_id || !text_starts(next, "/c/"))
		return STATUS_OK;
	err = place_get(req, next + 3, &p);
	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		return STATUS_OK;
	}
	if (!err)
		err = member_login(req->db, phone, p.provider_id, member_id, &fresh);
out:
	return nerr_pass(err);
}

static NEOERR *login_post(struct request *req)
{
	const char *phone = request_param_or(req, "phone", ""), *code = request_param(req, "code");
	enum sms_refusal refusal;
	int64_t member_id = 0;
	NEOERR *err;

	if (!code)
		return nerr_pass(send_code(req));
	TRY(sms_code_check(req->db, phone, text_trim(arena_strdup(&req->arena, code)), &refusal));
	if (refusal != SMS_OK)
		return nerr_pass(
			ask(req, refusal == SMS_WRONG || refusal == SMS_TOO_MANY, sms_text(req, refusal)));
	TRY(member_of_phone(req, phone, &member_id));
	if (!member_id)
		return nerr_pass(ask(req, false, "driver.login_scan_first"));
	req->actor.name = arena_printf(&req->arena, "%.3s****%s", phone, phone + 7);
	TRY(login_begin_member(req, member_id));
	response_redirect(req, next_of(req));
out:
	return nerr_pass(err);
}

static NEOERR *logout(struct request *req)
{
	NEOERR *err = login_end(req);

	response_redirect(req, "/c/");
	return nerr_pass(err);
}

struct listing { struct request *req; int n; int64_t last; };

static NEOERR *on_session(const struct row *r, void *ctx)
{
	struct listing *l = ctx;
	struct request *req = l->req;
	int state = choice_value(&session_state_choices, row_str(r, 2)), i = l->n++;
	char when[CLOCK_TEXT];
	NEOERR *err;

	l->last = row_i64(r, 0);
	TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/d/session/%lld", (long long)l->last),
		"Sessions.%d", i));
	TRY(hdf_put(req->hdf, clock_format(row_time(r, 1), when), "Sessions.%d.at", i));
	TRY(hdf_put(req->hdf, say_energy(req, row_energy(r, 3)), "Sessions.%d.energy", i));
	TRY(hdf_put(req->hdf, say_money(req, row_money(r, 4)), "Sessions.%d.amount", i));
	TRY(hdf_put(req->hdf, row_str(r, 5), "Sessions.%d.station", i));
	TRY(hdf_put(req->hdf, row_str(r, 6), "Sessions.%d.pile", i));
	TRY(put_choice(req, &session_state_choices, state,
		arena_printf(&req->arena, "Sessions.%d.state", i)));
out:
	return nerr_pass(err);
}

static NEOERR *on_my_card(const struct row *r, void *ctx)
{
	struct listing *l = ctx;
	struct request *req = l->req;
	int64_t expires = row_time(r, 4);
	char day[CLOCK_TEXT];
	int i = l->n++;
	NEOERR *err;

	TRY(hdf_put(req->hdf, row_str(r, 1), "Cards.%d", i));
	TRY(put_choice(req, &card_kind_choices, choice_value(&card_kind_choices, row_str(r, 2)),
		arena_printf(&req->arena, "Cards.%d.kind", i)));
	TRY(put_choice(req, &card_status_choices, choice_value(&card_status_choices, row_str(r, 3)),
		arena_printf(&req->arena, "Cards.%d.status", i)));
	if (expires)
		TRY(hdf_put(req->hdf, clock_format_day(expires, day), "Cards.%d.expires", i));
	TRY(hdf_put(req->hdf, row_str(r, 5), "Cards.%d.station", i));
	TRY(hdf_put(req->hdf, say_money(req, row_money(r, 6)), "Cards.%d.cash", i));
	TRY(hdf_put(req->hdf, say_money(req, row_money(r, 7)), "Cards.%d.gift", i));
out:
	return nerr_pass(err);
}

static NEOERR *put_wallet(struct request *req)
{
	struct purse_balance b;
	NEOERR *err;

	TRY(purse_balance(req->db, (struct purse){ OWNER_MEMBER, req->who.member_id }, &b));
	TRY(hdf_put(req->hdf, say_money(req, b.cash), "Wallet.cash"));
	TRY(hdf_put(req->hdf, say_money(req, b.gift), "Wallet.gift"));
	if (b.cash_held + b.gift_held)
		TRY(hdf_put(req->hdf, say_money(req, b.cash_held + b.gift_held), "Wallet.held"));
out:
	return nerr_pass(err);
}

static NEOERR *my_page(struct request *req)
{
	struct listing sessions = { .req = req }, cards = { .req = req };
	int64_t before;
	NEOERR *err;

	if (!request_i64(req, "before", &before) || before <= 0)
		before = INT64_MAX;
	TRY(db_query(req->db, &member_sessions, ARGS(I64(req->who.member_id), I64(before), I64(PAGE)),
		on_session, &sessions));
	if (sessions.n == PAGE)
		TRY(hdf_put(req->hdf,
			arena_printf(&req->arena, "/d/?before=%lld", (long long)sessions.last), "Older"));
	if (before != INT64_MAX)
		TRY(hdf_put(req->hdf, "1", "Later"));
	TRY(db_query(req->db, &member_cards, ARGS(I64(req->who.member_id)), on_my_card, &cards));
	TRY(put_wallet(req));
	TRY(fleets_mine_put(req));
	TRY(hdf_put(req->hdf, text_get(req, "driver.my_title"), "Page.title"));
	TRY(render_page(req, "driver/my.cs"));
out:
	return nerr_pass(err);
}

const struct route member_routes[] = {
	{ METHOD_GET, "/d/", my_page, NULL, 0 },
	{ METHOD_GET, "/d/login", login_show, NULL, ROUTE_OPEN },
	{ METHOD_POST, "/d/login", login_post, NULL, ROUTE_OPEN },
	{ METHOD_POST, "/d/logout", logout, NULL, 0 },
	{ METHOD_GET, "/d/lang", language_switch, NULL, ROUTE_OPEN },
	{ .pattern = NULL },
};
