/* invoice_internal.h - what the files of invoices share.
 * Owns nothing. Serves invoice.c, invoice_queue.c, invoice_tax.c, invoice_pdf.c. */
#ifndef CHARGE_INVOICE_INTERNAL_H
#define CHARGE_INVOICE_INTERNAL_H

#include "base/json.h"
#include "charge/invoice.h"

/* A row under FOR UPDATE, or as it is. */
struct invoice_row {
	int64_t id, provider_id, energy, energy_amount, energy_rate, energy_tax, service_amount,
		service_rate, service_tax, amount, applied_at, issued_at;
	int tries;
	bool paper;
	enum invoice_state state;
	char no[25], title[401], tax_no[21], email[101], code[21], number[25], seller[4001];
};
NEOERR *invoice_get(struct db *db, int64_t id, bool lock, struct invoice_row *out) CHECKED;
/* The legal moves, in one table. */
bool invoice_may(enum invoice_state from, enum invoice_state to);
NEOERR *invoice_move(struct db *db, struct invoice_row *r, enum invoice_state to,
	const char *problem, const char *reason, const struct actor *who) CHECKED;
/* Issued: number kept, orders told so, the PDF on its way. */
NEOERR *invoice_issued(struct db *db, struct invoice_row *r, const char *code, const char *number,
	const struct actor *who) CHECKED;
/* Its orders may be asked for again. */
NEOERR *invoice_release(struct db *db, int64_t id) CHECKED;

#endif
