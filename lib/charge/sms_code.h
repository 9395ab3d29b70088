/* sms_code.h - log-in of drivers by phone and a 6-digit code: 5 minutes, 5 tries, one a minute, 10
 * a day.
 * Owns sms_code. Serves driver pages. */
#ifndef CHARGE_SMS_CODE_H
#define CHARGE_SMS_CODE_H

#include "db/db.h"

enum sms_refusal { SMS_OK, SMS_PHONE, SMS_TOO_SOON, SMS_TOO_MANY, SMS_WRONG, SMS_EXPIRED };
const char *sms_refusal_name(enum sms_refusal r);
/* Makes a code and its delivery in one tx. */
NEOERR *sms_code_send(struct db *db, const char *phone, enum sms_refusal *refusal) CHECKED;
/* Checks and uses up a code. */
NEOERR *sms_code_check(struct db *db, const char *phone, const char *code,
	enum sms_refusal *refusal) CHECKED;

#endif
