/* qr_test.c - QR codes: the PNG and the SVG show the same modules.
 * Owns nothing.
 * Serves lib/base/qr (D7, D8). */
#include "unit.h"

#include <png.h>

#include "base/qr.h"

#define URL "https://charge.example.com/c/3201060000000101"

static void D7_png_is_one_bit_with_a_quiet_zone(void **state)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	unsigned char *png, *pixels, *svg_modules;
	size_t len;
	unsigned side, modules;
	char *svg;

	(void)state;
	assert_ok(qr_png_dup(URL, 3, &png, &len));
	assert_int_equal(png[24], 1);            /* bits a pixel, in the head of the file */
	assert_true(png_image_begin_read_from_memory(&image, png, len));
	image.format = PNG_FORMAT_GRAY;
	side = image.width;
	assert_int_equal(side, image.height);
	assert_int_equal(side % 3, 0);
	modules = side / 3;
	pixels = malloc(PNG_IMAGE_SIZE(image));
	svg_modules = calloc(modules, modules);
	assert_true(png_image_finish_read(&image, NULL, pixels, 0, NULL));

	assert_ok(qr_svg_dup(URL, &svg));
	for (const char *p = strstr(svg, "#000\" d=\""); p != NULL && (p = strchr(p, 'M')) != NULL;) {
		unsigned x, y, run;
		assert_int_equal(sscanf(p++, "M%u %uh%uv1", &x, &y, &run), 3);
		memset(svg_modules + y * modules + x, 1, run);
	}
	for (unsigned y = 0; y < side; y++)
		for (unsigned x = 0; x < side; x++) {
			bool dark = pixels[y * side + x] == 0;
			assert_int_equal(dark, svg_modules[y / 3 * modules + x / 3]);
			if (x < 12 || y < 12 || x >= side - 12 || y >= side - 12)
				assert_false(dark);
		}
	assert_int_equal(svg_modules[4 * modules + 4], 1);      /* a corner of the finder */
	free(svg);
	free(svg_modules);
	free(pixels);
	free(png);
}

static void D8_bad_requests(void **state)
{
	unsigned char *png;
	char *svg, longest[4000];
	size_t len;

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_raises(qr_png_dup("", 4, &png, &len), ERR_INVALID, "empty");
	assert_raises(qr_png_dup(longest, 4, &png, &len), ERR_INVALID, "too long");
	assert_raises(qr_png_dup("x", 0, &png, &len), ERR_INVALID, "pixels");
	assert_raises(qr_png_dup("x", 65, &png, &len), ERR_INVALID, "pixels");
	assert_null(png);
	assert_raises(qr_svg_dup(longest, &svg), ERR_INVALID, "too long");
	assert_null(svg);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(D7_png_is_one_bit_with_a_quiet_zone),
	cmocka_unit_test(D8_bad_requests),
};

UNIT_MAIN(tests)
