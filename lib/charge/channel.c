/* channel.c - merchants' accounts at payment channels: which is whose, and their sealed secrets.
 * Owns table channel.
 * Serves channel.h; each channel's own language is a channel_<kind>.c. */
#include <openssl/crypto.h>

#include "charge/channel.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypt.h"
#include "base/sign.h"
#include "base/text.h"

SQL(channel_select,
	"select id, coalesce(provider_id, 0), kind, name, method, base_url, merchant_no, app_id,"
	" merchant_serial, platform_serial, platform_key, private_key, api_key, sharing,"
	" status = 'enabled' and deleted = 0, notify_key, app_secret from channel where id = ?");
/* A channel that is shut is none. */
SQL(channel_station,
	"select s.provider_id, coalesce((select c.id from channel c where c.id = s.channel_id and"
	" c.status = 'enabled' and c.deleted = 0), 0), s.pay_by from station s where s.id = ?");
SQL(channel_of_provider,
	"select id from channel where (provider_id = ? or provider_id is null) and status = 'enabled'"
	" and deleted = 0 order by provider_id is null, id limit 1");
SQL(channel_write_private, "update channel set private_key = ? where id = ?");
SQL(channel_write_api, "update channel set api_key = ? where id = ?");
SQL(channel_write_app, "update channel set app_secret = ? where id = ?");
SQL(channel_write_notify, "update channel set notify_key = ? where id = ?");

static const struct channel *const channels[] = { &channel_wechat, &channel_suixingpay,
	&channel_leshua };

const struct channel *channel_of(const char *kind)
{
	for (size_t i = 0; i < sizeof(channels) / sizeof(channels[0]); i++)
		if (text_eq(channels[i]->kind, kind))
			return channels[i];
	return NULL;
}

static NEOERR *open_secret(const char *sealed, char **out)
{
	if (*sealed)
		return nerr_pass(secret_open_dup(sealed, out));
	*out = strdup("");
	if (!*out)
		error_die("out of memory (channel)");
	return STATUS_OK;
}

static NEOERR *take_account(const struct row *r, void *ctx)
{
	struct channel_account *a = ctx;
	struct { char *to; size_t room; } text[] = { { a->kind, sizeof(a->kind) },
		{ a->name, sizeof(a->name) }, { a->method, sizeof(a->method) },
		{ a->base_url, sizeof(a->base_url) }, { a->merchant_no, sizeof(a->merchant_no) },
		{ a->app_id, sizeof(a->app_id) }, { a->merchant_serial, sizeof(a->merchant_serial) },
		{ a->platform_serial, sizeof(a->platform_serial) } };
	NEOERR *err;

	a->id = row_i64(r, 0);
	a->provider_id = row_i64(r, 1);
	for (int i = 0; i < (int)(sizeof(text) / sizeof(text[0])); i++)
		text_copy(text[i].to, text[i].room, row_str(r, 2 + i));
	a->sharing = row_i64(r, 13) != 0;
	a->enabled = row_i64(r, 14) != 0;
	a->platform_key = strdup(row_str(r, 10));
	if (!a->platform_key)
		error_die("out of memory (channel)");
	TRY(open_secret(row_str(r, 11), &a->private_key));
	TRY(open_secret(row_str(r, 12), &a->api_key));
	TRY(open_secret(row_str(r, 15), &a->notify_key));
	TRY(open_secret(row_str(r, 16), &a->app_secret));
out:
	return nerr_pass(err);
}

NEOERR *channel_open(struct db *db, int64_t id, struct channel_account *out)
{
	NEOERR *err;

	memset(out, 0, sizeof(*out));
	err = db_get(db, &channel_select, ARGS(I64(id)), take_account, out);
	if (err == STATUS_OK && !channel_of(out->kind))
		err = nerr_raise(ERR_NOT_FOUND, "no channel speaks %s", out->kind);
	if (err != STATUS_OK)
		channel_account_clear(out);
	return nerr_pass(err);
}

static void wipe(char **secret)
{
	if (*secret)
		OPENSSL_cleanse(*secret, strlen(*secret));
	free(*secret);
	*secret = NULL;
}

void channel_account_clear(struct channel_account *a)
{
	wipe(&a->private_key);
	wipe(&a->api_key);
	wipe(&a->notify_key);
	wipe(&a->app_secret);
	wipe(&a->platform_key);
}

NEOERR *channel_for(struct db *db, int64_t provider_id, int64_t *id)
{
	return nerr_pass(db_i64(db, &channel_of_provider, ARGS(I64(provider_id)), id));
}

struct station_pay { int64_t provider_id, channel_id; char by[9]; };

static NEOERR *take_pay(const struct row *r, void *ctx)
{
	struct station_pay *p = ctx;

	p->provider_id = row_i64(r, 0);
	p->channel_id = row_i64(r, 1);
	text_copy(p->by, sizeof p->by, row_str(r, 2));
	return STATUS_OK;
}

NEOERR *channel_of_station(struct db *db, int64_t station_id, int64_t *id)
{
	struct station_pay p;
	NEOERR *err;

	*id = 0;
	TRY(db_get(db, &channel_station, ARGS(I64(station_id)), take_pay, &p));
	if (text_eq(p.by, "own"))
		*id = p.channel_id;
	else if (text_eq(p.by, "usual"))
		TRY(channel_for(db, p.provider_id, id));
out:
	return nerr_pass(err);
}

static NEOERR *seal(struct db *db, const struct sql *write, int64_t id, const char *plain)
{
	char *sealed = NULL;
	NEOERR *err;

	TRY(secret_seal_dup(plain, &sealed));
	TRY(db_exec(db, write, ARGS(STR(sealed), I64(id)), NULL));
out:
	free(sealed);
	return nerr_pass(err);
}

NEOERR *channel_seal(struct db *db, int64_t id, const struct channel_secrets *s)
{
	const struct { const struct sql *write; const char *plain; } all[] = {
		{ &channel_write_private, s->private_key }, { &channel_write_api, s->api_key },
		{ &channel_write_notify, s->notify_key }, { &channel_write_app, s->app_secret } };
	NEOERR *err = STATUS_OK;

	if (s->private_key && *s->private_key && !rsa_is_private(s->private_key))
		return nerr_raise(ERR_INVALID, "this is no RSA private key");
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].plain && *all[i].plain)
			TRY(seal(db, all[i].write, id, all[i].plain));
out:
	return nerr_pass(err);
}

void channel_notify_url(int64_t id, char out[301])
{
	snprintf(out, 301, "%s/open/channel/%lld", conf.url, (long long)id);
}

int64_t channel_fen(int64_t money)
{
	return money / MONEY_FEN;
}

int64_t channel_money(int64_t fen)
{
	return fen * MONEY_FEN;
}

NEOERR *channel_asked(NEOERR *err)
{
	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		return STATUS_OK;
	}
	if (error_is(err, ERR_INVALID)) {
		NEOERR *silent = nerr_raise(ERR_PEER, "%s", error_desc(err));

		error_drop(err);
		return silent;
	}
	return nerr_pass(err);
}
