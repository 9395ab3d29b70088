/* notify_link.h - how messages reach people beside mail: an SMS gateway's account, the robot of a
 * WeChat group. Off until somebody enables one (T1).
 * Owns table notify_link but for the columns its screen edits. Serves the courier, alarms, the
 * screen. */
#ifndef CHARGE_NOTIFY_LINK_H
#define CHARGE_NOTIFY_LINK_H

#include "charge/choice.h"
#include "db/db.h"

#define NOTIFY_ALIYUN_VERSION "2017-05-25"
#define NOTIFY_VALUE 35                      /* characters that a template's variable may have */
#define NOTIFY_ROBOT_TEXT 2048               /* bytes of a robot's text */

struct notify_link {
	int64_t id;
	enum notify_kind kind;
	bool enabled;
	char url[201], account[65], secret[129], sign_name[161], alarm_template[41], code_template[41];
};
/* With its secret open; ERR_NOT_FOUND. */
NEOERR *notify_link_get(struct db *db, int64_t id, struct notify_link *out) CHECKED;
/* The enabled SMS account of this provider, else the platform's; *found false: none. provider 0:
 * the platform's alone. */
NEOERR *notify_link_sms(struct db *db, int64_t provider_id, struct notify_link *out,
	bool *found) CHECKED;
/* Sealed; "" leaves what is there. */
NEOERR *notify_link_set_secret(struct db *db, int64_t id, const char *secret) CHECKED;
/* The link exists, is a robot and of this provider or the platform. */
NEOERR *notify_link_is_robot(struct db *db, int64_t id, int64_t provider_id, bool *fits) CHECKED;

/* What an alarm says: text for a robot, the parts for a template. Heap. */
struct notify_alarm { const char *text, *station, *pile, *what, *at; };
char *notify_alarm_dup(const struct notify_alarm *a);

#endif
