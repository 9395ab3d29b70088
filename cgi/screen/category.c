/* category.c - categories of members and of charge cards, trees of a provider; members moved to one
 * by an Excel file of their phones (M13, M23).
 * Owns two screens and the page 调整分类. Serves clerks of the 会员中心 group. */
#include "cgi/resource/import.h"
#include "cgi/screen/screen.h"

#define DEPTH_MAX 5
#define LISTED_MAX 200                       /* problems on the page */

SQL(member_category_up,
	"SELECT COALESCE(parent_id, 0), provider_id FROM member_category WHERE id = ? AND deleted = 0");
SQL(token_category_up,
	"SELECT COALESCE(parent_id, 0), provider_id FROM token_category WHERE id = ? AND deleted = 0");
SQL(member_category_uses,
	"SELECT (SELECT COUNT(*) FROM member WHERE category_id = ? AND deleted = 0) +"
	" (SELECT COUNT(*) FROM member_category WHERE parent_id = ? AND deleted = 0)");
SQL(token_category_uses,
	"SELECT (SELECT COUNT(*) FROM token WHERE category_id = ? AND deleted = 0) +"
	" (SELECT COUNT(*) FROM token_category WHERE parent_id = ? AND deleted = 0)");

SQL(member_category_provider, "SELECT provider_id FROM member_category WHERE id = ?");
SQL(token_category_provider, "SELECT provider_id FROM token_category WHERE id = ?");
const struct sql *const member_category_own = &member_category_provider;
const struct sql *const token_category_own = &token_category_provider;

NEOERR *category_fits(struct request *req, struct change *c, const struct sql *own)
{
	int64_t provider = 0;
	NEOERR *err = STATUS_OK;

	if (change_value(c, "category_id")->null || !change_i64(c, "category_id"))
		return STATUS_OK;
	TRY(db_i64(req->db, own, ARGS(I64(change_i64(c, "category_id"))), &provider));
	if (change_i64(c, "provider_id") && provider != change_i64(c, "provider_id"))
		change_error(c, "category_id", "error.category_of_other");
out:
	return nerr_pass(err);
}

/* ---- the two trees ---- */

struct up { int64_t parent_id, provider_id; bool found; };

static NEOERR *take_up(const struct row *r, void *ctx)
{
	struct up *up = ctx;

	up->parent_id = row_i64(r, 0);
	up->provider_id = row_i64(r, 1);
	return STATUS_OK;
}

/* From the parent up: whoever meets the category itself would hang below itself. */
static NEOERR *check_tree(struct request *req, struct change *c, const struct sql *above)
{
	int64_t at = change_value(c, "parent_id")->null ? 0 : change_i64(c, "parent_id");
	struct up up;
	NEOERR *err = STATUS_OK;

	for (int depth = 1; at; depth++) {
		TRY(db_find(req->db, above, ARGS(I64(at)), take_up, &up, &up.found));
		if (!up.found || up.provider_id != change_i64(c, "provider_id"))
			change_error(c, "parent_id", "error.category_of_other");
		else if (at == c->id || depth == DEPTH_MAX)
			change_error(c, "parent_id",
				at == c->id ? "error.category_below_itself" : "error.category_deep");
		if (c->errors)
			break;
		at = up.parent_id;
	}
out:
	return nerr_pass(err);
}

static NEOERR *check(struct request *req, struct change *c)
{
	const struct sql *above =
		text_eq(c->res->name, "token_category") ? &token_category_up : &member_category_up;
	NEOERR *err = STATUS_OK;

	if (!c->id)
		TRY(screen_new_owned(req, c, false));
	if (!c->errors)
		TRY(check_tree(req, c, above));
out:
	return nerr_pass(err);
}

static NEOERR *judge_uses(struct request *req, const struct sql *uses, int64_t id,
	const char **problem)
{
	int64_t n = 0;
	NEOERR *err = db_i64(req->db, uses, ARGS(I64(id), I64(id)), &n);

	if (n)
		*problem = "error.category_in_use";
	return nerr_pass(err);
}

static NEOERR *member_before_delete(struct request *req, int64_t id, const char **problem)
{
	return nerr_pass(judge_uses(req, &member_category_uses, id, problem));
}

static NEOERR *token_before_delete(struct request *req, int64_t id, const char **problem)
{
	return nerr_pass(judge_uses(req, &token_category_uses, id, problem));
}

#define COUNT_OF(table) \
	"(SELECT COUNT(*) FROM " table " m WHERE m.category_id = t.id AND m.deleted = 0)"
static const struct field member_fields[] = {
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 40 },
	{ "parent_id", F_REF, SEEN | FILTER | TYPED, .ref = &member_category_resource },
	{ "members", F_INT, SEEN, .sql = COUNT_OF("member") },
	{ "provider_id", F_REF, SEEN | FILTER | PLACED, .ref = &provider_resource },
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};
static const struct field token_fields[] = {
	{ "name", F_TEXT, SEEN | SORT | SEARCH | TYPED | REQUIRED, 1, 40 },
	{ "parent_id", F_REF, SEEN | FILTER | TYPED, .ref = &token_category_resource },
	{ "cards", F_INT, SEEN, .sql = COUNT_OF("token") },
	{ "provider_id", F_REF, SEEN | FILTER | PLACED, .ref = &provider_resource },
	NOTE_FIELD,
	CREATED_FIELD,
	FIELDS_END,
};
static const struct scope scope = { .provider = "t.provider_id" };
static const struct child member_children[] = { { &member_category_resource, "parent_id" },
	{ &member_resource, "category_id" }, { NULL } };
static const struct child token_children[] = { { &token_category_resource, "parent_id" },
	{ &token_resource, "category_id" }, { NULL } };

const struct resource member_category_resource = {
	.name = "member_category",
	.group = "people",
	.title = "t.name",
	.order = "t.provider_id, COALESCE(t.parent_id, t.id), t.parent_id IS NOT NULL, t.id",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_EXPORT,
	.fields = member_fields,
	.children = member_children,
	.check = check,
	.before_delete = member_before_delete,
};

const struct resource token_category_resource = {
	.name = "token_category",
	.group = "people",
	.title = "t.name",
	.order = "t.provider_id, COALESCE(t.parent_id, t.id), t.parent_id IS NOT NULL, t.id",
	.scope = &scope,
	.soft = true,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_EXPORT,
	.fields = token_fields,
	.children = token_children,
	.check = check,
	.before_delete = token_before_delete,
};

/* ---- 调整分类: the members of an Excel file into one category, all of them or none ---- */

SQL(categorise_choices,
	"SELECT c.id, c.name, COALESCE(p.name, '') FROM member_category c LEFT JOIN member_category p"
	" ON p.id = c.parent_id WHERE c.deleted = 0 AND (? = 0 OR c.provider_id = ?) ORDER BY"
	" c.provider_id, COALESCE(c.parent_id, c.id), c.parent_id IS NOT NULL, c.id LIMIT 2000");
SQL(categorise_member,
	"SELECT id, provider_id, COALESCE(category_id, 0) FROM member WHERE phone = ? AND deleted = 0"
	" FOR UPDATE");
SQL(categorise_move,
	"UPDATE member SET category_id = ?, updated_at = ?, updated_by = ?, version = version + 1"
	" WHERE id = ?");

struct moving {
	struct request *req;
	struct import_file file;
	const struct field *phone;
	int column;                              /* of the phones; -1: there is none */
	int64_t category_id, provider_id;        /* 0: 默认分类 */
	const char *problem;                     /* of the whole; Text key or sentence */
	int moved, problems, choices;
};

static NEOERR *take_choice(const struct row *r, void *ctx)
{
	struct moving *m = ctx;
	HDF *node = NULL;
	NEOERR *err;

	TRY(hdf_get_node(m->req->hdf, arena_printf(&m->req->arena, "Category.%d", m->choices++),
		&node));
	TRY(hdf_set_value(node, "id", row_str(r, 0)));
	TRY(hdf_set_value(node, NULL, *row_str(r, 2)
		? arena_printf(&m->req->arena, "%s / %s", row_str(r, 2), row_str(r, 1)) : row_str(r, 1)));
	if (row_i64(r, 0) == m->category_id)
		TRY(hdf_set_value(node, "selected", "1"));
out:
	return nerr_pass(err);
}

static NEOERR *show(struct moving *m)
{
	struct request *req = m->req;
	int64_t provider = req->who.kind == WHO_SYSTEM ? 0 : req->who.provider_id;
	NEOERR *err;

	TRY(db_query(req->db, &categorise_choices, ARGS(I64(provider), I64(provider)), take_choice,
		m));
	TRY(hdf_put(req->hdf,
		text_format(req, "import.rows_max", arena_printf(&req->arena, "%d", IMPORT_ROWS), NULL),
		"Move.limit"));
	if (m->problem) {
		req->status = 422;
		TRY(hdf_put(req->hdf,
			text_has(req->lang, m->problem) ? text_get(req, m->problem) : m->problem,
			"Move.problem"));
	}
	TRY(screen_page(req, "member", "member.categorise", "", "screen/member_categorise.cs"));
out:
	return nerr_pass(err);
}

NEOERR *member_categorise_show(struct request *req)
{
	struct moving m = { .req = req };

	return nerr_pass(show(&m));
}

static NEOERR *add_problem(struct moving *m, int line, const char *value, const char *text)
{
	struct request *req = m->req;
	int i = m->problems++;
	NEOERR *err = STATUS_OK;

	if (i >= LISTED_MAX)
		return STATUS_OK;
	TRY(hdf_put(req->hdf, screen_number(req, line), "Move.row.%d.line", i));
	TRY(hdf_put(req->hdf, text_label(req, "member", "phone"), "Move.row.%d.column", i));
	TRY(hdf_put(req->hdf, value, "Move.row.%d.value", i));
	TRY(hdf_put(req->hdf, text, "Move.row.%d.text", i));
out:
	return nerr_pass(err);
}

struct found { int64_t id, provider_id, category_id; };

static NEOERR *take_found(const struct row *r, void *ctx)
{
	*(struct found *)ctx = (struct found){ row_i64(r, 0), row_i64(r, 1), row_i64(r, 2) };
	return STATUS_OK;
}

static int line_before(const struct moving *m, int row, const char *phone)
{
	for (int i = 1; i < row; i++)
		if (m->column < m->file.row[i].n && text_eq(m->file.row[i].cell[m->column], phone))
			return m->file.row[i].line;
	return 0;
}

static NEOERR *store(struct moving *m, const struct found *f)
{
	struct request *req = m->req;
	NEOERR *err = STATUS_OK;

	m->moved++;
	if (f->category_id == m->category_id)
		return STATUS_OK;
	TRY(db_exec(req->db, &categorise_move,
		ARGS(IDREF(m->category_id), TIME(clock_now()), IDREF(req->who.user_id), I64(f->id)),
		NULL));
	TRY(audit_add(req->db, &req->actor, "member", f->id, "categorise", "category_id",
		screen_number(req, f->category_id), screen_number(req, m->category_id)));
out:
	return nerr_pass(err);
}

/* A member the clerk does not see is as unknown as one that is not there. */
static NEOERR *move_row(struct moving *m, int row)
{
	const struct import_row *r = &m->file.row[row];
	const char *phone = m->column < r->n ? r->cell[m->column] : "";
	struct request *req = m->req;
	struct found f = { 0 };
	bool found = false;
	NEOERR *err = STATUS_OK;
	int before;

	if (text_eq(phone, import_example(req, m->phone)))
		return STATUS_OK;
	if ((before = line_before(m, row, phone)) > 0)
		return nerr_pass(add_problem(m, r->line, phone, text_format(req, "import.same_as",
			arena_printf(&req->arena, "%d", before), NULL)));
	if (text_is_phone(phone))
		TRY(db_find(req->db, &categorise_member, ARGS(STR(phone)), take_found, &f, &found));
	if (found)
		err = resource_reach(req, &member_resource, f.id, false);
	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		err = STATUS_OK;
		found = false;
	}
	TRY(err);
	if (!found)
		TRY(add_problem(m, r->line, phone, text_get(req, text_is_phone(phone)
			? "counter.unknown" : "error.phone")));
	else if (m->provider_id && f.provider_id != m->provider_id)
		TRY(add_problem(m, r->line, phone, text_get(req, "error.category_of_other")));
	else
		TRY(store(m, &f));
out:
	return nerr_pass(err);
}

static NEOERR *move_all(struct db *db, void *ctx)
{
	struct moving *m = ctx;
	NEOERR *err = STATUS_OK;

	(void)db;
	m->moved = m->problems = 0;
	for (int i = 1; i < m->file.n; i++)
		TRY(move_row(m, i));
	if (m->problems)
		err = nerr_raise(ERR_INVALID, "%d problems: nobody is moved", m->problems);
out:
	return nerr_pass(err);
}

static void find_column(struct moving *m)
{
	struct request *req = m->req;

	m->column = -1;
	for (const struct field *f = member_resource.fields; f->name; f++)
		if (text_eq(f->name, "phone"))
			m->phone = f;
	for (int i = 0; i < m->file.row[0].n && m->column < 0; i++)
		if (import_head_is(req, &member_resource, m->phone,
				arena_strdup(&req->arena, m->file.row[0].cell[i])))
			m->column = i;
	if (m->column < 0)
		m->problem = text_format(req, "member.no_phone_column",
			text_label(req, "member", "phone"), NULL);
}

static NEOERR *read_file(struct moving *m)
{
	const struct upload *up = request_upload(m->req, "file");
	NEOERR *err;

	m->file.arena = &m->req->arena;
	if (!up || !up->len) {
		m->problem = "import.no_file";
		return STATUS_OK;
	}
	err = import_read(up->data, up->len, &m->file);
	if (error_is(err, ERR_INVALID)) {
		m->problem = arena_strdup(&m->req->arena, error_desc(err));
		error_drop(err);
		return STATUS_OK;
	}
	if (err == STATUS_OK && (m->file.too_many || m->file.n < 2))
		m->problem = m->file.too_many ? text_format(m->req, "import.too_many",
			arena_printf(&m->req->arena, "%d", IMPORT_ROWS), NULL) : "import.empty";
	else if (err == STATUS_OK)
		find_column(m);
	return nerr_pass(err);
}

static NEOERR *read_category(struct moving *m)
{
	const char *word = request_param_or(m->req, "category", "");
	struct up up = { .found = false };
	NEOERR *err = STATUS_OK;

	if (text_eq(word, "default"))
		return STATUS_OK;
	if (!text_i64(word, &m->category_id) || m->category_id <= 0) {
		m->problem = "member.choose_category";
		return STATUS_OK;
	}
	TRY(resource_reach(m->req, &member_category_resource, m->category_id, false));
	TRY(db_find(m->req->db, &member_category_up, ARGS(I64(m->category_id)), take_up, &up,
		&up.found));
	m->provider_id = up.provider_id;
out:
	return nerr_pass(err);
}

NEOERR *member_categorise(struct request *req)
{
	struct moving m = { .req = req };
	NEOERR *err;

	TRY(read_category(&m));
	if (!m.problem)
		TRY(read_file(&m));
	if (!m.problem) {
		err = db_tx(req->db, move_all, &m);
		if (m.problems && error_is(err, ERR_INVALID)) {
			error_drop(err);
			err = STATUS_OK;
			m.problem = text_format(req, "import.failed",
				arena_printf(&req->arena, "%d", m.problems), NULL);
		}
		TRY(err);
	}
	if (m.problem)
		return nerr_pass(show(&m));
	response_redirect_saying(req, "/admin/member", "member.categorised",
		arena_printf(&req->arena, "%d", m.moved));
out:
	return nerr_pass(err);
}
