/* render_test.c - templates: escaping, own functions, texts, the layout, the cache.
 * Owns a folder of templates while it runs.
 * Serves cgi/render, text_store, render_function. */
#include <ClearSilver.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#include "base/conf.h"
#include "base/text.h"
#include "cgi/render.h"

static char folder[] = "/tmp/render_test.XXXXXX";

static void put_file(const char *name, const char *text)
{
	char path[300];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void put_folder(const char *name)
{
	char path[300];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

static const char *no_env(void *ctx, const char *name)
{
	(void)ctx;
	return strcmp(name, "REQUEST_URI") == 0 ? "/x?a=1" : NULL;
}

static int no_read(void *ctx, char *p, int len)
{
	(void)ctx, (void)p, (void)len;
	return 0;
}

static const struct request_source source = { .env = no_env, .read = no_read };

/* Renders a one-line template over Value; both are the caller's. */
static void expect(const char *template, const char *value, const char *want)
{
	static int n;
	struct request req;
	char name[40];

	snprintf(name, sizeof name, "t%d.cs", n++);
	put_file(name, template);
	assert_ok(request_init(&req, NULL, &source));
	assert_ok(hdf_put(req.hdf, value, "Value"));
	assert_ok(render_part(&req, name));
	assert_string_equal(buf_str(&req.out), want);
	request_clear(&req);
}

static int set_up(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	put_folder("text");
	put_folder("text/zh-CN");
	put_folder("text/en");
	put_file("text/zh-CN/a.hdf",
		"Text {\n\thello = \xE4\xBD\xA0\xE5\xA5\xBD <b>\n\tfield {\n\t\tname ="
		" \xE5\x90\x8D\xE7\xA7\xB0\n\t}\n\tsaid = {1} \xE5\x92\x8C {2}\n}\n");
	put_file("text/zh-CN/b.hdf", "Text {\n\tpile {\n\t\tcode = \xE6\xA1\xA9\xE5\x8F\xB7\n\t}\n}\n");
	put_file("text/en/a.hdf", "Text {\n\thello = Hello\n}\n");
	put_file("layout.cs", "[<?cs var:Page.title ?>|<?cs include!\"content.cs\" ?>]");
	put_file("page.cs", "<?cs var:Value ?>");
	text_copy(conf.template_dir, sizeof conf.template_dir, folder);
	text_copy(conf.static_dir, sizeof conf.static_dir, folder);
	assert_ok(render_start("layout.cs"));
	return 0;
}

static int tear_down(void **state)
{
	char command[400];

	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	FILE *p = popen(command, "r");
	return p ? pclose(p) : 1;
}

static void everything_is_escaped(void **state)
{
	(void)state;
	expect("<?cs var:Value ?>", "<a href=\"x\">'&", "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
	expect("<?cs if:Value ?><?cs var:Value ?><?cs /if ?>", "<i>", "&lt;i&gt;");
	expect("<?cs def:m(x) ?><?cs if:x ?><?cs var:x ?><?cs /if ?><?cs /def ?><?cs call:m(Value) ?>",
		"<i>", "&lt;i&gt;");
	expect("<?cs each:x = Value ?><?cs var:x ?><?cs /each ?><?cs var:t(\"hello\") ?>", "",
		"\xE4\xBD\xA0\xE5\xA5\xBD &lt;b&gt;");
	expect("<?cs var:u8.slice(Value, #0, #3) ?>", "<<<<", "&lt;&lt;&lt;");
	expect("<?cs var:money(Value) ?>", "<b>", "&lt;b&gt;");
}

static void numbers_are_exact(void **state)
{
	(void)state;
	expect("<?cs var:money(Value) ?>", "1234567.89500", "1,234,567.90");
	expect("<?cs var:money(Value) ?>", "-0.005", "-0.01");
	expect("<?cs var:price(Value) ?>", "1.25", "1.2500");
	expect("<?cs var:kwh(Value) ?>", "5000.1235", "5,000.124");
	expect("<?cs var:group(Value) ?>", "5000000000", "5,000,000,000");
	expect("<?cs var:when(Value) ?>", "0", "");
	expect("<?cs var:money(Value) ?>", "", "");
}

static void addresses_are_ours_or_harmless(void **state)
{
	(void)state;
	expect("<?cs var:url(Value) ?>", "/admin/pile?a=1&b=2", "/admin/pile?a=1&amp;b=2");
	expect("<?cs var:url(Value) ?>", "javascript:alert(1)", "#");
	expect("<?cs var:url(Value) ?>", "//evil.example", "#");
	expect("<?cs var:url(Value) ?>", "/\\evil.example", "#");
	expect("<?cs var:url(Value) ?>", "data:text/html,x", "#");
	expect("<?cs var:url(Value) ?>", "https://example.org/?q=\"", "https://example.org/?q=&quot;");
	expect("<?cs var:url(Value) ?>", "", "#");
}

static void slices_keep_characters_whole(void **state)
{
	static const char text[] = "\xE5\x85\x85\xE7\x94\xB5\xE6\xA1\xA9" "A";

	(void)state;
	expect("<?cs var:u8.slice(Value, #0, #2) ?>", text, "\xE5\x85\x85\xE7\x94\xB5");
	expect("<?cs var:u8.slice(Value, #-2, #0) ?>", text, "\xE6\xA1\xA9" "A");
	expect("<?cs var:u8.slice(Value, #-9, #0) ?>", "ab", "ab");
	expect("<?cs var:u8.slice(Value, #3, #1) ?>", text, "");
	expect("<?cs var:u8.slice(Value, #1, #99) ?>", "abc", "bc");
}

static void texts_by_language(void **state)
{
	struct request req;

	(void)state;
	assert_ok(request_init(&req, NULL, &source));
	assert_string_equal(text_get(&req, "said"), "{1} \xE5\x92\x8C {2}");
	assert_string_equal(text_format(&req, "said", "a", NULL), "a \xE5\x92\x8C ");
	assert_string_equal(text_get(&req, "no.such"), "no.such");
	assert_string_equal(text_label(&req, "pile", "code"), "\xE6\xA1\xA9\xE5\x8F\xB7");
	assert_string_equal(text_label(&req, "pile", "name"), "\xE5\x90\x8D\xE7\xA7\xB0");
	req.lang = "en";
	assert_string_equal(text_get(&req, "hello"), "Hello");
	assert_false(text_has("en", "said"));
	request_clear(&req);
}

static void the_layout_wraps_the_page_again_and_again(void **state)
{
	(void)state;
	for (int i = 0; i < 50; i++) {
		struct request req;
		char value[20], want[60];

		snprintf(value, sizeof value, "<%d>", i);
		snprintf(want, sizeof want, "[T|&lt;%d&gt;]", i);
		assert_ok(request_init(&req, NULL, &source));
		assert_ok(hdf_put(req.hdf, value, "Value"));
		assert_ok(hdf_put(req.hdf, "T", "Page.title"));
		assert_ok(render_page(&req, "page.cs"));
		assert_string_equal(buf_str(&req.out), want);
		request_clear(&req);
	}
}

static void a_missing_template_is_an_error(void **state)
{
	struct request req;

	(void)state;
	put_file("broken.cs", "<?cs include!\"gone.cs\" ?>");
	put_file("outside.cs", "<?cs include!\"../../etc/passwd\" ?>");
	assert_ok(request_init(&req, NULL, &source));
	assert_raises(render_part(&req, "gone.cs"), NERR_NOT_FOUND, "gone.cs is missing");
	assert_raises(render_part(&req, "broken.cs"), NERR_NOT_FOUND, "gone.cs is missing");
	assert_raises(render_part(&req, "outside.cs"), ERR_INVALID, "cannot be loaded");
	assert_ok(render_part(&req, "page.cs"));
	request_clear(&req);
}

static void a_changed_template_is_read_anew(void **state)
{
	struct request req;

	(void)state;
	put_file("late.cs", "before");
	assert_ok(request_init(&req, NULL, &source));
	assert_ok(render_part(&req, "late.cs"));
	assert_string_equal(buf_str(&req.out), "before");
	put_file("late.cs", "afterwards");
	usleep(1100 * 1000);
	assert_ok(render_part(&req, "late.cs"));
	assert_string_equal(buf_str(&req.out), "afterwards");
	request_clear(&req);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_escaped),
		cmocka_unit_test(numbers_are_exact),
		cmocka_unit_test(addresses_are_ours_or_harmless),
		cmocka_unit_test(slices_keep_characters_whole),
		cmocka_unit_test(texts_by_language),
		cmocka_unit_test(the_layout_wraps_the_page_again_and_again),
		cmocka_unit_test(a_missing_template_is_an_error),
		cmocka_unit_test(a_changed_template_is_read_anew),
	};

	error_init();
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
