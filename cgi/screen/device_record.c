/* device_record.c - final records as devices sent them, and what became of each.
 * Owns the screen. Serves whoever looks for a charge that is missing or was counted otherwise. */
#include "cgi/screen/screen.h"

static const struct field fields[] = {
	{ "session_no", F_CODE, SEEN | SEARCH | PREFIX },
	{ "pile_serial", F_CODE, SEEN | SEARCH | EXACT },
	{ "protocol", F_CHOICE, SEEN, .choices = &protocol_choices },
	{ "outcome", F_CODE, SEEN | SEARCH | EXACT },
	{ "times", F_INT, SEEN },
	{ "first_at", F_TIME, SEEN | SORT | FILTER | RANGE | LAST_WEEK },
	{ "last_at", F_TIME, SEEN },
	FIELDS_END,
};
static const struct scope scope = { .system_only = true };
static const struct tab tabs[] = { { "all", NULL }, { "unsettled", "t.outcome <> 'settled'" },
	{ NULL, NULL } };

const struct resource device_record_resource = {
	.name = "device_record",
	.group = "site",
	.title = "t.session_no",
	.order = "t.first_at DESC, t.id DESC",
	.scope = &scope,
	.plain = true,
	.big = true,
	.can = CAN_LIST | CAN_SHOW | CAN_EXPORT,
	.fields = fields,
	.tabs = tabs,
};
