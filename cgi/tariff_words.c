/* tariff_words.c - the summary of a tariff, kept in Chinese with its version, said in another
 * language.
 * Owns nothing. Serves tariff_words.h. */
#include "cgi/tariff_words.h"

#include "base/buf.h"
#include "base/text.h"
#include "cgi/render.h"

const char *tariff_words(struct request *req, const char *summary)
{
	static const struct { const char *said, *key; } word[] = {
		{ "电费", "tariff.said.energy" }, { "服务费", "tariff.said.service" }, { "元", NULL },
		{ "每小时", "tariff.said.hour" }, { "最长", "tariff.said.longest" },
		{ "免费", "tariff.said.free" }, { "分钟", "tariff.said.minute" },
		{ "预约费", "tariff.said.booking" }, { "占位费", "tariff.said.occupancy" },
		{ "特价", "tariff.said.special" }, { "度", "tariff.said.kwh" },
		{ "周一", "tariff.said.day.1" }, { "周二", "tariff.said.day.2" },
		{ "周三", "tariff.said.day.3" }, { "周四", "tariff.said.day.4" },
		{ "周五", "tariff.said.day.5" }, { "周六", "tariff.said.day.6" },
		{ "周日", "tariff.said.day.7" }, { "按整", "tariff.said.whole" },
	};
	const char *out, *at = summary;
	struct buf b;

	if (text_eq(req->lang, "zh-CN"))
		return summary;
	buf_init(&b, 0);
	while (*at) {
		size_t i = 0;

		while (i < sizeof(word) / sizeof(word[0]) && !text_starts(at, word[i].said))
			i++;
		if (i == sizeof(word) / sizeof(word[0])) {
			buf_putc(&b, *at++);
			continue;
		}
		at += strlen(word[i].said);
		if (word[i].key)
			buf_printf(&b, "%s ", text_get(req, word[i].key));
	}
	out = arena_printf(&req->arena, "%s", buf_str(&b));
	buf_clear(&b);
	return out;
}

static const char *percent_words(struct request *req, int percent)
{
	char text[FIXED_TEXT];

	if (!percent)
		return text_get(req, "fleet.price_free");
	return arena_printf(&req->arena, "%s%%", fixed_plain(percent, 2, text));
}

const char *fleet_price_words(struct request *req, const struct fleet_offer *o)
{
	return text_format(req, "fleet.price_said", o->name,
		text_format(req, "fleet.price_terms", percent_words(req, o->price.energy),
			percent_words(req, o->price.service)));
}

const char *fleet_offer_words(struct request *req, const struct fleet_offer *o)
{
	const char *by = text_get(req,
		arena_printf(&req->arena, "choice.price_pay.%s", choice_name(&price_pay_choices, o->pay)));

	if (o->checked)
		by = text_format(req, "fleet.price_checked", by, NULL);
	return text_format(req, "fleet.price_offer", fleet_price_words(req, o), by);
}
