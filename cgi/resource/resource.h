/* resource.h - one table per screen: what a list, form, detail, export, import, API, permission,
 * menu entry and audit follow from.
 * Owns the types; engine functions live beside it. Serves cgi/screen. (DESIGN law 5, STYLE 4.1) */
#ifndef CGI_RESOURCE_H
#define CGI_RESOURCE_H

#include "cgi/request.h"
#include "cgi/route.h"
#include "charge/choice.h"

enum field_kind {
	F_TEXT, F_LONGTEXT, F_CODE,              /* code: ascii word, monospaced, never translated */
	/* money 2 decimals shown, price 5, energy 3, decimal: .max decimals as given by .scale */
	F_INT, F_MONEY, F_PRICE, F_ENERGY, F_DECIMAL, F_PERCENT,
	F_BOOL, F_CHOICE, F_REF, F_DATE, F_TIME, F_SECONDS,       /* seconds: shown as 1:02:03 */
	F_PHONE, F_EMAIL, F_PLATE, F_PASSWORD
};
enum field_flag {
	/* search: text contains / equals by kind */
	LIST = 1 << 0, SORT = 1 << 1, SEARCH = 1 << 2,
	/* folded away with the less used filters */
	FILTER = 1 << 3, RANGE = 1 << 4, FOLD = 1 << 5,
	EDIT = 1 << 6, CREATE = 1 << 7, EXPORT = 1 << 8, TOTAL = 1 << 9,
	REQUIRED = 1 << 10, PII = 1 << 11, SECRET = 1 << 12, NOAUDIT = 1 << 13,
	/* exact: SEARCH compares with = (index) instead of LIKE */
	SHOW = 1 << 14, IMPORT = 1 << 15, EXACT = 1 << 16,
	PREFIX = 1 << 17,                                         /* SEARCH by LIKE 'x%' (index) */
	/* no column: a form input for save(), or decorate() fills it */
	VIRTUAL = 1 << 18,
	/* RANGE: what an unfiltered list opens on (H9) */
	LAST_WEEK = 1 << 19, TODAY = 1 << 20,
	HIDE = 1 << 21,                                           /* column chooser: off by default */
	/* text: an empty value is stored as NULL (unique keys that may be absent) */
	EMPTY_NULL = 1 << 22,
	/* EDIT alone: only when editing; CREATE alone: set once (a login, a phone) */
	FORM = EDIT | CREATE
};
struct resource;
struct field {
	const char *name;                 /* column of table alias t, form key, label key */
	enum field_kind kind;
	unsigned flags;
	/* number: value (in the fixed-point unit of the kind); text: characters */
	int64_t min, max;
	const struct choices *choices;    /* F_CHOICE */
	/* F_REF: shown by its title, linked if I may, type-ahead in forms and filters */
	const struct resource *ref;
	/* SELECT expression; NULL: t.<name>. A field with sql and no EDIT/CREATE is read only */
	const char *sql;
	const char *group;                /* heading key in form and detail: Text.group.<group> */
	const char *fallback;             /* default value on a new form */
	/* F_REF lookup narrowed by another field of the form: e.g. area_id depends station_id */
	const char *depends;
	int scale;                        /* F_DECIMAL, F_PERCENT decimals (percent: 0 means 2) */
	/* text on pages, where the column's own is not for every reader; NULL: by kind */
	const char *(*said)(struct request *req, const char *raw);
	/* shown in the column head and beside the input: "kW". Money and energy bring their own */
	const char *unit;
};
#define FIELDS_END { NULL }

/* The way to the owner, as SQL expressions over alias t and the resource's joins. Every resource
 * has one. provider or property NULL: users of that
 * kind see nothing of it, unless public_read (then they list, show and refer to all rows, and
 * change none). The engine adds
 * `provider = ?` for provider users, `property = ?` for property users, and
 * `station IN (SELECT station_id FROM user_station WHERE user_id = ?)` for users bound by
 * stations. */
struct scope {
	const char *provider, *property, *station; bool system_only, public_read;
	/* the person a row belongs to: all kinds see only their own rows, but for who holds <name>.all
	 * (tasks) */
	const char *user;
	/* a fleet's user sees rows of the fleet and of those below it; NULL: none, and no permission of
	 * this resource counts for him */
	const char *fleet;
};

enum verb {
	CAN_LIST = 1, CAN_SHOW = 2, CAN_CREATE = 4, CAN_UPDATE = 8, CAN_ENABLE = 16, CAN_DELETE = 32,
	CAN_EXPORT = 64, CAN_IMPORT = 128
};
/* The words of permissions are list show create update enable delete export import, the names of
 * actions, and verbs_extra.
 * A resource with PII fields has the word pii: who holds it may see a record's personal data whole
 * (and is audited).
 * CAN_ENABLE: column status enabled/disabled, two actions enable and disable. CAN_DELETE: sets
 * deleted = id (refused by before_delete). */

/* A submitted form: declared fields only, cast and checked; only what differs is written and
 * audited. */
struct value { const char *text; int64_t number; bool null, given, changed; const char *old_text; };
struct change {
	const struct resource *res;
	int64_t id;                       /* 0: new */
	struct value *value;              /* by index of res->fields */
	int errors;
	const char **error;               /* by index: Text key or sentence, NULL fine */
	const char *form_error;           /* across fields */
	bool import;
	/* set by save() or run(): Text key of the message shown after ("{1}" is said_about); NULL: the
	 * usual */
	const char *said, *said_about;
	const char *go;                   /* set by save() or run(): path to go to instead of back */
	struct saving *saving;            /* the engine's */
};
/* By field name; bug (abort) if the resource declares no such field. */
struct value *change_value(struct change *c, const char *field);
int64_t change_i64(struct change *c, const char *field);
const char *change_text(struct change *c, const char *field);
/* field NULL: form_error */
void change_error(struct change *c, const char *field, const char *text_key);
/* Computed in check() or save(): cast like input; a text that does not fit becomes the field's
 * error. */
void change_set(struct request *req, struct change *c, const char *field, const char *text);
/* Text of the stored record's field (lock taken), "" when new or NULL: for rules that compare with
 * before. */
const char *change_old(struct change *c, const char *field);

enum action_flag {
	/* on a record, on ticked records, on the list itself */
	ACT_ROW = 1, ACT_BATCH = 2, ACT_PAGE = 4,
	ACT_CONFIRM = 8, ACT_PAYMENT = 16,            /* asks once; asks the payment password */
	ACT_DANGER = 32, ACT_MORE = 64,               /* red; under 更多 */
	/* a GET page by hand: /admin/<resource>/<id>/<name> (route in cgi/screen) */
	ACT_LINK = 128,
	ACT_SHOW = 256                                /* offered on the detail page, not in lists */
};
struct action {
	/* permission verb, URL part, Text.<resource>.<name> or Text.action.<name> */
	const char *name;
	unsigned flags;
	const struct field *fields;       /* inputs asked for (a small form), NULL none */
	/* SQL condition over t: only then offered and only then run (checked under lock) */
	const char *when;
	/* In a tx, row locked, permission, scope and `when` proved by the engine; audited by the engine
	 * with the inputs.
	 * change holds the inputs (res is a view of the action's fields). A refusal: change_error(). */
	NEOERR *(*run)(struct request *req, const struct resource *res, int64_t id,
		struct change *input);
};
#define ACTIONS_END { NULL }

/* counted status tab: Text.<resource>.tab.<name> */
struct tab { const char *name; const char *where; };
/* list on the detail page: rows where column = id */
struct child {
	const struct resource *res;
	const char *column;
	const char *when;                 /* SQL over t alone: only then shown; NULL: always */
};

struct resource {
	/* = table unless .table; URL, permission, text, template names */
	const char *name;
	const char *group;                /* menu group: Text.menu.<group>; NULL: not in the menu */
	const char *table;
	const char *title;                /* SQL expression over t that names a record: "t.name" */
	/* constant joins for list, show, export. They never drop or multiply rows: LEFT JOIN, or JOIN
	 * over a NOT NULL foreign key. Counts and page windows leave them out where unnamed */
	const char *joins;
	/* constant condition, NULL none; `t.deleted = 0` is added if soft */
	const char *where;
	/* Who shows the rows of the same table that `where` leaves out (piles of cars, devices of
	 * e-bikes): references find and name rows of both, a record that is not here is shown there */
	const struct resource *twin;
	const char *order;                /* default order: "t.requested_at DESC, t.id DESC" */
	const struct scope *scope;
	unsigned can;
	bool soft;                        /* table has deleted */
	/* table lacks created/updated/version columns (journals, statements): nothing the engine may
	 * update */
	bool plain;
	/* table has updated_at, updated_by and version but no created_by (session, daily_report) */
	bool no_author;
	/* counts are capped at 10 000 and pages go by window, never COUNT(*) over all */
	bool big;
	bool live;                        /* list offers automatic refresh */
	const struct field *fields;
	const struct action *actions;
	const struct tab *tabs;
	const struct child *children;     /* ends with NULL res */
	/* rules across fields, before the tx and again inside it */
	NEOERR *(*check)(struct request *req, struct change *c);
	/* NULL: plain INSERT/UPDATE; else called in the tx and may call resource_store() */
	NEOERR *(*save)(struct request *req, struct change *c, int64_t *id);
	/* Computed columns of list and detail: sets hdf value <field> of VIRTUAL fields in row. One
	 * call a row: no query on big lists. */
	NEOERR *(*decorate)(struct request *req, int64_t id, HDF *row);
	NEOERR *(*before_delete)(struct request *req, int64_t id, const char **problem);
	NEOERR *(*before_enable)(struct request *req, int64_t id, const char **problem);
	NEOERR *(*before_disable)(struct request *req, int64_t id, const char **problem);
	/* more data for templates/screen/<name>_show.cs, under More. */
	NEOERR *(*show)(struct request *req, int64_t id);
	/* permission words beside verbs and actions, e.g. "pii"; NULL-terminated */
	const char *const *verbs_extra;
};

/* NULL-terminated, menu order: cgi/screen/screens.c */
extern const struct resource *const resources[];
const struct resource *resource_find(const char *name);       /* NULL: none */
/* For perm_fleet_knows (perm.h): the word's resource has a way to fleets. */
bool resource_knows_fleet(const char *word);
/* Every permission word of the resource in the order of the role tree. */
NEOERR *resource_each_verb(const struct resource *res,
	NEOERR *(*fn)(const char *resource, const char *verb, void *ctx), void *ctx) CHECKED;
/* A wrong table (unknown flags together, a missing scope, a sort that cannot work ...) is printed
 * on stderr; number of faults. Mains abort on any. */
int resource_check_all(void);
/* Prepares every statement the tables give (list, detail, count, totals, lookup, export, update);
 * logs and counts the bad ones. */
NEOERR *resource_check_sql(struct db *db, int *bad) CHECKED;
/* chargeops-admin --resources: resources, verbs, fields, actions as JSON on out, for proofs that
 * loop over all of them. */
void resource_dump(FILE *out);

/* The plain INSERT/UPDATE of what changed, with audit, version and stamps; for save() hooks. */
NEOERR *resource_store(struct request *req, struct change *c, int64_t *id) CHECKED;
/* ERR_NOT_FOUND unless the record exists in the asker's scope (lock: FOR UPDATE). */
NEOERR *resource_reach(struct request *req, const struct resource *res, int64_t id,
	bool lock) CHECKED;
/* Routes of the engine: /admin/<resource>... and /api/v1/<resource>... */
extern const struct route resource_routes[];

#endif
