/* counter.h - what the pages of the counter share: the person who stands before the window.
 * Owns nothing. Serves counter.c, counter_pay.c. */
#ifndef CGI_COUNTER_H
#define CGI_COUNTER_H

#include "cgi/screen/screen.h"

struct person { int64_t id, provider_id; char name[121], phone[21], status[13]; };
/* id 0 in p: nobody the asker may see. */
NEOERR *counter_person_of(struct request *req, int64_t id, struct person *p) CHECKED;
/* Person.*: facts, balances, cards; token_id: the card that is chosen, 0 the newest. */
NEOERR *counter_put_person(struct request *req, const struct person *p, int64_t token_id) CHECKED;

#endif
