/* exchange.h - interconnection with other platforms by T/CEC 102: who they are, what they may ask,
 * what they are told (I9). Content is JSON in the standard's own spelling; envelopes and crypto are
 * lib/proto's.
 * Owns tables exchange_*. Serves cgi/open, the courier, the rules of sessions, the screens. */
#ifndef CHARGE_EXCHANGE_H
#define CHARGE_EXCHANGE_H

#include "base/crypt.h"
#include "base/json.h"
#include "charge/choice.h"
#include "db/db.h"

#define EXCHANGE_OPERATOR 10
#define EXCHANGE_SEQ 28              /* StartChargeSeq: operator 9 and 18 of its own */
#define EXCHANGE_TOKEN_SECONDS 7200
#define EXCHANGE_SKEW 600            /* seconds a peer's clock may differ */

/* What one side calls the other with; DataSecret and IV have 16 characters. */
struct exchange_secrets { char operator_secret[65], data_secret[17], data_iv[17], sig_secret[65]; };
bool exchange_secrets_complete(const struct exchange_secrets *s);

struct exchange_peer {
	int64_t id, provider_id, partner_id, token_until, rate_limit;
	bool enabled, check_sig, loose_seq;
	int energy_decimals, progress_seconds;
	char our_operator[EXCHANGE_OPERATOR], their_operator[EXCHANGE_OPERATOR];
	char base_url[401], paths[1001], spelling[1001], allow_list[501], token[2049];
	struct exchange_secrets ours, theirs;
};

/* ---- exchange_peer.c */

NEOERR *exchange_peer_get(struct db *db, int64_t id, struct exchange_peer *out) CHECKED;
/* Enabled peers of that operator code, at most room (one code may have several providers here). */
NEOERR *exchange_peers_of(struct db *db, const char *their_operator, struct exchange_peer *out,
	int room, int *n) CHECKED;
/* Empty members of s keep what the row has. ours: which of the two sets. */
NEOERR *exchange_secrets_set(struct db *db, int64_t id, bool ours,
	const struct exchange_secrets *s) CHECKED;
/* A new set of ours; *shown holds the four, blank between them. */
NEOERR *exchange_secrets_renew(struct db *db, int64_t id, char shown[80]) CHECKED;
/* The address of an interface: its own path at the host if one was agreed, else after base_url. */
void exchange_url(const struct exchange_peer *p, const char *interface, char *out, size_t room);

/* What they call us with, for EXCHANGE_TOKEN_SECONDS; only its digest is kept. */
NEOERR *exchange_token_issue(struct db *db, int64_t peer_id, char token[65]) CHECKED;
NEOERR *exchange_token_check(struct db *db, int64_t peer_id, const char *token,
	bool *valid) CHECKED;
/* What we call them with; seconds 0 forgets it. */
NEOERR *exchange_token_keep(struct db *db, int64_t peer_id, const char *token,
	int64_t seconds) CHECKED;

/* *fresh false: a message of this time and Seq (or, if their Seq does not count, with this
 * signature) was here before. */
NEOERR *exchange_seen(struct db *db, const struct exchange_peer *p, const char *timestamp,
	const char *seq, const char *sig, bool *fresh) CHECKED;
/* Our own Seq for a message now, from 1 in each second. */
NEOERR *exchange_seq_next(struct db *db, int64_t peer_id, int64_t now, int *seq) CHECKED;

/* The vault: one row a message (and a try). Secrets and tokens are taken out of ask and answer. */
struct exchange_message {
	const struct exchange_peer *peer;
	bool out;
	const char *interface, *msg, *ip;
	const json_t *ask, *answer;          /* may be NULL */
	int ret, http_status;
	int64_t millis, delivery_id;
};
NEOERR *exchange_keep(struct db *db, const struct exchange_message *m) CHECKED;

/* ---- exchange_take.c */

/* What a peer asks or tells, checked by the interface's field table already. *answer is the
 * content of the answer (the caller's). ERR_INVALID: the content breaks a rule (Ret 4004);
 * ERR_NOT_FOUND: no such interface on our side. The same message again gives the same answer. */
NEOERR *exchange_take(struct db *db, const struct exchange_peer *p, const char *interface,
	const json_t *ask, json_t **answer) CHECKED;
/* What a peer answered (Ret 0) to what the courier sent. */
NEOERR *exchange_answered(struct db *db, const struct exchange_peer *p, const char *interface,
	const json_t *ask, const json_t *answer) CHECKED;

/* ---- exchange_push.c: messages written in the transaction of their cause */

enum exchange_moment { EXCHANGE_STARTED, EXCHANGE_FAILED, EXCHANGE_PROGRESS, EXCHANGE_ENDED };
/* A session that a peer's driver asked for moves on; any other session: nothing. In a tx. */
NEOERR *exchange_session_moved(struct db *db, int64_t session_id,
	enum exchange_moment moment) CHECKED;
/* The order of a finished session once more, whatever became of it before. In a tx. */
NEOERR *exchange_order_again(struct db *db, int64_t session_id) CHECKED;
/* Connectors whose state is another than was told: one message each, at most a few hundred a call.
 * Two couriers do not tell the same change. */
NEOERR *exchange_status_sweep(struct db *db, int *told) CHECKED;
/* Any message of ours; payload is its content. key may be NULL. In a tx. */
NEOERR *exchange_send(struct db *db, const struct exchange_peer *p, const char *interface,
	const json_t *content, const char *key) CHECKED;

#endif
