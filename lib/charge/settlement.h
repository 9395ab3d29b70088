/* settlement.h - bills of a month or week of an agreement, a property or a split party:
 * made by the job, confirmed, agreed to, settled; beside the bills between partners (cycle_bill.h),
 * with the same states, refusals and series of numbers (N6).
 * Owns tables settlement, settlement_rule. Serves finance screens and the job. */
#ifndef CHARGE_SETTLEMENT_H
#define CHARGE_SETTLEMENT_H

#include "charge/cycle_bill.h"

#define X(id, name, colour) SETTLEMENT_##id,
enum settlement_kind {
#include "charge/tbl/settlement_kind.h"
};
#undef X

/* What is billed to whom for which days. */
struct settlement_wish {
	enum settlement_kind kind;
	int64_t provider_id, subject_id, partner_id, from, to;
	char party_kind[13], name[321];
};
struct settlement_list { struct settlement_wish *wish; int n, room; };

/* ---- settlement_make.c */

/* All whose bill day is `day` (00:00). The caller frees list->wish. */
NEOERR *settlement_due(struct db *db, int64_t day, struct settlement_list *list) CHECKED;
/* Writes the draft, or its figures anew; one that is confirmed stays as it is, one of nothing is
 * not begun. One tx. *id 0: nothing written. */
NEOERR *settlement_write(struct db *db, const struct settlement_wish *w, int64_t *id) CHECKED;
/* The figures of a draft anew. In a tx. */
NEOERR *settlement_recount(struct db *db, int64_t id, enum cycle_bill_refusal *refusal) CHECKED;

/* ---- settlement.c: its way, each in a tx */

/* Draft -> confirmed: the number is given, the other side is told by mail. */
NEOERR *settlement_confirm(struct db *db, int64_t id, int64_t by, const char *note,
	enum cycle_bill_refusal *refusal) CHECKED;
/* Confirmed -> agreed, or back to a draft that keeps its number. */
NEOERR *settlement_answer(struct db *db, int64_t id, bool agree, int64_t by, const char *answer,
	enum cycle_bill_refusal *refusal) CHECKED;
/* Agreed -> settled (confirmed, where nobody is there to agree): the money has moved. An
 * agreement's moves in the ledger with it. */
NEOERR *settlement_settle(struct db *db, int64_t id, int64_t by, const char *note,
	enum cycle_bill_refusal *refusal) CHECKED;
/* Mails to who has not yet confirmed or agreed, again every third day up to five times; bills
 * between partners too. Running it again the same day adds nothing. */
NEOERR *settlement_remind(struct db *db, int64_t now, int64_t *mails) CHECKED;

/* ---- settlement_paper.c */

NEOERR *settlement_xlsx(struct db *db, int64_t id, const char *path) CHECKED;
NEOERR *settlement_pdf(struct db *db, int64_t id, struct buf *out) CHECKED;
#endif
