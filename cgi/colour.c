/* colour.c - contrast of colours and the nearest one that can be read (WCAG 2.2, 1.4.3).
 * Owns nothing. Serves style.h. */
#include <math.h>

#include "cgi/style.h"

#include "base/text.h"

#define STEPS 100

struct rgb { int v[3]; };

static struct rgb rgb_of(const char *colour)
{
	unsigned r = 0, g = 0, b = 0;

	if (sscanf(colour, "#%2x%2x%2x", &r, &g, &b) != 3)
		r = g = b = 0;
	return (struct rgb){ { (int)r, (int)g, (int)b } };
}

bool colour_read(const char *text, char out[8])
{
	size_t len;

	text += *text == '#';
	len = strlen(text);
	if ((len != 3 && len != 6) || strspn(text, "0123456789abcdefABCDEF") != len)
		return false;
	if (len == 3)
		snprintf(out, 8, "#%c%c%c%c%c%c", text[0], text[0], text[1], text[1], text[2], text[2]);
	else
		snprintf(out, 8, "#%.6s", text);
	text_lower(out);
	return true;
}

static double luminance(struct rgb c)
{
	static const double weight[] = { 0.2126, 0.7152, 0.0722 };
	double sum = 0;

	for (int i = 0; i < 3; i++) {
		double v = c.v[i] / 255.0;

		sum += weight[i] * (v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4));
	}
	return sum;
}

int colour_contrast(const char *a, const char *b)
{
	double x = luminance(rgb_of(a)), y = luminance(rgb_of(b));

	return (int)(((x > y ? x : y) + 0.05) / ((x > y ? y : x) + 0.05) * 100);
}

/* The first step toward black (0) or white (255) that passes; STEPS + 1 if none does. */
static int first_step(struct rgb c, int toward, const char *beside, char out[8])
{
	for (int step = 0; step <= STEPS; step++) {
		int v[3];

		for (int i = 0; i < 3; i++)
			v[i] = c.v[i] + (toward - c.v[i]) * step / STEPS;
		snprintf(out, 8, "#%02x%02x%02x", (unsigned)v[0] & 255, (unsigned)v[1] & 255,
			(unsigned)v[2] & 255);
		if (colour_contrast(out, beside) >= COLOUR_AA)
			return step;
	}
	return STEPS + 1;
}

static int distance(const char *a, const char *b)
{
	struct rgb x = rgb_of(a), y = rgb_of(b);
	int sum = 0;

	for (int i = 0; i < 3; i++)
		sum += (x.v[i] - y.v[i]) * (x.v[i] - y.v[i]);
	return sum;
}

void colour_nearest(const char *colour, const char *beside, char out[8])
{
	char dark[8], light[8];
	bool down = first_step(rgb_of(colour), 0, beside, dark) <= STEPS,
		 up = first_step(rgb_of(colour), 255, beside, light) <= STEPS;

	text_copy(out, 8,
		down && (!up || distance(colour, dark) <= distance(colour, light)) ? dark : light);
}

const char *colour_ink(const char *ground)
{
	return colour_contrast("#ffffff", ground) >= colour_contrast("#17202e", ground) ? "#ffffff"
		: "#17202e";
}
