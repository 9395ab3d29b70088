/* invoice.h - invoices of charges: asked for by drivers or clerks, made by the tax service or by
 * hand, sent as PDF (F8, F9, F10, S11).
 * Owns tables invoice, invoice_session and session.invoice_status. Serves the driver's pages, the
 * screens, the courier. */
#ifndef CHARGE_INVOICE_H
#define CHARGE_INVOICE_H

#include "base/buf.h"
#include "charge/choice.h"
#include "db/audit.h"

/* ---- pure: what of an order's money is invoiced, and the tax in it ---- */

/* All in 1e-5 yuan, whole fen: paid is what was paid in cash and kept, cut to fen; parted by the
 * fees of the bill. */
struct invoice_share { int64_t energy, service; };
struct invoice_share invoice_share(int64_t paid, int64_t energy_fee, int64_t service_fee);
/* The tax in an amount with tax; rate in 1/100 percent; half up to the fen. */
int64_t invoice_tax(int64_t amount, int64_t rate);
/* 统一社会信用代码 and its elders: 15 to 20 capitals and digits. */
bool invoice_is_tax_no(const char *s);

/* ---- asking ---- */

/* data, not an error; Text.invoice.refused.<name> */
enum invoice_refusal {
	INVOICE_FINE,
	INVOICE_OFF,                 /* F10: no invoices at all, or not on this medium */
	INVOICE_TITLE, INVOICE_TAX_NO, INVOICE_EMAIL,      /* F8: mandatory */
	INVOICE_NONE,                /* no order chosen */
	INVOICE_ORDER,               /* one of them cannot be invoiced (any more) */
	INVOICE_SMALL,               /* below the least amount */
	INVOICE_LATE,                /* another clerk was faster */
	INVOICE_NO_LINK              /* no tax service is connected: by hand */
};
const char *invoice_refusal_name(enum invoice_refusal r);

struct invoice_setting {
	bool on, electronic, paper, energy, service, occupancy, booking;
	int64_t min, months;         /* 1e-5 yuan; 0 months: no bound */
	char text[400];
};
NEOERR *invoice_setting(struct db *db, struct invoice_setting *out) CHECKED;

/* An order that can be invoiced: finished, paid for, at a station with a seller, not asked for yet,
 * within the period. */
struct invoice_order {
	int64_t session_id, station_id, ended_at, energy;
	struct invoice_share share;
	const char *no, *station;
};
typedef NEOERR *(*invoice_order_fn)(const struct invoice_order *o, void *ctx);
/* The newest 100 of a member. */
NEOERR *invoice_orders(struct db *db, int64_t member_id, invoice_order_fn fn, void *ctx) CHECKED;

#define INVOICE_ORDERS 100
struct invoice_wish {
	int64_t member_id;
	const int64_t *session;
	int sessions;
	bool paper;
	const char *title, *tax_no, *email;
};
/* One invoice for each station of the orders, all or none, in a tx; *made counts. */
NEOERR *invoice_ask(struct db *db, const struct invoice_wish *w, int *made,
	enum invoice_refusal *refusal) CHECKED;

/* ---- the queue; each in the caller's tx, under the invoice's lock ---- */

/* 审核通过 and 重新开立: to the tax service. */
NEOERR *invoice_send(struct db *db, int64_t id, const struct actor *who,
	enum invoice_refusal *refusal) CHECKED;
/* 人工开立 with the code and number of a paper or of another system. */
NEOERR *invoice_by_hand(struct db *db, int64_t id, const char *code, const char *no,
	const struct actor *who, enum invoice_refusal *refusal) CHECKED;
/* 取消: this request is never invoiced; its orders are free again. */
NEOERR *invoice_cancel(struct db *db, int64_t id, const char *reason, const struct actor *who,
	enum invoice_refusal *refusal) CHECKED;
/* 作废: an issued one; one of the tax service is void when that says so. Its orders are free. */
NEOERR *invoice_void(struct db *db, int64_t id, const char *reason, const struct actor *who,
	enum invoice_refusal *refusal) CHECKED;
/* 不予开立 of an order: applicants do not see it; and lifted. */
NEOERR *invoice_bar(struct db *db, int64_t session_id, bool bar,
	enum invoice_refusal *refusal) CHECKED;
/* Asks the tax service again what became of the request it has: for who does not want to wait, or
 * after the courier gave up. */
NEOERR *invoice_follow(struct db *db, int64_t id, enum invoice_refusal *refusal) CHECKED;
/* The PDF once more to the address given; the address is kept. */
NEOERR *invoice_mail(struct db *db, int64_t id, const char *email, const struct actor *who,
	enum invoice_refusal *refusal) CHECKED;

/* ---- the tax service ---- */

/* One try of the courier for a delivery "tax": asks, and follows; an error: try again later. */
NEOERR *invoice_tax_try(struct db *db, int64_t id, char *answer, size_t room) CHECKED;
/* Seals the secret of a tax link; "" leaves the one it has. */
NEOERR *tax_link_set_secret(struct db *db, int64_t id, const char *secret) CHECKED;

/* ---- PDF ---- */

/* Of an issued invoice, appended to out; ERR_NOT_FOUND otherwise. */
NEOERR *invoice_pdf(struct db *db, int64_t id, struct buf *out) CHECKED;

#endif
