/* ledger.h - what the pages of the ledger share: whose books, which period, names of accounts.
 * Owns nothing. Serves ledger.c, ledger_account.c, ledger_proof.c. */
#ifndef CGI_SCREEN_LEDGER_H
#define CGI_SCREEN_LEDGER_H

#include "cgi/screen/screen.h"
#include "charge/ledger.h"

struct ledger_asked {
	struct request *req;
	int64_t from, to, books;             /* [from, to) of whole days; books as in ledger_trial() */
	const char *problem;                 /* Text key: the period was none, today is shown */
};
/* From from=, to=, provider_id=; ERR_DENIED to who has no books. */
NEOERR *ledger_ask(struct request *req, struct ledger_asked *a) CHECKED;
NEOERR *ledger_put_asked(const struct ledger_asked *a) CHECKED;
/* "会员 · 现金" */
const char *ledger_name(struct request *req, enum account_owner owner, enum account_kind kind);
int64_t ledger_closing(const struct ledger_line *l);

#endif
