/* captcha.c - drawing, keeping and checking the log-in picture (H1).
 * Owns table captcha.
 * Serves the log-in page. */
#include <ClearSilver.h>
#include <gd.h>
#include <strings.h>

#include "cgi/captcha.h"
#include "cgi/response.h"
#include "cgi/route.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/text.h"

#define LENGTH  4
#define SECONDS 180
#define WIDTH   132
#define HEIGHT  44
#define FONT    "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"   /* package fonts-dejavu-core */

static const char alphabet[32] = { 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P',
	'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', '2', '3', '4', '5', '6', '7', '8', '9', 'A' };

SQL(captcha_insert, "INSERT INTO captcha (id, answer, expires_at) VALUES (?, ?, ?)");
SQL(captcha_answer, "SELECT answer FROM captcha WHERE id = ? AND expires_at > ?");
SQL(captcha_use, "DELETE FROM captcha WHERE id = ?");

NEOERR *captcha_new(struct db *db, char id[CAPTCHA_ID])
{
	unsigned char bytes[LENGTH];
	char answer[LENGTH + 1] = "";
	NEOERR *err;

	TRY(random_bytes(bytes, sizeof bytes));
	for (int i = 0; i < LENGTH; i++)
		answer[i] = alphabet[bytes[i] % sizeof alphabet];
	TRY(random_hex(id, (CAPTCHA_ID - 1) / 2));
	TRY(db_exec(db, &captcha_insert, ARGS(STR(id), STR(answer), TIME(clock_now() + SECONDS)),
		NULL));
out:
	return nerr_pass(err);
}

static NEOERR *on_answer(const struct row *r, void *ctx)
{
	text_copy(ctx, LENGTH + 1, row_str(r, 0));
	return STATUS_OK;
}

static bool id_is_whole(const char *id)
{
	return id && strlen(id) == CAPTCHA_ID - 1 && strspn(id, "0123456789abcdef") == CAPTCHA_ID - 1;
}

NEOERR *captcha_check(struct db *db, const char *id, const char *answer, bool *right)
{
	char wanted[LENGTH + 1] = "";
	bool found = false;
	int64_t used = 0;
	NEOERR *err = STATUS_OK;

	*right = false;
	if (!id_is_whole(id))
		goto out;
	TRY(db_find(db, &captcha_answer, ARGS(STR(id), TIME(clock_now())), on_answer, wanted, &found));
	TRY(db_exec(db, &captcha_use, ARGS(STR(id)), &used));
	*right = found && used == 1 && answer && strcasecmp(answer, wanted) == 0;
out:
	return nerr_pass(err);
}

/* Jitter from one block of random bytes. */
struct jitter { unsigned char byte[128]; size_t at; };

static int jitter(struct jitter *j, int from, int to)
{
	return from + j->byte[j->at++ % sizeof j->byte] * (to - from + 1) / 256;
}

static void draw_noise(gdImagePtr im, struct jitter *j)
{
	for (int i = 0; i < 5; i++)
		gdImageLine(im, jitter(j, 0, WIDTH), jitter(j, 0, HEIGHT), jitter(j, 0, WIDTH),
			jitter(j, 0, HEIGHT),
			gdTrueColor(jitter(j, 120, 200), jitter(j, 120, 200), jitter(j, 140, 220)));
	for (int i = 0; i < 12; i++)
		gdImageFilledEllipse(im, jitter(j, 0, WIDTH), jitter(j, 0, HEIGHT), 2, 2,
			gdTrueColor(110, 120, 150));
}

static NEOERR *draw(const char *answer, gdImagePtr im)
{
	struct jitter j = { .at = 0 };
	NEOERR *err = random_bytes(j.byte, sizeof j.byte);

	if (err)
		return nerr_pass(err);
	gdImageFilledRectangle(im, 0, 0, WIDTH, HEIGHT, gdTrueColor(244, 246, 250));
	draw_noise(im, &j);
	for (int i = 0; answer[i]; i++) {
		char one[2] = { answer[i], '\0' };
		int box[8],
			colour = gdTrueColor(jitter(&j, 10, 70), jitter(&j, 20, 90), jitter(&j, 90, 170));
		const char *problem = gdImageStringFT(im, box, colour, (char *)FONT, jitter(&j, 20, 25),
			jitter(&j, -40, 40) / 100.0, 10 + i * 29 + jitter(&j, -2, 4), 33 + jitter(&j, -4, 4),
			one);
		if (problem)
			return nerr_raise(ERR_INVALID, "the captcha cannot be drawn: %s", problem);
	}
	return STATUS_OK;
}

NEOERR *captcha_picture(struct request *req)
{
	char answer[LENGTH + 1] = "";
	gdImagePtr im = NULL;
	void *png = NULL;
	int size = 0;
	NEOERR *err;

	if (!id_is_whole(route_part(req, "id")))
		return nerr_raise(ERR_NOT_FOUND, "no such captcha");
	TRY(db_get(req->db, &captcha_answer, ARGS(STR(route_part(req, "id")), TIME(clock_now())),
		on_answer, answer));
	if ((im = gdImageCreateTrueColor(WIDTH, HEIGHT)) == NULL)
		error_die("out of memory (captcha)");
	TRY(draw(answer, im));
	if ((png = gdImagePngPtr(im, &size)) == NULL)
		error_die("out of memory (captcha)");
	response_bytes(req, "image/png", png, (size_t)size);
out:
	gdFree(png);
	if (im)
		gdImageDestroy(im);
	return nerr_pass(err);
}
