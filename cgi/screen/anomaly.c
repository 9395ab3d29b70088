/* anomaly.c - the rules that make a charge suspicious with their limits, how often each was hit,
 * and what other limits would have said: none is saved that was not tried (O16).
 * Owns a page by hand and the settings anomaly_* that are limits. Serves the platform's clerks. */
#include "base/sign.h"
#include "charge/anomaly_trial.h"
#include "db/setting.h"
#include "cgi/screen/screen.h"

/* The limits by rule: name of the setting, what one of it is, and where it goes. */
static const struct limit {
	char rule;
	const char *setting;
	int64_t unit;                        /* 0: yuan */
	size_t at;
} limits[] = {
#define AT(member) offsetof(struct anomaly_limits, member)
	{ 'c', "anomaly_old_days", DAY_SECONDS, AT(old_seconds) },
	{ 'd', "anomaly_future_minutes", 60, AT(future_seconds) },
	{ 'e', "anomaly_hours", 3600, AT(longest_seconds) },
	{ 'f', "anomaly_energy", ENERGY_KWH, AT(most_energy) },
	{ 'h', "anomaly_energy_minute", ENERGY_KWH, AT(energy_minute) },
	{ 'j', "anomaly_amount", 0, AT(amount) },
#undef AT
};
#define LIMITS (int)(sizeof limits / sizeof *limits)

struct asked { struct anomaly_limits wanted; bool given, bad; };

bool anomaly_sets(const char *setting)
{
	for (int i = 0; i < LIMITS; i++)
		if (text_eq(limits[i].setting, setting))
			return true;
	return false;
}

static const struct limit *limit_of(char rule)
{
	for (int i = 0; i < LIMITS; i++)
		if (limits[i].rule == rule)
			return &limits[i];
	return NULL;
}

static bool read_limit(const struct limit *l, const char *text, int64_t *out)
{
	int64_t v;

	if (l->unit ? !text_i64(text, &v) : !money_parse(text, &v))
		return false;
	return v >= 0 && v <= 1000000000 && (*out = l->unit ? v * l->unit : v, true);
}

/* What is typed of each limit, else what is in force; more than one may be tried at once. */
static NEOERR *read_asked(struct request *req, const struct anomaly_limits *now, struct asked *out)
{
	char stored[64];
	NEOERR *err = STATUS_OK;

	*out = (struct asked){ .wanted = *now };
	for (int i = 0; i < LIMITS; i++) {
		const struct limit *l = &limits[i];
		const char *typed = request_param(req, l->setting);
		bool fits = !typed ||
			read_limit(l, typed, (int64_t *)(void *)((char *)&out->wanted + l->at));

		TRY(setting_text(req->db, l->setting, stored, sizeof stored));
		out->given = out->given || (typed && !text_eq(typed, stored));
		out->bad = out->bad || !fits;
		TRY(hdf_put(req->hdf, l->setting, "Rules.limit.%c.name", l->rule));
		TRY(hdf_put(req->hdf, typed ? typed : stored, "Rules.limit.%c.value", l->rule));
		TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "setting.%s", l->setting)),
			"Rules.limit.%c", l->rule));
		if (!fits)
			TRY(hdf_put(req->hdf,
				text_get(req, l->unit ? "error.setting_number" : "error.setting_money"),
				"Rules.limit.%c.error", l->rule));
	}
out:
	return nerr_pass(err);
}

static NEOERR *put_rule(struct request *req, const struct anomaly_trial *t, int i)
{
	char letter[2] = { (char)('a' + i), 0 };
	NEOERR *err;

	TRY(hdf_put(req->hdf, letter, "Rules.rule.%d", i));
	TRY(hdf_put(req->hdf, text_get(req, arena_printf(&req->arena, "anomaly.%s", letter)),
		"Rules.rule.%d.says", i));
	TRY(hdf_put(req->hdf, screen_fixed(req, t->rule[i].written, 0, 0), "Rules.rule.%d.written", i));
	TRY(hdf_put(req->hdf, screen_fixed(req, t->rule[i].now, 0, 0), "Rules.rule.%d.now", i));
	if (limit_of(*letter)) {
		TRY(hdf_put(req->hdf, screen_fixed(req, t->rule[i].wanted, 0, 0), "Rules.rule.%d.wanted",
			i));
		TRY(hdf_put(req->hdf, screen_fixed(req, t->rule[i].fresh, 0, 0), "Rules.rule.%d.fresh",
			i));
		TRY(hdf_put(req->hdf, screen_fixed(req, t->rule[i].gone, 0, 0), "Rules.rule.%d.gone", i));
	}
out:
	return nerr_pass(err);
}

/* Names a trial: the limits it began from and those it tried. */
static void trial_of(const struct anomaly_limits *now, const struct anomaly_limits *wanted,
	char out[MD5_HEX])
{
	struct buf text;

	buf_init(&text, 0);
	for (int i = 0; i < LIMITS; i++)
		buf_printf(&text, "%lld %lld ",
			(long long)*(const int64_t *)(const void *)((const char *)now + limits[i].at),
			(long long)*(const int64_t *)(const void *)((const char *)wanted + limits[i].at));
	md5_hex(buf_str(&text), text.len, out);
	buf_clear(&text);
}

static NEOERR *page(struct request *req, const struct anomaly_limits *now, struct asked *asked)
{
	struct anomaly_trial *t = arena_alloc(&req->arena, sizeof *t);
	char trial[MD5_HEX];
	NEOERR *err;

	TRY(anomaly_trial(req->db, now, asked->bad ? now : &asked->wanted, t));
	trial_of(now, &asked->wanted, trial);
	TRY(hdf_put(req->hdf, trial, "Rules.trial"));
	for (int i = 0; i < ANOMALY_RULES; i++)
		TRY(put_rule(req, t, i));
	TRY(hdf_put(req->hdf, screen_fixed(req, t->sessions, 0, 0), "Rules.sessions"));
	TRY(hdf_put(req->hdf, screen_fixed(req, t->otherwise, 0, 0), "Rules.otherwise"));
	TRY(hdf_put(req->hdf, t->sessions >= TRIAL_MOST ? "1" : "", "Rules.cut"));
	TRY(hdf_put(req->hdf, asked->given && !asked->bad ? "1" : "", "Rules.tried"));
	if (asked->bad)
		req->status = 422;
	TRY(screen_page(req, "anomaly", "menu.anomaly", "", "screen/anomaly.cs"));
out:
	return nerr_pass(err);
}

static NEOERR *read_both(struct request *req, struct anomaly_limits *now, struct asked *asked)
{
	NEOERR *err;

	if (req->who.kind != WHO_SYSTEM)
		return nerr_raise(ERR_DENIED, "limits are the platform's");
	TRY(anomaly_limits_read(req->db, now));
	TRY(read_asked(req, now, asked));
out:
	return nerr_pass(err);
}

NEOERR *anomaly_show(struct request *req)
{
	struct anomaly_limits now;
	struct asked asked;
	NEOERR *err;

	TRY(read_both(req, &now, &asked));
	TRY(page(req, &now, &asked));
out:
	return nerr_pass(err);
}

static NEOERR *save_tx(struct db *db, void *ctx)
{
	struct request *req = ctx;
	const char *typed;
	char stored[64];
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < LIMITS; i++) {
		typed = request_param(req, limits[i].setting);
		TRY(setting_text(db, limits[i].setting, stored, sizeof stored));
		if (!typed || text_eq(stored, typed))
			continue;
		TRY(setting_set(db, limits[i].setting, typed));
		TRY(audit_add(db, &req->actor, "setting", 0, "update", limits[i].setting, stored, typed));
	}
out:
	return nerr_pass(err);
}

/* What was tried is saved; anything else is tried first, also after somebody else changed a
 * limit meanwhile. */
NEOERR *anomaly_save(struct request *req)
{
	struct anomaly_limits now;
	struct asked asked;
	char trial[MD5_HEX];
	NEOERR *err;

	TRY(read_both(req, &now, &asked));
	trial_of(&now, &asked.wanted, trial);
	if (asked.bad || !asked.given || !text_eq(request_param_or(req, "trial", ""), trial)) {
		TRY(page(req, &now, &asked));
		goto out;
	}
	TRY(db_tx(req->db, save_tx, req));
	response_redirect_saying(req, "/admin/anomaly", "setting.saved", "");
out:
	return nerr_pass(err);
}
