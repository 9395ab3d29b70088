/* token.h - charge cards (充电卡, M23): the number a reader reads, and the member who pays from the
 * wallet.
 * Owns table token. Serves the counter, screens, starts by card. */
#ifndef CHARGE_TOKEN_H
#define CHARGE_TOKEN_H

#include "charge/choice.h"
#include "db/db.h"

#define TOKEN_NO 21                          /* 20 characters */
#define TOKEN_NO_MIN 4
#define TOKEN_SEALED 161

struct token {
	int64_t id, member_id, provider_id;      /* member_id 0: bound to nobody */
	enum token_kind kind;
	enum { TOKEN_ENABLED, TOKEN_DISABLED, TOKEN_RETURNED } status;
	bool white, black;
	char no[TOKEN_NO], sealed[TOKEN_SEALED];         /* the password; "" none */
};
/* By its number; zeros in front and case do not count. id 0: unknown. */
NEOERR *token_find(struct db *db, const char *no, struct token *out) CHECKED;
NEOERR *token_get(struct db *db, int64_t id, struct token *out) CHECKED;
/* 4 to 20 letters and digits, not zeros alone. */
bool token_no_fits(const char *no);

/* Why a card is not bound (data, not an error); Text.token.refused.<name>. */
enum token_refusal { TOKEN_FINE, TOKEN_NUMBER, TOKEN_TAKEN, TOKEN_OTHER, TOKEN_OLD };
const char *token_refusal_name(enum token_refusal r);
/* May this number become a card of the provider's member: new here, or bound to nobody. */
NEOERR *token_may_bind(struct db *db, const char *no, int64_t provider_id,
	enum token_refusal *refusal) CHECKED;
/* 开卡 (M9), in the caller's tx: the card is the member's from now on. */
NEOERR *token_bind(struct db *db, const char *no, int64_t member_id, int64_t by, int64_t *id,
	enum token_refusal *refusal) CHECKED;
/* May a card be registered under this number: no other card has it. */
NEOERR *token_may_register(struct db *db, const char *no, enum token_refusal *refusal) CHECKED;
/* A registered card of nobody becomes the member's, and nobody's again; in the caller's tx. */
NEOERR *token_give(struct db *db, int64_t id, int64_t member_id, int64_t by,
	enum token_refusal *refusal) CHECKED;
NEOERR *token_take_back(struct db *db, int64_t id, int64_t by) CHECKED;
/* white, black or none (M24); the piles hear who joins or leaves the white ones (card_list.h). In
 * the caller's tx. */
NEOERR *token_list(struct db *db, int64_t id, const char *list, int64_t by) CHECKED;
/* 4 to 6 digits that the pile asks for (M24); "" none any more. In the caller's tx. */
bool token_password_may(const char *password);
NEOERR *token_set_password(struct db *db, int64_t id, const char *password, int64_t by) CHECKED;
/* digest: what was typed as 云快充 says it, 16 hex digits of its MD5; NULL: the pile cannot ask, and
 * a card with a password does not charge there. */
bool token_password_fits(const struct token *t, const char *digest);
/* 换卡: the old one comes back, the new one is its holder's; no fee. Runs its own tx. */
NEOERR *token_replace(struct db *db, int64_t old_id, const char *no, int64_t by, int64_t *id,
	enum token_refusal *refusal) CHECKED;

#endif
