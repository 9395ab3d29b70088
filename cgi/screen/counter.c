/* counter.c - the window where people are served, by keyboard alone: a new member, a card, another
 * for it, a recharge (M8-M11, H7).
 * Owns the pages. Serves a clerk with a queue before the window. */
#include <ClearSilver.h>

#include "base/crypt.h"
#include "charge/counter.h"
#include "charge/ledger.h"
#include "charge/payment.h"
#include "charge/sms_code.h"
#include "charge/token.h"
#include "cgi/login.h"
#include "cgi/resource/engine.h"
#include "cgi/screen/counter.h"
#include "db/audit.h"
#include "db/setting.h"

#define CODES 120                            /* SMS codes a clerk sends an hour */
#define CODE_WINDOW 3600

SQL(counter_member_by_phone, "SELECT id FROM member WHERE phone = ? AND deleted = 0");
SQL(counter_member_by_card,
	"SELECT member_id FROM card WHERE (physical_no = ? OR physical_no = ?) AND deleted = 0 LIMIT"
	" 1");
SQL(counter_member,
	"SELECT id, provider_id, COALESCE(NULLIF(name, ''), nickname), phone, status FROM member WHERE"
	" id = ?");
SQL(counter_station_provider, "SELECT provider_id FROM station WHERE id = ?");
SQL(counter_cards,
	"SELECT id, no, status FROM token WHERE member_id = ? AND deleted = 0 AND status <> 'returned'"
	" ORDER BY id DESC LIMIT 20");

/* ---- whom it is about ---- */

static NEOERR *take_person(const struct row *r, void *ctx)
{
	struct person *p = ctx;

	p->id = row_i64(r, 0);
	p->provider_id = row_i64(r, 1);
	text_copy(p->name, sizeof(p->name), row_str(r, 2));
	text_copy(p->phone, sizeof(p->phone), row_str(r, 3));
	text_copy(p->status, sizeof(p->status), row_str(r, 4));
	return STATUS_OK;
}

NEOERR *counter_person_of(struct request *req, int64_t id, struct person *p)
{
	NEOERR *err = STATUS_OK;

	memset(p, 0, sizeof(*p));
	if (id == 0)
		return STATUS_OK;
	err = resource_reach(req, &member_resource, id, false);
	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		return STATUS_OK;
	}
	TRY(err);
	TRY(db_get(req->db, &counter_member, ARGS(I64(id)), take_person, p));
out:
	return nerr_pass(err);
}

/* By phone, or by the number of a card; id 0: nobody here. */
static NEOERR *find(struct request *req, const char *who, struct person *p, int64_t *token_id)
{
	struct token t = { .id = 0 };
	int64_t id = 0;
	NEOERR *err = STATUS_OK;

	*token_id = 0;
	if (text_is_phone(who))
		TRY(db_i64(req->db, &counter_member_by_phone, ARGS(STR(who)), &id));
	if (!id && token_no_fits(who))
		TRY(token_find(req->db, who, &t));
	if (!id && !(id = t.member_id) && token_no_fits(who))
		TRY(db_i64(req->db, &counter_member_by_card, ARGS(STR(who), STR(who + strspn(who, "0"))),
			&id));
	TRY(counter_person_of(req, id, p));
	if (p->id && t.member_id == p->id)
		*token_id = t.id;
out:
	return nerr_pass(err);
}

struct listing { struct request *req; int n; int64_t chosen; };

static NEOERR *put_card(const struct row *r, void *ctx)
{
	struct listing *l = ctx;
	HDF *hdf = l->req->hdf;
	int i = l->n++;
	NEOERR *err;

	TRY(hdf_put(hdf, row_str(r, 1), "Person.card.%d", i));
	TRY(hdf_put(hdf, row_str(r, 0), "Person.card.%d.id", i));
	TRY(hdf_put(hdf, row_i64(r, 0) == l->chosen || (!l->chosen && i == 0) ? "1" : "",
		"Person.card.%d.chosen", i));
out:
	return nerr_pass(err);
}

NEOERR *counter_put_person(struct request *req, const struct person *p, int64_t token_id)
{
	const struct choice *status = choice_find(&member_status_choices, p->status);
	struct listing cards = { .req = req, .chosen = token_id };
	struct purse_balance b;
	char masked[sizeof(p->phone) + 4];
	NEOERR *err;

	if (!p->id)
		return STATUS_OK;
	TRY(purse_balance(req->db, (struct purse){ OWNER_MEMBER, p->id }, &b));
	TRY(hdf_put(req->hdf, screen_number(req, p->id), "Person.id"));
	TRY(hdf_put(req->hdf, p->name, "Person.name"));
	TRY(hdf_put(req->hdf, text_mask(p->phone, masked, sizeof(masked)), "Person.phone"));
	TRY(hdf_put(req->hdf,
		text_get(req, arena_printf(&req->arena, "choice.member_status.%s", p->status)),
		"Person.status"));
	TRY(hdf_put(req->hdf, status ? status->colour : "secondary", "Person.status.colour"));
	TRY(hdf_put(req->hdf, p->status, "Person.status.word"));
	TRY(hdf_put(req->hdf, screen_money(req, b.cash + b.cash_held), "Person.cash"));
	TRY(hdf_put(req->hdf, screen_money(req, b.gift + b.gift_held), "Person.gift"));
	TRY(hdf_put(req->hdf, screen_money(req, b.cash + b.cash_held + b.gift + b.gift_held),
		"Person.balance"));
	if (text_eq(p->status, "enabled") && perm_has(&req->who, "member", "freeze"))
		TRY(hdf_put(req->hdf, "freeze", "Person.act"));
	if (text_eq(p->status, "frozen") && perm_has(&req->who, "member", "thaw"))
		TRY(hdf_put(req->hdf, "thaw", "Person.act"));
	TRY(db_query(req->db, &counter_cards, ARGS(I64(p->id)), put_card, &cards));
out:
	return nerr_pass(err);
}

/* ---- the page ---- */

static NEOERR *put_tabs(struct request *req, const char *doing)
{
	static const char *const all[] = { "open", "card", "recharge", "replace" };
	NEOERR *err;

	for (int i = 0; i < (int)(sizeof(all) / sizeof(*all)); i++) {
		TRY(hdf_put(req->hdf,
			text_get(req, arena_printf(&req->arena, "counter.%s", all[i])), "Counter.tab.%d", i));
		TRY(hdf_put(req->hdf, arena_printf(&req->arena, "/admin/counter/%s", all[i]),
			"Counter.tab.%d.href", i));
		TRY(hdf_put(req->hdf, screen_number(req, i + 1), "Counter.tab.%d.key", i));
		TRY(hdf_put(req->hdf, text_eq(all[i], doing) ? "1" : "", "Counter.tab.%d.active", i));
	}
	TRY(hdf_put(req->hdf, doing, "Counter.do"));
out:
	return nerr_pass(err);
}

static NEOERR *page(struct request *req, const char *doing, const char *problem)
{
	char once[ONCE_CHARS + 1];
	NEOERR *err;

	TRY(put_tabs(req, doing));
	TRY(random_hex(once, ONCE_CHARS / 2));
	TRY(hdf_put(req->hdf, once, "Once"));
	if (problem) {
		TRY(hdf_put(req->hdf, problem, "Form.error"));
		req->status = 422;
	}
	TRY(screen_page(req, "counter", "menu.counter", "", "screen/counter.cs"));
out:
	return nerr_pass(err);
}

static const char *given(struct request *req, const char *name)
{
	return text_trim(arena_strdup(&req->arena, request_param_or(req, name, "")));
}

static NEOERR *asked_member(struct request *req, struct person *p)
{
	int64_t id = 0;

	if (!request_i64(req, "member", &id))
		id = 0;
	return nerr_pass(counter_person_of(req, id, p));
}

/* Whom the address asks for, put on the page; nobody: the sentence. */
static NEOERR *look_up(struct request *req, struct person *p, int64_t *token_id,
	const char **problem)
{
	const char *who = given(req, "who");
	NEOERR *err;

	*token_id = 0;
	TRY(hdf_put(req->hdf, who, "Ask.who"));
	if (*who)
		TRY(find(req, who, p, token_id));
	else
		TRY(asked_member(req, p));
	if (*who && !p->id)
		*problem = text_get(req, "counter.unknown");
	TRY(counter_put_person(req, p, *token_id));
out:
	return nerr_pass(err);
}

static const char *closed(struct request *req, const struct person *p)
{
	return text_eq(p->status, "enabled") ? NULL
		: text_get(req, text_eq(p->status, "frozen") ? "counter.frozen" : "counter.disabled");
}

/* ---- M10: recharge ---- */

static const char *offer_label(struct request *req, const struct counter_offer *o)
{
	const char *cash = screen_money(req, o->cash);

	return o->gift ? text_format(req, "counter.offer_gift", cash, screen_money(req, o->gift))
				   : text_format(req, "counter.offer", cash, NULL);
}

static NEOERR *put_offers(struct request *req)
{
	struct counter_offer offer[COUNTER_OFFERS];
	const char *asked = request_param_or(req, "offer", "");
	int n;
	NEOERR *err;

	TRY(counter_offers(req->db, offer, &n));
	for (int i = 0; i < n; i++) {
		TRY(hdf_put(req->hdf, offer_label(req, &offer[i]), "Offer.%d", i));
		TRY(hdf_put(req->hdf, offer[i].word, "Offer.%d.word", i));
		if (*asked ? text_eq(asked, offer[i].word) : i == 0)
			TRY(hdf_put(req->hdf, "1", "Offer.%d.chosen", i));
	}
out:
	return nerr_pass(err);
}

static NEOERR *recharge_page(struct request *req, const char *problem)
{
	struct person p;
	int64_t token_id;
	NEOERR *err;

	TRY(look_up(req, &p, &token_id, &problem));
	if (p.id && !problem)
		problem = closed(req, &p);
	if (p.id && !closed(req, &p))
		TRY(put_offers(req));
	TRY(page(req, "recharge", problem));
out:
	return nerr_pass(err);
}

NEOERR *counter_recharge_show(struct request *req)
{
	return nerr_pass(recharge_page(req, NULL));
}

static bool offered(const struct counter_offer *offer, int n, const char *word,
	struct counter_offer *out)
{
	for (int i = 0; i < n; i++)
		if (text_eq(offer[i].word, word)) {
			*out = offer[i];
			return true;
		}
	return false;
}

/* A payment order by QR code, and its page. NULL in *problem: done. */
static NEOERR *begin(struct request *req, const struct person *p, struct payment_wish *w,
	const char **problem)
{
	enum payment_refusal refusal;
	int64_t id;
	NEOERR *err;

	w->member_id = p->id;
	w->once = request_param(req, "once");
	w->ip = req->ip;
	w->by = req->who.user_id;
	w->operator= req->who.name;
	TRY(channel_for(req->db, p->provider_id, &w->channel_id));
	TRY(payment_begin(req->db, w, &id, &refusal));
	if (refusal != PAYMENT_FINE)
		*problem = text_get(req, refusal == PAYMENT_OFF ? "counter.no_channel" : "counter.amount");
	else
		response_redirect(req,
			arena_printf(&req->arena, "/admin/counter/payment/%lld", (long long)id));
out:
	return nerr_pass(err);
}

NEOERR *counter_recharge(struct request *req)
{
	struct payment_wish w = { .purpose = PURPOSE_RECHARGE };
	struct counter_offer offer[COUNTER_OFFERS], chosen;
	const char *problem = NULL;
	struct person p;
	int n;
	NEOERR *err;

	TRY(asked_member(req, &p));
	TRY(counter_offers(req->db, offer, &n));
	if (!p.id)
		problem = text_get(req, "counter.unknown");
	else if ((problem = closed(req, &p)) == NULL &&
		!offered(offer, n, request_param_or(req, "offer", ""), &chosen))
		problem = text_get(req, "counter.amount");
	if (!problem) {
		w.amount = chosen.cash;
		w.gift = chosen.gift;
		TRY(begin(req, &p, &w, &problem));
	}
	if (problem)
		TRY(recharge_page(req, problem));
out:
	return nerr_pass(err);
}

/* ---- M9: a card ---- */

static NEOERR *card_page(struct request *req, const char *problem)
{
	const char *card = given(req, "card");
	enum token_refusal refusal;
	struct person p;
	int64_t token_id, fee;
	NEOERR *err;

	TRY(setting_money(req->db, "card_fee", &fee));
	TRY(hdf_put(req->hdf, text_format(req, "counter.notice", screen_money(req, fee), NULL),
		"Counter.notice"));
	TRY(hdf_put(req->hdf, card, "Ask.card"));
	TRY(look_up(req, &p, &token_id, &problem));
	if (p.id && *card && !problem) {
		TRY(token_may_bind(req->db, card, p.provider_id, &refusal));
		if (refusal != TOKEN_FINE)
			problem = text_get(req, arena_printf(&req->arena, "token.refused.%s",
										token_refusal_name(refusal)));
		else if ((problem = closed(req, &p)) == NULL)
			TRY(hdf_put(req->hdf, screen_money(req, fee), "Counter.fee"));
	}
	TRY(page(req, "card", problem));
out:
	return nerr_pass(err);
}

NEOERR *counter_card_show(struct request *req)
{
	return nerr_pass(card_page(req, NULL));
}

struct binding { struct request *req; int64_t member_id, id; enum token_refusal refusal; };

static NEOERR *bind_tx(struct db *db, void *ctx)
{
	struct binding *b = ctx;
	const char *card = request_param_or(b->req, "card", "");
	NEOERR *err;

	TRY(token_bind(db, card, b->member_id, b->req->who.user_id, &b->id, &b->refusal));
	if (b->refusal == TOKEN_FINE)
		TRY(audit_add(db, &b->req->actor, "token", b->id, "bind", "no", NULL, card));
out:
	return nerr_pass(err);
}

/* Without a fee the card is his at once. */
static NEOERR *bind_free(struct request *req, const struct person *p, const char **problem)
{
	struct binding b = { .req = req, .member_id = p->id };
	NEOERR *err;

	TRY(db_tx(req->db, bind_tx, &b));
	if (b.refusal == TOKEN_FINE)
		response_redirect_saying(req, "/admin/counter/card", "counter.bound",
			request_param(req, "card"));
	else
		*problem = text_get(req,
			arena_printf(&req->arena, "token.refused.%s", token_refusal_name(b.refusal)));
out:
	return nerr_pass(err);
}

NEOERR *counter_card(struct request *req)
{
	struct payment_wish w = { .purpose = PURPOSE_CARD_FEE,
		.token_no = request_param_or(req, "card", "") };
	enum token_refusal refusal = TOKEN_FINE;
	const char *problem = NULL;
	struct person p;
	NEOERR *err;

	TRY(asked_member(req, &p));
	TRY(setting_money(req->db, "card_fee", &w.amount));
	if (p.id)
		TRY(token_may_bind(req->db, w.token_no, p.provider_id, &refusal));
	if (!p.id)
		problem = text_get(req, "counter.unknown");
	else if (refusal != TOKEN_FINE)
		problem = text_get(req,
			arena_printf(&req->arena, "token.refused.%s", token_refusal_name(refusal)));
	else if ((problem = closed(req, &p)) == NULL)
		TRY(w.amount > 0 ? begin(req, &p, &w, &problem) : bind_free(req, &p, &problem));
	if (problem)
		TRY(card_page(req, problem));
out:
	return nerr_pass(err);
}

/* ---- 换卡: no fee, the old card comes back ---- */

static NEOERR *replace_page(struct request *req, const char *problem)
{
	struct person p;
	int64_t token_id;
	NEOERR *err;

	TRY(look_up(req, &p, &token_id, &problem));
	if (p.id && !problem && !hdf_get_obj(req->hdf, "Person.card.0"))
		problem = text_get(req, "counter.no_card");
	TRY(page(req, "replace", problem));
out:
	return nerr_pass(err);
}

NEOERR *counter_replace_show(struct request *req)
{
	return nerr_pass(replace_page(req, NULL));
}

NEOERR *counter_replace(struct request *req)
{
	const char *no = given(req, "card");
	enum token_refusal refusal = TOKEN_OLD;
	int64_t old = 0, id = 0;
	struct token t = { .id = 0 };
	NEOERR *err = STATUS_OK;

	if (request_i64(req, "token", &old) && old > 0) {
		TRY(resource_reach(req, &token_resource, old, false));
		TRY(token_get(req->db, old, &t));
		TRY(token_replace(req->db, old, no, req->who.user_id, &id, &refusal));
	}
	if (refusal != TOKEN_FINE) {
		TRY(replace_page(req, text_get(req, arena_printf(&req->arena, "token.refused.%s",
													token_refusal_name(refusal)))));
		goto out;
	}
	TRY(audit_add(req->db, &req->actor, "token", id, "replace", "no", t.no, no));
	response_redirect_saying(req, "/admin/counter/replace", "counter.replaced", no);
out:
	return nerr_pass(err);
}

/* ---- M8: a new member ---- */

static NEOERR *put_owner(const struct row *r, void *ctx)
{
	struct listing *l = ctx;
	int i = l->n++;
	NEOERR *err;

	TRY(hdf_put(l->req->hdf, row_str(r, 1), "Owner.%d", i));
	TRY(hdf_put(l->req->hdf, row_str(r, 0), "Owner.%d.id", i));
	TRY(hdf_put(l->req->hdf, row_i64(r, 0) == l->chosen ? "1" : "", "Owner.%d.chosen", i));
out:
	return nerr_pass(err);
}

/* Whose the member becomes: the clerk's own provider; the platform's clerk says which; who sees
 * some stations only says at which. */
static const struct resource *owner_resource(const struct request *req)
{
	if (!req->who.provider_id)
		return &provider_resource;
	return req->who.property_id || req->who.by_stations ? &station_resource : NULL;
}

static NEOERR *put_owners(struct request *req)
{
	const struct resource *res = owner_resource(req);
	struct listing l = { .req = req };
	struct query q;
	NEOERR *err = STATUS_OK;

	if (!res)
		return STATUS_OK;
	if (!request_i64(req, "owner", &l.chosen))
		l.chosen = 0;
	query_init(&q, &req->arena);
	query_add(&q, "SELECT t.id, t.name");
	query_from(&q, res, true);
	query_where(&q, req, res, false);
	query_add(&q, " AND t.status = 'enabled' ORDER BY t.id LIMIT 200");
	err = query_run(req->db, &q, put_owner, &l);
	query_clear(&q);
	TRY(err);
	TRY(hdf_put(req->hdf, text_get(req, res->name), "Owner"));
out:
	return nerr_pass(err);
}

static NEOERR *open_page(struct request *req, bool code_sent, const char *problem)
{
	NEOERR *err;

	TRY(hdf_put(req->hdf, request_param_or(req, "phone", ""), "Ask.phone"));
	TRY(hdf_put(req->hdf, request_param_or(req, "name", ""), "Ask.name"));
	TRY(hdf_put(req->hdf, code_sent ? "1" : "", "Counter.code_sent"));
	TRY(put_owners(req));
	TRY(page(req, "open", problem));
out:
	return nerr_pass(err);
}

NEOERR *counter_open_show(struct request *req)
{
	return nerr_pass(open_page(req, false, NULL));
}

static NEOERR *owner_of(struct request *req, struct counter_person *p, const char **problem)
{
	const struct resource *res = owner_resource(req);
	int64_t owner = 0;
	NEOERR *err = STATUS_OK;

	p->provider_id = req->who.provider_id;
	if (!res)
		return STATUS_OK;
	if (!request_i64(req, "owner", &owner) || owner <= 0) {
		*problem = text_get(req, "counter.owner_needed");
		return STATUS_OK;
	}
	TRY(resource_reach(req, res, owner, false));
	if (res == &provider_resource)
		p->provider_id = owner;
	else {
		p->station_id = owner;
		TRY(db_i64(req->db, &counter_station_provider, ARGS(I64(owner)), &p->provider_id));
	}
out:
	return nerr_pass(err);
}

/* The code goes out once the phone is known to be new. */
static NEOERR *send_code(struct request *req, const char *phone)
{
	enum sms_refusal refusal;
	int wait;
	NEOERR *err;

	TRY(throttle_hit(req->db,
		arena_printf(&req->arena, "sms-counter:%lld", (long long)req->who.user_id), CODES,
		CODE_WINDOW, &wait));
	if (wait > 0)
		return nerr_pass(open_page(req, false, text_get(req, "sms.too_many")));
	TRY(sms_code_send(req->db, phone, &refusal));
	/* too soon: the last code is still good */
	TRY(open_page(req, refusal == SMS_OK || refusal == SMS_TOO_SOON,
		refusal == SMS_OK || refusal == SMS_TOO_SOON ? NULL
			: text_get(req, arena_printf(&req->arena, "sms.%s", sms_refusal_name(refusal)))));
out:
	return nerr_pass(err);
}

static NEOERR *open_now(struct request *req, const struct counter_person *p, const char *code)
{
	enum sms_refusal refusal;
	int64_t id;
	bool fresh;
	NEOERR *err;

	TRY(sms_code_check(req->db, p->phone, code, &refusal));
	if (refusal != SMS_OK)
		return nerr_pass(open_page(req, refusal == SMS_WRONG || refusal == SMS_TOO_MANY,
			text_get(req, arena_printf(&req->arena, "sms.%s", sms_refusal_name(refusal)))));
	TRY(counter_open(req->db, p, &id, &fresh));
	if (!fresh)
		return nerr_pass(open_page(req, false, text_get(req, "counter.phone_known")));
	TRY(audit_add(req->db, &req->actor, "member", id, "create", "name", NULL, p->name));
	response_redirect_saying(req,
		arena_printf(&req->arena, "/admin/counter/recharge?member=%lld", (long long)id),
		"counter.opened", p->name);
out:
	return nerr_pass(err);
}

NEOERR *counter_open_post(struct request *req)
{
	struct counter_person p = { .by = req->who.user_id };
	const char *problem = NULL, *code = given(req, "code");
	int64_t known = 0;
	NEOERR *err;

	p.phone = given(req, "phone");
	p.name = given(req, "name");
	TRY(owner_of(req, &p, &problem));
	TRY(db_i64(req->db, &counter_member_by_phone, ARGS(STR(p.phone)), &known));
	if (!text_is_phone(p.phone))
		problem = text_get(req, "error.phone");
	else if (known)
		problem = text_get(req, "counter.phone_known");
	else if (!*p.name || text_chars(p.name) > 40)
		problem = text_get(req, "counter.name_needed");
	if (problem)
		return nerr_pass(open_page(req, false, problem));
	TRY(*code ? open_now(req, &p, code) : send_code(req, p.phone));
out:
	return nerr_pass(err);
}
