/* pdf_test.c - a PDF has the text that was put on it, on the page it was put on.
 * Owns a file beside the test.
 * Serves lib/base/pdf. */
#include "unit.h"

#include <stdio.h>
#include <unistd.h>

#include "base/pdf.h"
#include "base/qr.h"

/* fontconfig keeps what it knows of fonts until the program ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig.so\n";
}

/* What pdftotext reads back, page breaks as form feeds. */
static void read_back(const struct buf *pdf, char *text, size_t room)
{
	char path[] = "pdf_test_XXXXXX", command[200];
	int fd = mkstemp(path);
	FILE *f;
	size_t n;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, pdf->data, pdf->len), (ssize_t)pdf->len);
	close(fd);
	snprintf(command, sizeof command, "pdftotext -layout %s -", path);
	f = popen(command, "r");
	assert_non_null(f);
	n = fread(text, 1, room - 1, f);
	text[n] = '\0';
	assert_int_equal(pclose(f), 0);
	unlink(path);
}

static void test_what_is_put_on_it_can_be_read(void **state)
{
	struct buf out;
	struct pdf *p;
	char text[4000];
	unsigned char *png;
	size_t len;

	(void)state;
	buf_init(&out, 0);
	assert_ok(pdf_open("电子发票", &p));
	assert_true(pdf_text(p, 20, 20, 170, 18, PDF_BOLD | PDF_CENTRE, "电子发票（普通发票）") > 5);
	pdf_text(p, 20, 40, 170, 10, PDF_RIGHT, "¥1,234.50 \xff");
	pdf_line(p, 20, 60, 190, 60);
	pdf_box(p, 20, 70, 170, 40);
	assert_ok(qr_png_dup("https://example.com/", 4, &png, &len));
	assert_ok(pdf_png(p, 20, 120, 30, png, len));
	assert_raises(pdf_png(p, 20, 120, 30, "GIF89a", 6), ERR_INVALID, "PNG");
	free(png);
	pdf_next_page(p);
	pdf_text(p, 20, 20, 170, 10, PDF_GREY, "第二页");
	assert_ok(pdf_close(&p, &out));
	assert_null(p);
	assert_memory_equal(out.data, "%PDF-", 5);
	read_back(&out, text, sizeof text);
	assert_non_null(strstr(text, "电子发票"));
	assert_non_null(strstr(text, "¥1,234.50 ?"));
	assert_non_null(strchr(text, '\f'));
	assert_non_null(strstr(strchr(text, '\f'), "第二页"));
	buf_clear(&out);
}

static void test_long_text_wraps(void **state)
{
	struct buf out;
	struct pdf *p;
	double one, many;

	(void)state;
	buf_init(&out, 0);
	assert_ok(pdf_open("", &p));
	one = pdf_text(p, 0, 0, 100, 10, 0, "字");
	many = pdf_text(p, 0, 0, 20, 10, 0, "很长的一行字会在宽度不够的时候换到下一行去，不会跑出纸外");
	assert_true(many > 2.5 * one);
	assert_ok(pdf_close(&p, &out));
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_put_on_it_can_be_read),
		cmocka_unit_test(test_long_text_wraps),
	};

	error_init();
	return cmocka_run_group_tests_name("pdf", tests, NULL, NULL);
}
