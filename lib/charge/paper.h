/* paper.h - a finance paper laid out once, written to a sheet of Excel or to pages of a PDF: title,
 * pairs of label and value, tables, tax lines, lines to sign.
 * Owns nothing. Serves bills between partners and settlement bills. */
#ifndef CHARGE_PAPER_H
#define CHARGE_PAPER_H

#include "base/pdf.h"
#include "base/xlsx.h"
#include "db/db.h"

#define PAPER_COLUMNS 6

/* Exactly one of x and pdf is set. */
struct paper {
	struct xlsx *x;
	int row;                             /* of the sheet, from 0 */
	struct pdf *pdf;
	double y;                            /* mm from the top of the page */
	int page;
	/* the head of the table that is being written: it stands again on the next page */
	const char *const *head;
	int heads;
	const char *day_head[PAPER_COLUMNS];
};

NEOERR *paper_on_sheet(struct paper *p, struct xlsx *x, const char *name) CHECKED;
void paper_on_pages(struct paper *p, struct pdf *pdf);
NEOERR *paper_title(struct paper *p, const char *title) CHECKED;
/* Two pairs of label and value beside each other. */
NEOERR *paper_pairs(struct paper *p, const char *a, const char *av, const char *b,
	const char *bv) CHECKED;
void paper_gap(struct paper *p);
/* titles stay as long as the paper is written. */
NEOERR *paper_head(struct paper *p, const char *const *titles, int n) CHECKED;
/* Values as SQL gives them; sum: the last row of a table. */
NEOERR *paper_row(struct paper *p, const enum xlsx_kind *kind, const char *const *text, int n,
	bool sum) CHECKED;
/* A table of days, its last column called `amount`, under it the sums in the order of the columns
 * after the day. */
struct paper_days { const char *sql; const struct arg *args; int n; const char *amount; };
NEOERR *paper_days(struct db *db, struct paper *p, const struct paper_days *d,
	const char *const sum[PAPER_COLUMNS - 1]) CHECKED;
/* What a sum is taxed by: prices hold the tax. */
struct paper_tax { const char *name, *gross, *setting; };
#define TAX_ENERGY  "bill_tax_energy"
#define TAX_SERVICE "bill_tax_service"
NEOERR *paper_taxes(struct db *db, struct paper *p, const struct paper_tax *tax, int n) CHECKED;
NEOERR *paper_signatures(struct paper *p, const char *left, const char *right) CHECKED;

#endif
