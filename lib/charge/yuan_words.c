/* yuan_words.c - digits to capitals, four digits at a time (个, 万, 亿).
 * Owns nothing; pure. Serves yuan_words.h. */
#include "charge/yuan_words.h"

#include "base/money.h"

#define GROUP 10000

static const char *const digit[] = { "零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖" };
static const char *const place[] = { "", "拾", "佰", "仟" };

static void put(char *out, const char *s)
{
	size_t n = strlen(out);

	snprintf(out + n, YUAN_WORDS - n, "%s", s);
}

/* 1 to 9999. One 零 for the noughts between digits; one in front if something stands before it. */
static void put_group(char *out, int n, bool first)
{
	bool nought = !first && n < GROUP / 10;

	for (int power = 1000, i = 3; i >= 0; power /= 10, i--) {
		int d = n / power % 10;

		if (d == 0) {
			nought = nought || n / power > 0;
			continue;
		}
		if (nought)
			put(out, digit[0]);
		nought = false;
		put(out, digit[d]);
		put(out, place[i]);
	}
}

static void put_yuan(char *out, int64_t yuan)
{
	static const char *const unit[] = { "亿", "万", "" };
	const int group[] = { (int)(yuan / GROUP / GROUP % GROUP), (int)(yuan / GROUP % GROUP),
		(int)(yuan % GROUP) };
	bool first = true;

	for (int i = 0; i < 3; i++) {
		if (group[i] == 0)
			continue;
		/* an empty group in between is one 零, too */
		if (!first && group[i - 1] == 0 && group[i] >= GROUP / 10)
			put(out, digit[0]);
		put_group(out, group[i], first);
		put(out, unit[i]);
		first = false;
	}
	put(out, first ? "零元" : "元");
}

char *yuan_words(int64_t amount, char out[YUAN_WORDS])
{
	int64_t fen = amount > 0 ? amount / MONEY_FEN : 0;
	int jiao = (int)(fen / 10 % 10), cent = (int)(fen % 10);

	*out = '\0';
	if (fen >= 100 || fen == 0)
		put_yuan(out, fen / 100);
	if (jiao) {
		put(out, digit[jiao]);
		put(out, "角");
	} else if (cent && fen >= 100) {
		put(out, digit[0]);
	}
	if (cent) {
		put(out, digit[cent]);
		put(out, "分");
	} else {
		put(out, "整");
	}
	return out;
}
