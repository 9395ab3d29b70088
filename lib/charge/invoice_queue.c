/* invoice_queue.c - an invoice's way: waiting, at the tax service, issued, void or never.
 * Owns the states of table invoice. Serves invoice.h. */
#include "charge/invoice_internal.h"

#include "base/clock.h"
#include "base/mail.h"
#include "base/money.h"
#include "base/text.h"
#include "charge/delivery.h"


#define INVOICE_COLUMNS \
	"select id, provider_id, medium = 'paper', state, tries, coalesce(no, ''), title, tax_no, email," \
	" invoice_code, invoice_no, seller, energy, energy_amount, energy_rate, energy_tax," \
	" service_amount, service_rate, service_tax, amount, applied_at, issued_at from invoice where" \
	" id = ?"
SQL(invoice_select, INVOICE_COLUMNS);
SQL(invoice_lock, INVOICE_COLUMNS " for update");
SQL(invoice_write,
	"update invoice set state = ?, tries = ?, problem = ?, reason = if(? = '', reason, ?),"
	" updated_at = ?, updated_by = coalesce(?, updated_by), version = version + 1 where id = ?");
SQL(invoice_write_issued,
	"update invoice set invoice_code = ?, invoice_no = ?, issued_at = ? where id = ?");
SQL(invoice_write_email,
	"update invoice set email = ?, mailed_at = ?, updated_at = ?, updated_by = coalesce(?,"
	" updated_by), version = version + 1 where id = ?");
SQL(invoice_orders_issued,
	"update session s join invoice_session i on i.session_id = s.id set s.invoice_status ="
	" 'issued', s.updated_at = ? where i.invoice_id = ?");
SQL(invoice_orders_free,
	"update session s join invoice_session i on i.session_id = s.id set s.invoice_status = 'none',"
	" s.updated_at = ? where i.invoice_id = ? and i.released = 0");
SQL(invoice_orders_over, "update invoice_session set released = invoice_id where invoice_id = ?");
SQL(invoice_has_link,
	"select count(*) from tax_link where provider_id = ? and status = 'enabled' and deleted = 0");
SQL(invoice_session_bar,
	"update session set invoice_status = ?, updated_at = ?, version = version + 1 where id = ? and"
	" invoice_status = ?");

static const unsigned moves[] = {
	[INVOICE_PENDING] = 1 << INVOICE_ISSUING | 1 << INVOICE_ISSUED | 1 << INVOICE_CANCELLED,
	[INVOICE_ISSUING] = 1 << INVOICE_ISSUED | 1 << INVOICE_FAILED,
	[INVOICE_ISSUED] = 1 << INVOICE_VOIDING | 1 << INVOICE_VOID,
	[INVOICE_FAILED] = 1 << INVOICE_ISSUING | 1 << INVOICE_ISSUED | 1 << INVOICE_CANCELLED,
	[INVOICE_VOIDING] = 1 << INVOICE_VOID | 1 << INVOICE_ISSUED,
	[INVOICE_VOID] = 0,
	[INVOICE_CANCELLED] = 0,
};

bool invoice_may(enum invoice_state from, enum invoice_state to)
{
	return (int)from >= 0 && from <= INVOICE_CANCELLED && (moves[from] & 1u << to) != 0;
}

static int64_t rate_of(const struct row *r, int i)
{
	int64_t v = 0;

	return fixed_parse(row_str(r, i), 2, &v) ? v : 0;
}

static NEOERR *take_invoice(const struct row *r, void *ctx)
{
	struct invoice_row *v = ctx;

	*v = (struct invoice_row){ .id = row_i64(r, 0),
		.provider_id = row_i64(r, 1),
		.paper = row_i64(r, 2) != 0,
		.state = (enum invoice_state)choice_value(&invoice_state_choices, row_str(r, 3)),
		.tries = (int)row_i64(r, 4),
		.energy = row_energy(r, 12),
		.energy_amount = row_money(r, 13),
		.energy_rate = rate_of(r, 14),
		.energy_tax = row_money(r, 15),
		.service_amount = row_money(r, 16),
		.service_rate = rate_of(r, 17),
		.service_tax = row_money(r, 18),
		.amount = row_money(r, 19),
		.applied_at = row_time(r, 20),
		.issued_at = row_time(r, 21) };
	text_copy(v->no, sizeof v->no, row_str(r, 5));
	text_copy(v->title, sizeof v->title, row_str(r, 6));
	text_copy(v->tax_no, sizeof v->tax_no, row_str(r, 7));
	text_copy(v->email, sizeof v->email, row_str(r, 8));
	text_copy(v->code, sizeof v->code, row_str(r, 9));
	text_copy(v->number, sizeof v->number, row_str(r, 10));
	text_copy(v->seller, sizeof v->seller, row_str(r, 11));
	return STATUS_OK;
}

NEOERR *invoice_get(struct db *db, int64_t id, bool lock, struct invoice_row *out)
{
	return nerr_pass(
		db_get(db, lock ? &invoice_lock : &invoice_select, ARGS(I64(id)), take_invoice, out));
}

NEOERR *invoice_move(struct db *db, struct invoice_row *r, enum invoice_state to,
	const char *problem, const char *reason, const struct actor *who)
{
	NEOERR *err;

	if (!invoice_may(r->state, to))
		return nerr_raise(ERR_STALE, "invoice %s: no way from state %d to %d", r->no, r->state, to);
	r->tries += to == INVOICE_ISSUING;
	TRY(db_exec(db, &invoice_write,
		ARGS(STR(choice_name(&invoice_state_choices, to)), I64(r->tries), STR(problem), STR(reason),
			STR(reason), TIME(clock_now()), IDREF(who ? who->user_id : 0), I64(r->id)),
		NULL));
	r->state = to;
out:
	return nerr_pass(err);
}

NEOERR *invoice_release(struct db *db, int64_t id)
{
	NEOERR *err;

	TRY(db_exec(db, &invoice_orders_free, ARGS(TIME(clock_now()), I64(id)), NULL));
	TRY(db_exec(db, &invoice_orders_over, ARGS(I64(id)), NULL));
out:
	return nerr_pass(err);
}

/* One delivery a step: what is asked again after a failure is another serial. */
static NEOERR *to_tax_service(struct db *db, const struct invoice_row *r, const char *what)
{
	char id[24], key[60];

	snprintf(id, sizeof id, "%lld", (long long)r->id);
	snprintf(key, sizeof key, "tax:%lld:%s:%d", (long long)r->id, what, r->tries);
	return nerr_pass(delivery_add(db, "tax", r->no, what, id, key));
}

NEOERR *invoice_send(struct db *db, int64_t id, const struct actor *who,
	enum invoice_refusal *refusal)
{
	struct invoice_row r;
	int64_t link = 0;
	NEOERR *err;

	TRY(invoice_get(db, id, true, &r));
	TRY(db_i64(db, &invoice_has_link, ARGS(I64(r.provider_id)), &link));
	*refusal = !invoice_may(r.state, INVOICE_ISSUING) ? INVOICE_LATE
		: !link || r.paper ? INVOICE_NO_LINK
						   : INVOICE_FINE;
	if (*refusal != INVOICE_FINE)
		return STATUS_OK;
	TRY(invoice_move(db, &r, INVOICE_ISSUING, "", "", who));
	TRY(to_tax_service(db, &r, "issue"));
out:
	return nerr_pass(err);
}

NEOERR *invoice_follow(struct db *db, int64_t id, enum invoice_refusal *refusal)
{
	struct invoice_row r;
	char number[24];
	NEOERR *err;

	TRY(invoice_get(db, id, true, &r));
	*refusal =
		r.state == INVOICE_ISSUING || r.state == INVOICE_VOIDING ? INVOICE_FINE : INVOICE_LATE;
	if (*refusal != INVOICE_FINE)
		return STATUS_OK;
	snprintf(number, sizeof number, "%lld", (long long)id);
	TRY(delivery_add(db, "tax", r.no, "follow", number, NULL));
out:
	return nerr_pass(err);
}

static NEOERR *send_pdf(struct db *db, const struct invoice_row *r, const char *key)
{
	char subject[200], text[1200], attachment[40], amount[FIXED_TEXT];

	snprintf(subject, sizeof subject, "您的充电发票 %s / Your charging invoice", r->no);
	snprintf(text, sizeof text,
		"您好：\n\n抬头“%.300s”的充电发票已开具，金额 %s 元，发票号码 %s，见附件。\n\nThe invoice for your charges (%s"
		" yuan, no. %s) is attached.\n",
		r->title, fixed_format(r->amount, MONEY_SCALE, 2, amount), r->number, amount, r->number);
	snprintf(attachment, sizeof attachment, "invoice/%lld", (long long)r->id);
	return nerr_pass(delivery_add_mail(db, r->email, subject, text, attachment, key));
}

NEOERR *invoice_issued(struct db *db, struct invoice_row *r, const char *code, const char *number,
	const struct actor *who)
{
	int64_t now = clock_now();
	char key[60];
	NEOERR *err;

	TRY(invoice_move(db, r, INVOICE_ISSUED, "", "", who));
	TRY(db_exec(db, &invoice_write_issued, ARGS(STR(code), STR(number), TIME(now), I64(r->id)),
		NULL));
	TRY(db_exec(db, &invoice_orders_issued, ARGS(TIME(now), I64(r->id)), NULL));
	text_copy(r->number, sizeof r->number, number);
	if (r->paper)
		return STATUS_OK;
	snprintf(key, sizeof key, "invoice:%lld:mail:%d", (long long)r->id, r->tries);
	TRY(send_pdf(db, r, key));
	TRY(db_exec(db, &invoice_write_email, ARGS(STR(r->email), TIME(now), TIME(now), NULLARG,
		I64(r->id)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *invoice_by_hand(struct db *db, int64_t id, const char *code, const char *no,
	const struct actor *who, enum invoice_refusal *refusal)
{
	struct invoice_row r;
	NEOERR *err;

	TRY(invoice_get(db, id, true, &r));
	*refusal = r.state == INVOICE_PENDING || r.state == INVOICE_FAILED ? INVOICE_FINE
																	   : INVOICE_LATE;
	if (*refusal == INVOICE_FINE)
		TRY(invoice_issued(db, &r, code, no, who));
out:
	return nerr_pass(err);
}

NEOERR *invoice_cancel(struct db *db, int64_t id, const char *reason, const struct actor *who,
	enum invoice_refusal *refusal)
{
	struct invoice_row r;
	NEOERR *err;

	TRY(invoice_get(db, id, true, &r));
	*refusal = invoice_may(r.state, INVOICE_CANCELLED) ? INVOICE_FINE : INVOICE_LATE;
	if (*refusal != INVOICE_FINE)
		return STATUS_OK;
	TRY(invoice_move(db, &r, INVOICE_CANCELLED, "", reason, who));
	TRY(invoice_release(db, id));
out:
	return nerr_pass(err);
}

/* One that the tax service made is void when that says so; one made by hand when a person does. */
NEOERR *invoice_void(struct db *db, int64_t id, const char *reason, const struct actor *who,
	enum invoice_refusal *refusal)
{
	struct invoice_row r;
	NEOERR *err;

	TRY(invoice_get(db, id, true, &r));
	*refusal = r.state == INVOICE_ISSUED ? INVOICE_FINE : INVOICE_LATE;
	if (*refusal != INVOICE_FINE)
		return STATUS_OK;
	if (r.tries) {
		TRY(invoice_move(db, &r, INVOICE_VOIDING, "", reason, who));
		TRY(to_tax_service(db, &r, "void"));
		return STATUS_OK;
	}
	TRY(invoice_move(db, &r, INVOICE_VOID, "", reason, who));
	TRY(invoice_release(db, id));
out:
	return nerr_pass(err);
}

NEOERR *invoice_bar(struct db *db, int64_t session_id, bool bar, enum invoice_refusal *refusal)
{
	int64_t done = 0;
	NEOERR *err = db_exec(db, &invoice_session_bar,
		ARGS(STR(bar ? "refused" : "none"), TIME(clock_now()), I64(session_id),
			STR(bar ? "none" : "refused")),
		&done);

	*refusal = done ? INVOICE_FINE : INVOICE_LATE;
	return nerr_pass(err);
}

NEOERR *invoice_mail(struct db *db, int64_t id, const char *email, const struct actor *who,
	enum invoice_refusal *refusal)
{
	int64_t now = clock_now();
	struct invoice_row r;
	NEOERR *err;

	TRY(invoice_get(db, id, true, &r));
	*refusal = r.state != INVOICE_ISSUED ? INVOICE_LATE
		: !mail_is_address(email) || strlen(email) >= sizeof r.email ? INVOICE_EMAIL
																	 : INVOICE_FINE;
	if (*refusal != INVOICE_FINE)
		return STATUS_OK;
	text_copy(r.email, sizeof r.email, email);
	TRY(send_pdf(db, &r, NULL));
	TRY(db_exec(db, &invoice_write_email,
		ARGS(STR(r.email), TIME(now), TIME(now), IDREF(who ? who->user_id : 0), I64(id)), NULL));
out:
	return nerr_pass(err);
}
