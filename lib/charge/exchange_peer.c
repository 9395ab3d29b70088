/* exchange_peer.c - other platforms: their secrets, tokens both ways, what was seen already, the
 * vault of messages.
 * Owns tables exchange_peer, exchange_token, exchange_seen, exchange_message. Serves exchange.h. */
#include "charge/exchange.h"

#include "base/clock.h"
#include "base/text.h"

#define SECRETS_MAX 2000
#define MESSAGE_CHARS (1 << 20)

#define PEER_COLUMNS "select id, provider_id, partner_id, status = 'enabled' and deleted = 0," \
	" our_operator, their_operator, our_secrets, their_secrets, base_url, paths, spelling," \
	" check_sig, loose_seq, allow_list, rate_limit, energy_decimals, progress_seconds, token," \
	" token_until from exchange_peer"
SQL(exchange_peer_select, PEER_COLUMNS " where id = ?");
SQL(exchange_peer_by_operator, PEER_COLUMNS
	" where their_operator = ? and deleted = 0 and status = 'enabled' order by id limit ?");
SQL(exchange_secrets_ours, "update exchange_peer set our_secrets = ? where id = ?");
SQL(exchange_secrets_theirs,
	"update exchange_peer set their_secrets = ?, token = '', token_until = null where id = ?");
SQL(exchange_tokens_void, "delete from exchange_token where exchange_peer_id = ?");
SQL(exchange_token_insert,
	"insert into exchange_token (token_hash, exchange_peer_id, expires_at) values (?, ?, ?)");
SQL(exchange_token_find,
	"select count(*) from exchange_token where token_hash = ? and exchange_peer_id = ? and"
	" expires_at > ?");
SQL(exchange_token_theirs,
	"update exchange_peer set token = ?, token_until = ? where id = ?");
SQL(exchange_seen_insert,
	"insert into exchange_seen (exchange_peer_id, mark, at) values (?, ?, ?)");
SQL(exchange_seq_take,
	"update exchange_peer set second_seq = if(second_at = ?, second_seq + 1, 1), second_at = ?"
	" where id = ?");
SQL(exchange_seq_read, "select second_seq from exchange_peer where id = ?");
SQL(exchange_message_insert,
	"insert into exchange_message (exchange_peer_id, provider_id, direction, interface, seq, ask,"
	" answer, ret, msg, http_status, millis, delivery_id, ip, at) values (?, ?, ?, ?, ?, ?, ?, ?,"
	" ?, ?, ?, ?, ?, ?)");

static const struct { const char *name; size_t at, room; } secret_rows[] = {
	{ "OperatorSecret", offsetof(struct exchange_secrets, operator_secret), 65 },
	{ "DataSecret", offsetof(struct exchange_secrets, data_secret), 17 },
	{ "DataSecretIV", offsetof(struct exchange_secrets, data_iv), 17 },
	{ "SigSecret", offsetof(struct exchange_secrets, sig_secret), 65 },
};
#define SECRET_ROWS ((int)(sizeof(secret_rows) / sizeof(secret_rows[0])))

static char *secret_at(struct exchange_secrets *s, int i)
{
	return (char *)s + secret_rows[i].at;
}

bool exchange_secrets_complete(const struct exchange_secrets *s)
{
	return *s->operator_secret && strlen(s->data_secret) == 16 && strlen(s->data_iv) == 16 &&
		*s->sig_secret;
}

static NEOERR *open_secrets(const char *sealed, struct exchange_secrets *out)
{
	char *plain = NULL;
	json_t *o = NULL;
	NEOERR *err;

	memset(out, 0, sizeof(*out));
	if (!*sealed)
		return STATUS_OK;
	TRY(secret_open_dup(sealed, &plain));
	TRY(json_read(plain, strlen(plain), SECRETS_MAX, &o));
	for (int i = 0; i < SECRET_ROWS; i++)
		text_copy(secret_at(out, i), secret_rows[i].room, json_text(o, secret_rows[i].name, ""));
out:
	free(plain);
	json_decref(o);
	return nerr_pass(err);
}

static NEOERR *open_token(const char *sealed, struct exchange_peer *p)
{
	char *plain = NULL;
	NEOERR *err;

	p->token[0] = '\0';
	if (!*sealed)
		return STATUS_OK;
	TRY(secret_open_dup(sealed, &plain));
	text_copy(p->token, sizeof(p->token), plain);
out:
	free(plain);
	return nerr_pass(err);
}

static NEOERR *read_peer(const struct row *r, struct exchange_peer *p)
{
	NEOERR *err;

	*p = (struct exchange_peer){ .id = row_i64(r, 0),
		.provider_id = row_i64(r, 1),
		.partner_id = row_i64(r, 2),
		.enabled = row_i64(r, 3) != 0,
		.check_sig = row_i64(r, 11) != 0,
		.loose_seq = row_i64(r, 12) != 0,
		.rate_limit = row_i64(r, 14),
		.energy_decimals = (int)row_i64(r, 15),
		.progress_seconds = (int)row_i64(r, 16),
		.token_until = row_time(r, 18) };
	text_copy(p->our_operator, sizeof(p->our_operator), row_str(r, 4));
	text_copy(p->their_operator, sizeof(p->their_operator), row_str(r, 5));
	text_copy(p->base_url, sizeof(p->base_url), row_str(r, 8));
	text_copy(p->paths, sizeof(p->paths), row_str(r, 9));
	text_copy(p->spelling, sizeof(p->spelling), row_str(r, 10));
	text_copy(p->allow_list, sizeof(p->allow_list), row_str(r, 13));
	TRY(open_secrets(row_str(r, 6), &p->ours));
	TRY(open_secrets(row_str(r, 7), &p->theirs));
	TRY(open_token(row_str(r, 17), p));
out:
	return nerr_pass(err);
}

static NEOERR *take_peer(const struct row *r, void *ctx)
{
	return nerr_pass(read_peer(r, ctx));
}

NEOERR *exchange_peer_get(struct db *db, int64_t id, struct exchange_peer *out)
{
	return nerr_pass(db_get(db, &exchange_peer_select, ARGS(I64(id)), take_peer, out));
}

struct peers { struct exchange_peer *peer; int n, room; };

static NEOERR *take_another(const struct row *r, void *ctx)
{
	struct peers *all = ctx;

	if (all->n == all->room)
		return STATUS_OK;
	return nerr_pass(read_peer(r, &all->peer[all->n++]));
}

NEOERR *exchange_peers_of(struct db *db, const char *their_operator, struct exchange_peer *out,
	int room, int *n)
{
	struct peers all = { out, 0, room };
	NEOERR *err = db_query(db, &exchange_peer_by_operator, ARGS(STR(their_operator), I64(room)),
		take_another, &all);

	*n = all.n;
	return nerr_pass(err);
}

/* ---- secrets */

static NEOERR *store_secrets(struct db *db, int64_t id, bool ours, struct exchange_secrets *s)
{
	json_t *o = json_object();
	char *plain, *sealed = NULL;
	NEOERR *err;

	for (int i = 0; i < SECRET_ROWS; i++)
		json_object_set_new(o, secret_rows[i].name, json_string(secret_at(s, i)));
	plain = json_write_dup(o);
	TRY(secret_seal_dup(plain, &sealed));
	TRY(db_exec(db, ours ? &exchange_secrets_ours : &exchange_secrets_theirs,
		ARGS(STR(sealed), I64(id)), NULL));
out:
	free(plain);
	free(sealed);
	json_decref(o);
	return nerr_pass(err);
}

NEOERR *exchange_secrets_set(struct db *db, int64_t id, bool ours,
	const struct exchange_secrets *s)
{
	struct exchange_peer p;
	struct exchange_secrets given = *s, *kept = ours ? &p.ours : &p.theirs;
	bool any = false;
	NEOERR *err;

	TRY(exchange_peer_get(db, id, &p));
	for (int i = 0; i < SECRET_ROWS; i++) {
		if (!*secret_at(&given, i))
			continue;
		text_copy(secret_at(kept, i), secret_rows[i].room, secret_at(&given, i));
		any = true;
	}
	if (any)
		TRY(store_secrets(db, id, ours, kept));
out:
	return nerr_pass(err);
}

NEOERR *exchange_secrets_renew(struct db *db, int64_t id, char shown[80])
{
	struct exchange_secrets s;
	NEOERR *err;

	memset(&s, 0, sizeof(s));
	for (int i = 0; i < SECRET_ROWS; i++)
		TRY(random_password(secret_at(&s, i), 16));
	TRY(store_secrets(db, id, true, &s));
	TRY(db_exec(db, &exchange_tokens_void, ARGS(I64(id)), NULL));
	snprintf(shown, 80, "%.16s %.16s %.16s %.16s", s.operator_secret, s.data_secret, s.data_iv,
		s.sig_secret);
out:
	return nerr_pass(err);
}

/* ---- addresses */

/* "query_token=/evcs/sdk/query_token": the path agreed for that interface. */
static bool own_path(const char *paths, const char *interface, char *out, size_t room)
{
	size_t n = strlen(interface);

	for (const char *at = paths + strspn(paths, " ,\r\n\t"); *at; at += strspn(at, " ,\r\n\t")) {
		size_t len = strcspn(at, " ,\r\n\t");

		if (len > n + 1 && strncmp(at, interface, n) == 0 && at[n] == '=' && len - n < room) {
			text_copy(out, len - n, at + n + 1);
			return true;
		}
		at += len;
	}
	return false;
}

void exchange_url(const struct exchange_peer *p, const char *interface, char *out, size_t room)
{
	const char *host = strstr(p->base_url, "://"), *end;
	char path[200];
	size_t len = strlen(p->base_url);

	while (len && p->base_url[len - 1] == '/')
		len--;
	if (!own_path(p->paths, interface, path, sizeof(path))) {
		snprintf(out, room, "%.*s/%s", (int)len, p->base_url, interface);
		return;
	}
	host = host ? host + 3 : p->base_url;
	end = host + strcspn(host, "/");
	snprintf(out, room, "%.*s%s%s", (int)(end - p->base_url), p->base_url,
		path[0] == '/' ? "" : "/", path);
}

/* ---- tokens */

NEOERR *exchange_token_issue(struct db *db, int64_t peer_id, char token[65])
{
	char digest[SHA256_HEX];
	NEOERR *err;

	TRY(random_hex(token, 32));
	sha256_hex(token, strlen(token), digest);
	TRY(db_exec(db, &exchange_token_insert,
		ARGS(STR(digest), I64(peer_id), TIME(clock_now() + EXCHANGE_TOKEN_SECONDS)), NULL));
out:
	return nerr_pass(err);
}

NEOERR *exchange_token_check(struct db *db, int64_t peer_id, const char *token, bool *valid)
{
	char digest[SHA256_HEX];
	int64_t n = 0;
	NEOERR *err;

	sha256_hex(token, strlen(token), digest);
	err = db_i64(db, &exchange_token_find, ARGS(STR(digest), I64(peer_id), TIME(clock_now())), &n);
	*valid = n > 0;
	return nerr_pass(err);
}

NEOERR *exchange_token_keep(struct db *db, int64_t peer_id, const char *token, int64_t seconds)
{
	char *sealed = NULL;
	NEOERR *err = STATUS_OK;

	if (seconds > 0)
		TRY(secret_seal_dup(token, &sealed));
	TRY(db_exec(db, &exchange_token_theirs,
		ARGS(STR(sealed ? sealed : ""), TIME(seconds > 0 ? clock_now() + seconds : 0),
			I64(peer_id)),
		NULL));
out:
	free(sealed);
	return nerr_pass(err);
}

/* ---- once */

NEOERR *exchange_seen(struct db *db, const struct exchange_peer *p, const char *timestamp,
	const char *seq, const char *sig, bool *fresh)
{
	char mark[61];
	NEOERR *err;

	snprintf(mark, sizeof(mark), "%.14s%.4s%.32s", timestamp, seq, p->loose_seq ? sig : "");
	err = db_exec(db, &exchange_seen_insert,
		ARGS(I64(p->id), STR(mark), TIME(clock_now())), NULL);
	*fresh = err == STATUS_OK;
	if (!error_is(err, ERR_DUPLICATE))
		return nerr_pass(err);
	error_drop(err);
	return STATUS_OK;
}

struct numbering { int64_t peer_id, now, seq; };

static NEOERR *number_tx(struct db *db, void *ctx)
{
	struct numbering *n = ctx;
	NEOERR *err;

	TRY(db_exec(db, &exchange_seq_take, ARGS(TIME(n->now), TIME(n->now), I64(n->peer_id)), NULL));
	TRY(db_i64(db, &exchange_seq_read, ARGS(I64(n->peer_id)), &n->seq));
out:
	return nerr_pass(err);
}

NEOERR *exchange_seq_next(struct db *db, int64_t peer_id, int64_t now, int *seq)
{
	struct numbering n = { peer_id, now, 0 };
	NEOERR *err = db_tx(db, number_tx, &n);

	*seq = (int)n.seq;
	return nerr_pass(err);
}

/* ---- the vault */

/* A copy as text without what opens doors. */
static char *readable(const json_t *value)
{
	static const char *const closed[] = { "OperatorSecret", "AccessToken" };
	json_t *copy;
	char *text;

	if (!value)
		return json_write_dup(json_null());
	copy = json_copy((json_t *)(uintptr_t)value);
	for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++)
		if (json_object_get(copy, closed[i]))
			json_object_set_new(copy, closed[i], json_string("***"));
	text = json_dumps(copy,
		JSON_INDENT(1) | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15) | JSON_PRESERVE_ORDER);
	json_decref(copy);
	if (!text)
		error_die("a JSON value cannot be written");
	return text;
}

static const char *seq_of(const json_t *ask)
{
	static const char *const names[] = { "StartChargeSeq", "EquipAuthSeq", "EquipBizSeq",
		"CheckOrderSeq" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (*json_text(ask, names[i], ""))
			return json_text(ask, names[i], "");
	return "";
}

/* The column holds ASCII; what a peer calls its numbers is its own. */
static void ascii_copy(char *out, size_t room, const char *text)
{
	text_copy(out, room, text);
	for (; *out; out++)
		if (*out < ' ' || *out > '~')
			*out = '?';
}

NEOERR *exchange_keep(struct db *db, const struct exchange_message *m)
{
	char *ask = readable(m->ask), *answer = readable(m->answer), seq[33], msg[301];
	NEOERR *err;

	ascii_copy(seq, sizeof(seq), seq_of(m->ask));
	text_copy(msg, sizeof(msg), m->msg ? m->msg : "");
	text_scrub(msg);
	err = db_exec(db, &exchange_message_insert,
		ARGS(I64(m->peer->id), I64(m->peer->provider_id), STR(m->out ? "out" : "in"),
			STR(m->interface), STR(seq), STR(m->ask ? ask : ""),
			STR(m->answer ? answer : ""), I64(m->ret), STR(msg),
			m->http_status ? I64(m->http_status) : NULLARG, I64(m->millis),
			IDREF(m->delivery_id), STR(m->ip ? m->ip : ""), TIME(clock_now())),
		NULL);
	free(ask);
	free(answer);
	return nerr_pass(err);
}
