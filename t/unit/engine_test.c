/* engine_test.c - casting of field texts, building of statements, the URL of a list: on two small
 * tables, without a database.
 * Owns the tables below.
 * Serves make check. */
#include "unit.h"

#include "cgi/resource/engine.h"
#include "cgi/resource/menu.h"

#include "base/clock.h"
#include "charge/choice.h"

extern const struct resource owner_resource, thing_resource;

static const struct scope owner_scope = { .provider = "t.id" };
static const struct field owner_fields[] = { { "name", F_TEXT, LIST | SEARCH, 1, 20 }, FIELDS_END };
const struct resource owner_resource = { .name = "owner",
	.title = "CONCAT(t.name, ' ', t.no)",
	.scope = &owner_scope,
	.soft = true,
	.can = CAN_LIST,
	.fields = owner_fields };

static const struct scope thing_scope = { .provider = "s.provider_id",
	.property = "s.property_id",
	.station = "t.station_id" };
static const struct field thing_fields[] = {
	{ "name", F_TEXT, LIST | SORT | SEARCH | FORM | REQUIRED, 2, 10 },
	{ "code", F_CODE, LIST | SEARCH | EXACT | CREATE, 0, 8 },
	{ "serial", F_CODE, LIST | SEARCH | PREFIX, 0, 8, .sql = "s.serial" },
	{ "owner_id", F_REF, LIST | SORT | FILTER | FORM, .ref = &owner_resource },
	{ "status", F_CHOICE, LIST | FILTER, .choices = &status_choices },
	{ "price", F_PRICE, FORM | RANGE, 0, 10 * MONEY_YUAN },
	{ "paid", F_MONEY, LIST | TOTAL | FORM, 0, 1000 * MONEY_YUAN },
	{ "share", F_PERCENT, FORM, 0, 10000 },
	{ "count", F_INT, FORM, 1, 24 },
	{ "at", F_TIME, LIST | SORT | FILTER | RANGE | LAST_WEEK | FORM },
	{ "phone", F_PHONE, LIST | FORM | PII, 0, 20 },
	{ "plate", F_PLATE, FORM },
	{ "email", F_EMAIL, FORM },
	{ "seconds", F_SECONDS, FORM },
	{ "open", F_BOOL, FORM },
	{ "secret", F_PASSWORD, CREATE },
	FIELDS_END,
};
static const struct tab thing_tabs[] = { { "all", NULL }, { "on", "t.status = 'enabled'" },
	{ NULL, NULL } };
const struct resource thing_resource = { .name = "thing",
	.title = "t.name",
	.joins = "JOIN station s ON s.id = t.station_id",
	.order = "t.at DESC, t.id DESC",
	.scope = &thing_scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE,
	.fields = thing_fields,
	.tabs = thing_tabs };
static struct resource third = { .name = "third",
	.title = "t.name",
	.scope = &owner_scope,
	.can = CAN_LIST,
	.fields = owner_fields };
const struct resource *const resources[] = { &thing_resource, &owner_resource, &third, NULL };
const struct menu_page menu_pages[] = { { NULL, NULL, NULL, NULL, NULL } };

static struct request req;
static struct param params[20];

static int start(void **state)
{
	(void)state;
	memset(&req, 0, sizeof req);
	arena_init(&req.arena);
	req.lang = "zh-CN";
	req.who = (struct who){ .kind = WHO_SYSTEM, .user_id = 5, .provider_id = 7, .property_id = 9 };
	req.param = params;
	clock_zone(28800);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	arena_clear(&req.arena);
	return 0;
}

static void with(const char *name, const char *value)
{
	params[req.params++] = (struct param){ .name = name, .value = value, .len = strlen(value) };
}

static const struct field *field(const char *name)
{
	return &thing_fields[field_index(&thing_resource, name)];
}

static const struct { const char *field, *text, *canonical; int64_t number; } good[] = {
	{ "name", "  南门\xe3\x80\x80", "南门", 0 },
	{ "code", "A-1_b/2", "A-1_b/2", 0 },
	{ "status", "disabled", "disabled", 1 },
	{ "price", "1.23456", "1.23456", 123456 },
	{ "price", "0.9", "0.90000", 90000 },
	{ "paid", "1,000.00", "1000.00000", 1000 * MONEY_YUAN },
	{ "share", "12.5", "12.50", 1250 },
	{ "count", "24", "24", 24 },
	{ "at", "2026-11-20T05:00", "2026-11-20 05:00:00", 1795122000 },
	{ "phone", "13812345678", "13812345678", 0 },
	{ "phone", "0755-26001234", "0755-26001234", 0 },
	{ "phone", "12306", "12306", 0 },
	{ "plate", "粤B12345", "粤B12345", 0 },
	{ "plate", "粤BD12345", "粤BD12345", 0 },
	{ "plate", "京A1234警", "京A1234警", 0 },
	{ "email", "a.b@c.example", "a.b@c.example", 0 },
	{ "seconds", "1:30:05", "5405", 5405 },
	{ "seconds", "1:30", "5400", 5400 },
	{ "seconds", "90", "90", 90 },
	{ "open", "1", "1", 1 },
};

static void test_texts_become_values(void **state)
{
	struct value v;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		const char *problem = field_cast(&req, field(good[i].field), good[i].text, &v);

		if (problem || strcmp(v.text, good[i].canonical) != 0 || v.number != good[i].number)
			fail_msg("%s \"%s\": %s, \"%s\", %lld", good[i].field, good[i].text,
				problem ? problem : "fine", v.text, (long long)v.number);
		assert_false(v.null);
	}
}

static const struct { const char *field, *text, *problem;
} bad[] = {
	{ "name", "南", "error.short" },
	{ "name", "一二三四五六七八九十一", "error.long" },
	{ "name", "a\tb", "error.control" },
	{ "code", "南门", "error.code" },
	{ "code", "a b", "error.code" },
	{ "code", "123456789", "error.long" },
	{ "status", "deleted", "error.choice" },
	{ "status", "启用", "error.choice" },
	{ "price", "1.234567", "error.number" },
	{ "price", "1e3", "error.number" },
	{ "price", "-1", "error.min" },
	{ "price", "10.00001", "error.max" },
	{ "paid", "1.005", "error.money" },
	{ "paid", "99999999999999999999", "error.money" },
	{ "paid", "1000.01", "error.max" },
	{ "share", "100.01", "error.max" },
	{ "count", "0", "error.min" },
	{ "count", "25", "error.max" },
	{ "count", "1.5", "error.int" },
	{ "at", "2026-02-30", "error.time" },
	{ "at", "yesterday", "error.time" },
	{ "phone", "1381234567", "error.phone" },
	{ "phone", "138-1234", "error.phone" },
	{ "phone", "abc", "error.phone" },
	{ "plate", "粤12345", "error.plate" },
	{ "plate", "AB12345", "error.plate" },
	{ "plate", "粤b12345", "error.plate" },
	{ "plate", "粤B警2345", "error.plate" },
	{ "email", "nobody", "error.email" },
	{ "email", "a@b", "error.email" },
	{ "email", "a@b@c.d", "error.email" },
	{ "seconds", "1:61", "error.seconds" },
	{ "seconds", "x", "error.seconds" },
	{ "seconds", "1:2:3:4", "error.seconds" },
	{ "open", "2", "error.choice" },
	{ "owner_id", "-4", "error.ref" },
	{ "owner_id", "x", "error.ref" },
};

static void test_wrong_texts_are_refused(void **state)
{
	struct value v;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const char *problem = field_cast(&req, field(bad[i].field), bad[i].text, &v);

		if (!problem || strcmp(problem, bad[i].problem) != 0)
			fail_msg("%s \"%s\": %s, wanted %s", bad[i].field, bad[i].text,
				problem ? problem : "fine", bad[i].problem);
	}
}

static void test_blank_is_null(void **state)
{
	struct value v;

	(void)state;
	assert_null(field_cast(&req, field("count"), " \xe3\x80\x80 ", &v));
	assert_true(v.null);
	assert_null(field_cast(&req, field("count"), NULL, &v));
	assert_true(v.null);
	assert_int_equal(kinds[F_INT].bind(field("count"), &v).kind, ARG_NULL);
	assert_int_equal(kinds[F_TEXT].bind(field("name"), &v).kind, ARG_STR);
}

static void test_values_for_people(void **state)
{
	(void)state;
	assert_string_equal(field_show(&req, field("paid"), "1234567.89500", true), "1,234,567.90");
	assert_string_equal(field_show(&req, field("price"), "0.90000", true), "0.9000");
	assert_string_equal(field_show(&req, field("price"), "0.12345", true), "0.12345");
	assert_string_equal(field_show(&req, field("seconds"), "5405", true), "1:30:05");
	assert_string_equal(field_show(&req, field("phone"), "13812345678", false), "138****5678");
	assert_string_equal(field_show(&req, field("phone"), "13812345678", true), "13812345678");
	assert_string_equal(field_show(&req, field("secret"), "$y$hash", true), "");
	assert_string_equal(field_input(&req, field("price"), "0.90000"), "0.90");
	assert_string_equal(field_input(&req, field("price"), "0.12345"), "0.12345");
	assert_string_equal(field_input(&req, field("share"), "12.00"), "12");
	assert_string_equal(field_input(&req, field("at"), "2026-11-20 05:00:00"),
		"2026-11-20T05:00:00");
	assert_string_equal(field_input(&req, field("secret"), "$y$hash"), "");
}

static void test_titles_are_moved_to_another_alias(void **state)
{
	(void)state;
	assert_string_equal(title_sql(&req.arena, &owner_resource, "r_owner_id."),
		"CONCAT(r_owner_id.name, ' ', r_owner_id.no)");
	assert_false(sql_needs_joins("t.a = 1 AND t.b IN ('x', 0.5)"));
	assert_true(sql_needs_joins("t.a = s.b"));
}

static const char *where_of(enum who_kind kind, bool by_stations, bool write, int *args)
{
	struct query q;
	const char *text;

	req.who.kind = kind;
	req.who.by_stations = by_stations;
	query_init(&q, &req.arena);
	query_where(&q, &req, &thing_resource, write);
	text = arena_strdup(&req.arena, buf_str(&q.text));
	*args = q.args;
	query_clear(&q);
	return text;
}

/* G5, G8: the way to the owner stands in every statement. */
static void test_scope_G8(void **state)
{
	int args;

	(void)state;
	assert_string_equal(where_of(WHO_SYSTEM, false, false, &args),
		" WHERE 1 = 1 AND t.deleted = 0");
	assert_int_equal(args, 0);
	assert_string_equal(where_of(WHO_PROVIDER, false, true, &args),
		" WHERE 1 = 1 AND t.deleted = 0 AND s.provider_id = ?");
	assert_int_equal(args, 1);
	assert_string_equal(where_of(WHO_PROPERTY, true, false, &args),
		" WHERE 1 = 1 AND t.deleted = 0 AND s.property_id = ?"
		" AND t.station_id IN (SELECT station_id FROM user_station WHERE user_id = ?)");
	assert_int_equal(args, 2);
	assert_string_equal(where_of(WHO_MEMBER, false, false, &args),
		" WHERE 1 = 1 AND t.deleted = 0 AND 0 = 1");
	assert_string_equal(where_of(WHO_NOBODY, false, false, &args),
		" WHERE 1 = 1 AND t.deleted = 0 AND 0 = 1");
}

/* H8: what stands in a URL is bound, never part of the text. */
static void test_a_search_is_bound_H8(void **state)
{
	struct column column[20];
	struct view v;
	struct query q;

	(void)state;
	with("name", "50%_a' OR 1=1 --");
	with("serial", "SN");
	with("status", "enabled");
	with("sort", "-at; DROP TABLE x");
	with("tab", "on");
	with("at_from", "2026-11-01");
	with("at_to", "2026-11-02");
	assert_ok(view_read(&req, &thing_resource, &v));
	assert_false(v.bad);
	assert_null(v.sort);
	query_init(&q, &req.arena);
	view_select(&q, &req, &v, column, view_columns(&thing_resource, LIST, 0, column), 20, 40, NULL);
	assert_null(strstr(buf_str(&q.text), "DROP"));
	assert_null(strstr(buf_str(&q.text), "1=1"));
	assert_non_null(strstr(buf_str(&q.text),
		"AND (t.status = 'enabled') AND t.name LIKE ? AND s.serial LIKE ? AND t.status = ? AND"
		" t.at >= ? AND t.at <= ?"));
	assert_non_null(strstr(buf_str(&q.text), "FROM (SELECT t.id FROM `thing` t JOIN station s"));
	assert_non_null(
		strstr(buf_str(&q.text), "ORDER BY t.at DESC, t.id DESC LIMIT ? OFFSET ?) page_ids"));
	assert_int_equal(q.args, 7);
	assert_string_equal(q.arg[0].s, "%50\\%\\_a' OR 1=1 --%");
	assert_string_equal(q.arg[1].s, "SN%");
	assert_int_equal(q.arg[4].i - q.arg[3].i, 2 * DAY_SECONDS - 1);
	assert_int_equal(q.arg[5].i, 20);
	assert_int_equal(q.arg[6].i, 40);
	query_clear(&q);
}

static void test_sorting_by_a_reference_sorts_by_its_title(void **state)
{
	struct column column[20];
	struct view v;
	struct query q;

	(void)state;
	with("sort", "-owner_id");
	with("at_from", "");
	assert_ok(view_read(&req, &thing_resource, &v));
	assert_true(v.descending);
	query_init(&q, &req.arena);
	view_select(&q, &req, &v, column, view_columns(&thing_resource, LIST, 0, column), 20, 0, NULL);
	assert_non_null(
		strstr(buf_str(&q.text), "FROM (SELECT t.id FROM `thing` t LEFT JOIN `owner` r_owner_id"));
	assert_non_null(strstr(buf_str(&q.text),
		"ORDER BY CONCAT(r_owner_id.name, ' ', r_owner_id.no) DESC, t.id DESC"));
	query_clear(&q);
}

/* H9: a list with a window opens on it; an exact number looks everywhere; an emptied date is no
 * date. */
static void test_the_window_H9(void **state)
{
	int at = field_index(&thing_resource, "at");
	struct view v;

	(void)state;
	assert_ok(view_read(&req, &thing_resource, &v));
	assert_true(v.filter[at].defaulted);
	assert_int_equal(v.filter[at].high.number - v.filter[at].low.number, 7 * DAY_SECONDS - 1);
	assert_string_equal(view_url(&req, &v, NULL, NULL), "?");
	with("at_from", "");
	assert_ok(view_read(&req, &thing_resource, &v));
	assert_true(v.filter[at].low.null && v.filter[at].high.null);
	assert_string_equal(view_url(&req, &v, NULL, NULL), "?at_from=");
	req.params = 0;
	with("code", "A1");
	assert_ok(view_read(&req, &thing_resource, &v));
	assert_true(v.filter[at].low.null);
}

static void test_the_url_is_the_state(void **state)
{
	struct view v;

	(void)state;
	with("name", "南 门&");
	with("tab", "on");
	with("sort", "name");
	with("size", "50");
	with("page", "3");
	with("at_to", "2026-11-20");
	with("unknown", "x");
	assert_ok(view_read(&req, &thing_resource, &v));
	assert_int_equal(v.page, 3);
	assert_string_equal(view_url(&req, &v, "page", "4"),
		"?name=%E5%8D%97%20%E9%97%A8%26&at_to=2026-11-20&tab=on&sort=name&size=50&page=4");
	assert_string_equal(view_url(&req, &v, "tab", NULL),
		"?name=%E5%8D%97%20%E9%97%A8%26&at_to=2026-11-20&sort=name&size=50");
}

static void test_a_filter_that_is_no_value_finds_nothing(void **state)
{
	struct query q;
	struct view v;

	(void)state;
	with("owner_id", "1 OR 1");
	assert_ok(view_read(&req, &thing_resource, &v));
	assert_true(v.bad);
	query_init(&q, &req.arena);
	view_where(&q, &req, &v, v.tab);
	assert_non_null(strstr(buf_str(&q.text), " AND 0 = 1"));
	query_clear(&q);
	req.params = 0;
	with("code", "南");                      /* an ascii column is not asked */
	assert_ok(view_read(&req, &thing_resource, &v));
	query_init(&q, &req.arena);
	view_where(&q, &req, &v, v.tab);
	assert_non_null(strstr(buf_str(&q.text), " AND 0 = 1"));
	assert_int_equal(q.args, 0);
	query_clear(&q);
}

static void test_a_new_form_is_checked_field_by_field(void **state)
{
	struct change *c = change_new(&req, &thing_resource, 0);

	(void)state;
	assert_true(change_put(&req, c, "name", "南门"));
	assert_true(change_put(&req, c, "count", "99"));
	assert_true(change_put(&req, c, "phone", "x"));
	assert_false(change_put(&req, c, "status", "enabled"));
	assert_false(change_put(&req, c, "deleted", "1"));
	assert_ok(change_check(&req, c));
	assert_int_equal(c->errors, 2);
	assert_string_equal(change_problem(&req, c, field_index(&thing_resource, "count")),
		"error.max");
	assert_null(change_problem(&req, c, field_index(&thing_resource, "name")));
	assert_true(change_put(&req, c, "name", ""));
	assert_ok(change_check(&req, c));
	assert_string_equal(change_problem(&req, c, 0), "error.required");
}

static int faults_of(const struct field *fields)
{
	int n;

	third.fields = fields;
	n = resource_check_all();
	third.fields = owner_fields;
	return n;
}

/* Each of these stops a program before it serves; the reasons stand on stderr. */
static void test_wrong_tables_are_told(void **state)
{
	static const struct field wrong[][3] = {
		{ { "name", F_CHOICE, LIST } },
		{ { "name", F_REF, LIST } },
		{ { "Name", F_TEXT, LIST } },
		{ { "page", F_TEXT, LIST | SEARCH } },
		{ { "name", F_TEXT, LIST }, { "name", F_TEXT } },
		{ { "name", F_TEXT, LIST | RANGE } },
		{ { "name", F_TEXT, LIST | TOTAL } },
		{ { "name", F_TEXT, LIST | EXACT } },
		{ { "name", F_TEXT, LIST | VIRTUAL | SORT } },
		{ { "name", F_PASSWORD, LIST } },
		{ { "name", F_TEXT, LIST | SECRET } },
		{ { "name", F_PHONE, LIST | SORT | PII } },
		{ { "name", F_DATE, LIST | LAST_WEEK } },
		{ { "name", F_TEXT, LIST | EDIT, .sql = "s.name" } },
		{ { "name", F_TEXT, LIST, .depends = "other" } },
		{ { "name", F_INT, LIST | EMPTY_NULL } },
		{ { "name", F_TEXT, CREATE } },
	};

	(void)state;
	assert_int_equal(resource_check_all(), 0);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (faults_of(wrong[i]) != 1)
			fail_msg("wrong table %zu: %d faults", i, faults_of(wrong[i]));
	third.scope = NULL;
	assert_int_equal(resource_check_all(), 1);
	third.scope = &owner_scope;
	third.name = "thing";
	assert_int_equal(resource_check_all(), 1);
	third.name = "third";
	third.can = CAN_LIST | CAN_DELETE | CAN_ENABLE | CAN_CREATE;
	assert_int_equal(resource_check_all(), 3);
	third.can = CAN_LIST;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_texts_become_values, start, stop),
		cmocka_unit_test_setup_teardown(test_wrong_texts_are_refused, start, stop),
		cmocka_unit_test_setup_teardown(test_blank_is_null, start, stop),
		cmocka_unit_test_setup_teardown(test_values_for_people, start, stop),
		cmocka_unit_test_setup_teardown(test_titles_are_moved_to_another_alias, start, stop),
		cmocka_unit_test_setup_teardown(test_scope_G8, start, stop),
		cmocka_unit_test_setup_teardown(test_a_search_is_bound_H8, start, stop),
		cmocka_unit_test_setup_teardown(test_sorting_by_a_reference_sorts_by_its_title, start,
			stop),
		cmocka_unit_test_setup_teardown(test_the_window_H9, start, stop),
		cmocka_unit_test_setup_teardown(test_the_url_is_the_state, start, stop),
		cmocka_unit_test_setup_teardown(test_a_filter_that_is_no_value_finds_nothing, start, stop),
		cmocka_unit_test_setup_teardown(test_a_new_form_is_checked_field_by_field, start, stop),
		cmocka_unit_test_setup_teardown(test_wrong_tables_are_told, start, stop),
	};

	error_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
