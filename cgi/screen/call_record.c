/* call_record.c - calls that the service desk took, and faults that people told of (T4).
 * Owns both screens. Serves the service desk, repairers. */
#include "cgi/screen/screen.h"

#define OWNERS \
	{ "provider_id", F_REF, SEEN | HIDE | FILTER | FOLD | PLACED, .ref = &provider_resource }, \
	{ "property_id", F_REF, SEEN | FILTER | PLACED | REQUIRED, .ref = &property_resource, \
		.depends = "provider_id" }
#define PERSON \
	{ "name", F_TEXT, SEEN | SEARCH | TYPED | REQUIRED | PII, 1, 40 }, \
	{ "phone", F_PHONE, SEEN | SEARCH | PREFIX | TYPED | REQUIRED | PII, 5, 20 }

static const struct field fields[] = {
	OWNERS,
	PERSON,
	{ "agent", F_TEXT, SEEN | SEARCH | TYPED | REQUIRED, 1, 40 },
	{ "agent_phone", F_CODE, SEEN | SEARCH | PREFIX | TYPED, 0, 20 },
	{ "called_at", F_TIME, SEEN | SORT | FILTER | RANGE | TYPED | REQUIRED },
	{ "content", F_LONGTEXT, SEEN | TYPED | REQUIRED, 1, 2000 },
	CREATED_FIELD,
	FIELDS_END,
};
static const struct field fault_fields[] = {
	OWNERS,
	PERSON,
	{ "repairer", F_TEXT, SEEN | SEARCH | TYPED, 0, 40 },
	{ "repairer_phone", F_CODE, SEEN | SEARCH | PREFIX | TYPED, 0, 20 },
	{ "brief", F_TEXT, SEEN | SEARCH | TYPED | REQUIRED, 1, 100 },
	{ "detail", F_LONGTEXT, SHOW | EXPORT | TYPED, 0, 2000 },
	{ "solution", F_LONGTEXT, SEEN | HIDE | TYPED, 0, 2000 },
	{ "created_at", F_TIME, SEEN | SORT | FILTER | RANGE },
	FIELDS_END,
};

static NEOERR *check(struct request *req, struct change *c)
{
	return c->id ? STATUS_OK : nerr_pass(screen_new_owned(req, c, true));
}

static const struct scope scope = { "t.provider_id", "t.property_id" };
static const char *const extra[] = { "pii", NULL };

const struct resource call_record_resource = {
	.name = "call_record",
	.group = "service",
	.title = "t.agent",
	.order = "t.called_at DESC, t.id DESC",
	.scope = &scope,
	.soft = true,
	.verbs_extra = extra,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_EXPORT,
	.fields = fields,
	.check = check,
};

const struct resource fault_record_resource = {
	.name = "fault_record",
	.group = "service",
	.title = "t.brief",
	.order = "t.created_at DESC, t.id DESC",
	.scope = &scope,
	.soft = true,
	.verbs_extra = extra,
	.can = CAN_LIST | CAN_SHOW | CAN_CREATE | CAN_UPDATE | CAN_DELETE | CAN_EXPORT,
	.fields = fault_fields,
	.check = check,
};
