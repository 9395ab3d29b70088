/* qr_bench.c - QR codes of stickers a second: PNG as sheets have them and SVG as pages print them.
 * Owns nothing. Serves bench_qr.py. */
#include "base/clock.h"
#include "base/qr.h"

#include <stdio.h>
#include <stdlib.h>

#define CODES 5000

static int64_t run(int module)
{
	int64_t begin = clock_mono_ms();
	char url[80];

	for (int i = 0; i < CODES; i++) {
		unsigned char *png = NULL;
		size_t len;
		NEOERR *err;

		snprintf(url, sizeof url, "https://charge.example.com/c/%08d", 10000000 + i);
		err = qr_png_dup(url, module, &png, &len);
		if (err)
			exit(1);
		free(png);
	}
	return clock_mono_ms() - begin;
}

int main(void)
{
	error_init();
	printf("codes=%d\nsheet_ms=%lld\nprint_ms=%lld\n", CODES, (long long)run(3), (long long)run(12));
	return 0;
}
