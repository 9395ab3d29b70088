/* say.c - numbers and words as the driver's pages show them.
 * Owns nothing.
 * Serves cgi/driver. */
#include <ClearSilver.h>

#include "cgi/driver/driver.h"
#include "cgi/render.h"

#include "base/money.h"

/* Drops zeros at the end, down to `least` decimals. */
static char *trim_zeros(char *text, int least)
{
	char *dot = strchr(text, '.'), *end = text + strlen(text);

	while (dot && end - dot - 1 > least && end[-1] == '0')
		*--end = '\0';
	return text;
}

static const char *say(struct request *req, int64_t v, int scale, int decimals, int least)
{
	char text[FIXED_TEXT + 8];

	return arena_strdup(&req->arena, trim_zeros(fixed_group(v, scale, decimals, text), least));
}

const char *say_money(struct request *req, int64_t v)
{
	return say(req, v, MONEY_SCALE, 2, 2);
}

const char *say_price(struct request *req, int64_t v)
{
	return say(req, v, MONEY_SCALE, MONEY_SCALE, 4);
}

const char *say_exact(struct request *req, int64_t v)
{
	return say(req, v, MONEY_SCALE, MONEY_SCALE, 2);
}

const char *say_energy(struct request *req, int64_t v)
{
	return say(req, v, ENERGY_SCALE, 3, 3);
}

const char *say_energy_exact(struct request *req, int64_t v)
{
	return say(req, v, ENERGY_SCALE, ENERGY_SCALE, 3);
}

const char *say_seconds(struct request *req, int64_t seconds)
{
	if (seconds < 0)
		seconds = 0;
	return arena_printf(&req->arena, "%lld:%02d:%02d", (long long)(seconds / 3600),
		(int)(seconds / 60 % 60), (int)(seconds % 60));
}

const char *say_minute(struct request *req, int minute)
{
	return arena_printf(&req->arena, "%02d:%02d", minute / 60, minute % 60);
}

NEOERR *put_choice(struct request *req, const struct choices *list, int value, const char *path)
{
	const char *word = choice_name(list, value);
	const struct choice *row = choice_find(list, word);
	NEOERR *err;

	TRY(hdf_put(req->hdf,
		text_get(req, arena_printf(&req->arena, "choice.%s.%s", list->list, word)), "%s", path));
	TRY(hdf_put(req->hdf, word, "%s.word", path));
	TRY(hdf_put(req->hdf, row ? row->colour : "", "%s.colour", path));
out:
	return nerr_pass(err);
}
