/* bare_xlsx.c - the export without the house: as many rows of the same kinds of cells straight into
 * libxlsxwriter.
 * Owns nothing.
 * Serves bench_export.py as its baseline. */
#include <stdio.h>
#include <stdlib.h>
#include <xlsxwriter.h>

#define COLUMNS 13

struct formats { lxw_format *day, *time, *money, *energy, *whole; };

static void put_row(lxw_worksheet *sheet, const struct formats *f, lxw_row_t row, long n)
{
	lxw_col_t c = 0;

	worksheet_write_number(sheet, row, c++, 25569 + (double)n, f->day);
	worksheet_write_string(sheet, row, c++, "付款", NULL);
	worksheet_write_string(sheet, row, c++, "运营商3f9a1c", NULL);
	worksheet_write_string(sheet, row, c++, "运营商77d02e", NULL);
	worksheet_write_number(sheet, row, c++, (double)(n * 10000 / 7) / 10000, f->energy);
	worksheet_write_number(sheet, row, c++, (double)n, f->whole);
	for (int i = 0; i < 3; i++)
		worksheet_write_number(sheet, row, c++, (double)(n * 100000 / (i + 3)) / 100000, f->money);
	worksheet_write_string(sheet, row, c++, "待确认", NULL);
	worksheet_write_string(sheet, row, c++, "未出账", NULL);
	worksheet_write_number(sheet, row, c++, 46346.5 + (double)(n % 86400) / 86400, f->time);
	worksheet_write_string(sheet, row, c++, "a note of a few words", NULL);
}

static lxw_format *number_format(lxw_workbook *book, const char *code)
{
	lxw_format *f = workbook_add_format(book);

	format_set_num_format(f, code);
	return f;
}

/* Of this program alone: what wait4() tells includes the parent's memory before exec. */
static int print_peak(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[200];
	long kb = 0;

	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "VmHWM: %ld kB", &kb) == 1)
			printf("%ld\n", kb);
	if (f != NULL)
		fclose(f);
	return kb == 0;
}

int main(int argc, char **argv)
{
	lxw_workbook_options options = { .constant_memory = LXW_TRUE };
	lxw_workbook *book;
	lxw_worksheet *sheet = NULL;
	struct formats f;
	long rows, at = 0;

	if (argc != 4) {
		fprintf(stderr, "usage: bare_xlsx FILE TMPDIR ROWS\n");
		return 2;
	}
	rows = strtol(argv[3], NULL, 10);
	options.tmpdir = argv[2];
	book = workbook_new_opt(argv[1], &options);
	f = (struct formats){ number_format(book, "yyyy-mm-dd"),
		number_format(book, "yyyy-mm-dd hh:mm:ss"), number_format(book, "#,##0.00"),
		number_format(book, "#,##0.000"), number_format(book, "0") };
	for (long n = 0; n < rows; n++, at++) {
		if (n % 999990 == 0) {
			sheet = workbook_add_worksheet(book, NULL);
			at = 0;
		}
		put_row(sheet, &f, (lxw_row_t)at, n + 1);
	}
	if (workbook_close(book) != LXW_NO_ERROR)
		return 1;
	return print_peak();
}
