/* openapi.c - the API described from the tables themselves (OpenAPI 3.0.3), so that description and
 * behaviour cannot part.
 * Owns nothing.
 * Serves /api/v1/openapi.json. (W2) */
#include "cgi/resource/api.h"

#include "base/conf.h"
#include "base/text.h"
#include "cgi/render.h"
#include "cgi/resource/page.h"
#include "cgi/response.h"

static json_t *ref_to(const char *section, const char *name)
{
	char path[120];

	snprintf(path, sizeof path, "#/components/%s/%s", section, name);
	return json_pack("{s:s}", "$ref", path);
}

static json_t *words_of(const struct choices *choices)
{
	json_t *list = json_array();

	for (int i = 0; i < choices->n; i++)
		json_array_append_new(list, json_string(choices->rows[i].name));
	return list;
}

/* The schema of one value; incoming references are ids. */
static json_t *schema_of(const struct field *f, bool incoming)
{
	switch (f->kind) {
	case F_INT: case F_SECONDS:
		return json_pack("{s:s, s:s}", "type", "integer", "format", "int64");
	case F_BOOL:
		return json_pack("{s:s}", "type", "boolean");
	case F_CHOICE:
		return json_pack("{s:s, s:o}", "type", "string", "enum", words_of(f->choices));
	case F_REF:
		return incoming ? json_pack("{s:s, s:s}", "type", "integer", "format", "int64")
						: ref_to("schemas", "Reference");
	case F_DATE:
		return json_pack("{s:s, s:s}", "type", "string", "format", "date");
	case F_TIME:
		return json_pack("{s:s, s:s}", "type", "string", "format", "date-time");
	case F_MONEY: case F_PRICE: case F_ENERGY: case F_DECIMAL: case F_PERCENT:
		return json_pack("{s:s, s:s}", "type", "string", "pattern", "^-?[0-9]+(\\.[0-9]+)?$");
	case F_EMAIL:
		return json_pack("{s:s, s:s}", "type", "string", "format", "email");
	default:
		return json_pack("{s:s, s:I}", "type", "string", "maxLength",
			(json_int_t)field_max_chars(f));
	}
}

static json_t *described(struct request *req, const struct resource *res, const struct field *f,
	bool incoming)
{
	json_t *schema = schema_of(f, incoming);
	const char *unit = field_unit(req, f);

	if (json_object_get(schema, "$ref") != NULL)
		return schema;
	json_object_set_new(schema, "title", json_string(text_label(req, res->name, f->name)));
	if (*unit != '\0')
		json_object_set_new(schema, "description", json_string(unit));
	if (!(f->flags & REQUIRED))
		json_object_set_new(schema, "nullable", json_true());
	return schema;
}

static json_t *record_schema(struct request *req, const struct resource *res)
{
	struct column *column =
		arena_alloc(&req->arena, (size_t)(field_count(res) + 1) * sizeof *column);
	json_t *members = json_pack("{s:{s:s, s:s}}", "id", "type", "integer", "format", "int64");
	int n = api_columns(res, false, column);

	for (int i = 0; i < n; i++)
		json_object_set_new(members, column[i].field->name,
			described(req, res, column[i].field, false));
	if (!res->plain)
		json_object_set_new(members, "version", json_pack("{s:s}", "type", "integer"));
	return json_pack("{s:s, s:o}", "type", "object", "properties", members);
}

static json_t *input_schema(struct request *req, const struct resource *res, unsigned flag)
{
	json_t *members = json_object(), *required = json_array(), *schema;

	for (const struct field *f = res->fields; f->name != NULL; f++) {
		if (!(f->flags & flag))
			continue;
		json_object_set_new(members, f->name, described(req, res, f, true));
		if (flag == CREATE && (f->flags & REQUIRED) && f->fallback == NULL && f->kind != F_REF)
			json_array_append_new(required, json_string(f->name));
	}
	if (flag == EDIT) {
		json_object_set_new(members, "version",
			json_pack("{s:s, s:s}", "type", "integer", "description",
				text_get(req, "api.version")));
		json_array_append_new(required, json_string("version"));
	}
	schema = json_pack("{s:s, s:o, s:b}", "type", "object", "properties", members,
		"additionalProperties", 0);
	if (json_array_size(required) > 0)
		json_object_set(schema, "required", required);
	json_decref(required);
	return schema;
}

/* ---- the list's parameters ---- */

static void add_parameter(json_t *list, const char *name, const char *title, json_t *schema)
{
	json_array_append_new(list,
		json_pack("{s:s, s:s, s:s, s:o}", "name", name, "in", "query", "description", title,
			"schema", schema));
}

static void add_filter(struct request *req, json_t *list, const struct resource *res,
	const struct field *f)
{
	const char *title = text_label(req, res->name, f->name);

	if (f->flags & RANGE) {
		add_parameter(list, arena_printf(&req->arena, "%s_from", f->name), title,
			schema_of(f, true));
		add_parameter(list, arena_printf(&req->arena, "%s_to", f->name), title, schema_of(f, true));
	} else if (f->flags & (FILTER | SEARCH)) {
		add_parameter(list, f->name, title, schema_of(f, true));
	}
}

static json_t *sorts_of(const struct resource *res)
{
	json_t *words = json_array();
	char down[80];

	for (const struct field *f = res->fields; f->name != NULL; f++) {
		if (!(f->flags & SORT))
			continue;
		snprintf(down, sizeof down, "-%s", f->name);
		json_array_append_new(words, json_string(f->name));
		json_array_append_new(words, json_string(down));
	}
	return words;
}

static json_t *tabs_of(const struct resource *res)
{
	json_t *words = json_array();

	for (const struct tab *t = res->tabs; t != NULL && t->name != NULL; t++)
		json_array_append_new(words, json_string(t->name));
	return words;
}

static void add_words(json_t *list, const char *name, json_t *words)
{
	if (json_array_size(words) > 0)
		add_parameter(list, name, name, json_pack("{s:s, s:o}", "type", "string", "enum", words));
	else
		json_decref(words);
}

static json_t *list_parameters(struct request *req, const struct resource *res)
{
	json_t *list = json_array();

	for (const struct field *f = res->fields; f->name != NULL; f++)
		add_filter(req, list, res, f);
	add_words(list, "sort", sorts_of(res));
	add_words(list, "tab", tabs_of(res));
	add_parameter(list, "page", "page", json_pack("{s:s, s:i}", "type", "integer", "minimum", 1));
	add_parameter(list, "size", "size",
		json_pack("{s:s, s:[i,i,i,i]}", "type", "integer", "enum", 10, 20, 50, 100));
	return list;
}

/* ---- operations ---- */

static json_t *json_content(json_t *schema)
{
	return json_pack("{s:{s:{s:o}}}", "content", "application/json", "schema", schema);
}

static json_t *answer(const char *description, json_t *schema)
{
	json_t *a = json_content(schema);

	json_object_set_new(a, "description", json_string(description));
	return a;
}

/* Every operation may be refused; codes that need no words beyond the error's own. */
static json_t *answers(const char *status, json_t *good, bool writes)
{
	static const char *const refused[] = { "401", "403", "404", "429", "422", "409" };
	json_t *all = json_object();

	json_object_set_new(all, status, good);
	for (int i = 0; i < (writes ? 6 : 5); i++)
		json_object_set_new(all, refused[i], ref_to("responses", "Error"));
	return all;
}

static json_t *operation(struct request *req, const struct resource *res, const char *verb,
	json_t *responses)
{
	return json_pack("{s:s, s:[s], s:s, s:o, s:s}", "operationId",
		arena_printf(&req->arena, "%s_%s", res->name, verb), "tags", resource_noun(req, res),
		"summary", arena_printf(&req->arena, "%s %s", resource_noun(req, res), verb), "responses",
		responses, "x-permission", arena_printf(&req->arena, "%s.%s", res->name, verb));
}

static void add_body(json_t *op, json_t *schema)
{
	json_t *body = json_content(schema);

	json_object_set_new(body, "required", json_true());
	json_object_set_new(op, "requestBody", body);
}

static json_t *id_parameter(void)
{
	return json_pack("[{s:s, s:s, s:b, s:{s:s, s:s}}]", "name", "id", "in", "path", "required", 1,
		"schema", "type", "integer", "format", "int64");
}

static void add_collection(struct request *req, json_t *paths, const struct resource *res)
{
	json_t *path = json_object(), *op;
	const char *input = arena_printf(&req->arena, "%s_create", res->name);

	if (res->can & CAN_LIST) {
		json_t *page = json_pack("{s:s, s:{s:{s:s, s:o}, s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s}}}",
			"type", "object", "properties", "rows", "type", "array", "items",
			ref_to("schemas", res->name), "page", "type", "integer", "size", "type", "integer",
			"count", "type", "integer", "count_is_capped", "type", "boolean");
		op = operation(req, res, "list", answers("200", answer("page", page), false));
		json_object_set_new(op, "parameters", list_parameters(req, res));
		json_object_set_new(path, "get", op);
	}
	if (res->can & CAN_CREATE) {
		op = operation(req, res, "create",
			answers("201", answer("created", ref_to("schemas", res->name)), true));
		json_object_set_new(op, "parameters",
			json_pack("[{s:s, s:s, s:{s:s}}]", "name", "Idempotency-Key", "in", "header", "schema",
				"type", "string"));
		add_body(op, ref_to("schemas", input));
		json_object_set_new(path, "post", op);
	}
	json_object_set_new(paths, arena_printf(&req->arena, "/api/v1/%s", res->name), path);
}

static void add_record(struct request *req, json_t *paths, const struct resource *res)
{
	json_t *path = json_pack("{s:o}", "parameters", id_parameter()), *op;

	if (res->can & CAN_SHOW)
		json_object_set_new(path, "get", operation(req, res, "show",
			answers("200", answer("record", ref_to("schemas", res->name)), false)));
	if (res->can & CAN_UPDATE) {
		op = operation(req, res, "update",
			answers("200", answer("changed", ref_to("schemas", res->name)), true));
		add_body(op, ref_to("schemas", arena_printf(&req->arena, "%s_update", res->name)));
		json_object_set_new(path, "patch", op);
	}
	json_object_set_new(paths, arena_printf(&req->arena, "/api/v1/%s/{id}", res->name), path);
}

static json_t *action_schema(struct request *req, const struct resource *res,
	const struct action *a)
{
	json_t *members = json_object();

	for (const struct field *f = a->fields; f != NULL && f->name != NULL; f++)
		json_object_set_new(members, f->name, described(req, res, f, true));
	if (a->flags & ACT_PAYMENT)
		json_object_set_new(members, "payment_password", json_pack("{s:s}", "type", "string"));
	return json_pack("{s:s, s:o, s:b}", "type", "object", "properties", members,
		"additionalProperties", 0);
}

static void add_action(struct request *req, json_t *paths, const struct resource *res,
	const struct action *a)
{
	json_t *done =
		json_pack("{s:s, s:{s:{s:s}}}", "type", "object", "properties", "done", "type", "boolean");
	json_t *op = operation(req, res, a->name, answers("200", answer("done", done), true));

	json_object_set_new(op, "summary", json_string(action_label(req, res, a->name)));
	json_object_set_new(op, "x-permission",
		json_string(arena_printf(&req->arena, "%s.%s", res->name, action_verb(a))));
	add_body(op, action_schema(req, res, a));
	json_object_set_new(paths, arena_printf(&req->arena, "/api/v1/%s/{id}/%s", res->name, a->name),
		json_pack("{s:o, s:o}", "parameters", id_parameter(), "post", op));
}

static void add_actions(struct request *req, json_t *paths, const struct resource *res)
{
	static const char *const built_in[] = { "enable", "disable", "delete" };
	const struct action *a;

	for (a = res->actions; a != NULL && a->name != NULL; a++)
		if ((a->flags & ACT_ROW) && !(a->flags & ACT_LINK))
			add_action(req, paths, res, a);
	for (int i = 0; i < 3; i++)
		if ((a = action_find(res, built_in[i])) != NULL && a->run != NULL &&
			json_object_get(paths,
				arena_printf(&req->arena, "/api/v1/%s/{id}/%s", res->name, a->name)) == NULL)
			add_action(req, paths, res, a);
}

static void add_schemas(struct request *req, json_t *schemas, const struct resource *res)
{
	json_object_set_new(schemas, res->name, record_schema(req, res));
	if (res->can & CAN_CREATE)
		json_object_set_new(schemas, arena_printf(&req->arena, "%s_create", res->name),
			input_schema(req, res, CREATE));
	if (res->can & CAN_UPDATE)
		json_object_set_new(schemas, arena_printf(&req->arena, "%s_update", res->name),
			input_schema(req, res, EDIT));
}

static json_t *error_answer(void)
{
	return json_pack(
		"{s:s, s:{s:{s:{s:s, s:[s,s,s], s:{s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s, s:{s:s}}}}}}}",
		"description", "refused", "content", "application/json", "schema", "type", "object",
		"required", "error", "message", "request_id", "properties", "error", "type", "string",
		"message", "type", "string", "request_id", "type", "string", "fields", "type", "object",
		"additionalProperties", "type", "string");
}

static json_t *common_schemas(void)
{
	return json_pack("{s:{s:s, s:{s:{s:s, s:s}, s:{s:s}}}}", "Reference", "type", "object",
		"properties", "id", "type", "integer", "format", "int64", "title", "type", "string");
}

static json_t *document(struct request *req)
{
	json_t *paths = json_object(), *schemas = common_schemas();

	for (int i = 0; resources[i] != NULL; i++) {
		add_schemas(req, schemas, resources[i]);
		add_collection(req, paths, resources[i]);
		add_record(req, paths, resources[i]);
		add_actions(req, paths, resources[i]);
	}
	return json_pack(
		"{s:s, s:{s:s, s:s, s:s}, s:[{s:s}], s:[{s:[]}], s:o, s:{s:o, s:{s:o}, s:{s:{s:s, s:s}}}}",
		"openapi", "3.0.3", "info", "title", "chargeops", "version", "1", "description",
		text_get(req, "api.about"), "servers", "url", conf.url, "security", "key", "paths", paths,
		"components", "schemas", schemas, "responses", "Error", error_answer(), "securitySchemes",
		"key", "type", "http", "scheme", "bearer");
}

NEOERR *openapi_page(struct request *req)
{
	json_t *doc = document(req);
	char *text;

	if (doc == NULL)
		return nerr_raise(NERR_ASSERT, "the API's description is no JSON");
	text = json_write_dup(doc);
	response_json(req, 200, text);
	free(text);
	json_decref(doc);
	return STATUS_OK;
}
