/* picture_test.c - kinds and sizes of pictures by content, and what is none.
 * Owns nothing.
 * Serves lib/base/picture (H12). */
#include "unit.h"

#include "base/picture.h"

static const char png[] =
	"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\0\x20\x08\2\0\0\0AAAA\0\0\0\0IEND\xae\x42\x60\x82";
static const char jpeg[] =
	"\xff\xd8\xff\xe0\0\4\1\2\xff\xc0\0\x0b\x08\0\x10\0\x40\1\1\x11\0\xff\xd9";
static const char webp_l[] = "RIFF\x16\0\0\0WEBPVP8L\x0a\0\0\0\x2f\x0f\xc0\x01\0\0\0\0\0\0";
static const char webp_x[] = "RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x3f\0\0\x1f\0\0";

static void H12_pictures_are_known_by_content(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *ext;
		int64_t width, height;
	} cases[] = {
		{ png, sizeof png - 1, "png", 256, 32 },
		{ jpeg, sizeof jpeg - 1, "jpg", 64, 16 },
		{ webp_l, sizeof webp_l - 1, "webp", 16, 8 },
		{ webp_x, sizeof webp_x - 1, "webp", 64, 32 },
	};
	struct picture p;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_true(picture_read(cases[i].bytes, cases[i].len, &p));
		assert_string_equal(p.ext, cases[i].ext);
		assert_int_equal(p.width, cases[i].width);
		assert_int_equal(p.height, cases[i].height);
		/* its own heap copy: a read past the end is seen */
		for (size_t cut = 0; cut < cases[i].len; cut++) {
			char *part = memcpy(malloc(cut + 1), cases[i].bytes, cut);

			assert_false(picture_read(part, cut, &p));
			free(part);
		}
	}
}

static void H12_other_files_are_no_pictures(void **state)
{
	static const char *const none[] = {
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\"></svg>",
		"GIF89a..............................",
		"\x89PNG\r\n\x1a\n<script>alert(1)</script>.........................", "",
		"%PDF-1.7 ............................................"
	};
	struct picture p;

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		assert_false(picture_read(none[i], strlen(none[i]), &p));
	assert_null(picture_type("svg"));
	assert_string_equal(picture_type("webp"), "image/webp");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(H12_pictures_are_known_by_content),
	cmocka_unit_test(H12_other_files_are_no_pictures),
};

UNIT_MAIN(tests)
