/* setting.c - the table of what an operator may set on pages, with defaults; a row overrides its
 * default.
 * Owns table setting.
 * Serves rules that need one. */
#include "base/clock.h"
#include "base/text.h"
#include "db/setting.h"

/* To add a setting: a row here. Kind says how the value is checked when it is written. */
static const struct setting { const char *name; char kind; const char *fallback; } settings[] = {
	{ "login_failures", 'i', "5" },          /* wrong passwords before an account is locked   */
	{ "login_lock_minutes", 'i', "15" },
	{ "password_length", 'i', "8" },         /* characters a log-in password has at least  */
	{ "password_kinds", 'i', "2" },          /* of capitals, small letters, digits, others */
	{ "password_history", 'i', "5" },        /* how many last passwords are not taken again */
	{ "sms_code_minutes", 'i', "5" },        /* how long a code is good                       */
	{ "sms_code_daily", 'i', "10" },         /* codes a phone may ask for in a day            */
	{ "balance_min", 'm', "1.00" },          /* yuan a driver must have to start a charge     */
	{ "prepay_max", 'm', "300.00" },         /* yuan a start without an amount holds at most  */
	/* P22: yuan left at which a running charge is stopped */
	{ "stop_below", 'm', "1.00" },
	/* O2: a silent session is ended by its last report after this */
	{ "suspend_hours", 'i', "24" },
	/* D15: a vehicle that takes nothing that long after the start is asleep; 0: never */
	{ "asleep_seconds", 'i', "90" },
	{ "anomaly_old_days", 'i', "90" },       /* O16c: a record that starts earlier            */
	{ "anomaly_future_minutes", 'i', "15" }, /* O16d: a record that ends later                */
	{ "anomaly_hours", 'i', "24" },          /* O16e: a longer session                        */
	{ "anomaly_energy", 'i', "500" },        /* O16f: kWh of a session                        */
	{ "anomaly_energy_minute", 'i', "10" },  /* O16h: kWh a minute on average                 */
	/* O16j: yuan between the pile's bill and ours, or 1 % */
	{ "anomaly_amount", 'm', "0.05" },
	{ "anomaly_audit", 'i', "0" },           /* O15: a second person looks at each handled case */
	{ "recharge_on", 'i', "1" },             /* F7: drivers may fill their wallet on the phone    */
	{ "recharge_amounts", 't', "20 50 100 200 500" },
	{ "recharge_default", 'm', "50.00" },
	{ "recharge_min", 'm', "1.00" },
	{ "recharge_max", 'm', "2000.00" },
	/* F7: yuan a recharge by credit card may have; more goes back by itself */
	{ "recharge_credit_max", 'm', "10.00" },
	{ "recharge_text", 't', "" },
	/* M10: what the counter offers, yuan paid + yuan given; at most 12 */
	{ "counter_amounts", 't', "0.01 20 50 50+1 100 100+5 200 500" },
	{ "card_fee", 'm', "0.01" },             /* M9: of a charge card                          */
	{ "prepay_amounts", 't', "20 30 50 100" }, /* P6: at most 12 */
	{ "prepay_amounts_bike", 't', "1 2 5" },
	{ "withdraw_on", 'i', "1" },             /* F6                                            */
	{ "withdraw_auto", 'i', "0" },
	{ "withdraw_booked", 'i', "0" },         /* 1: money that was only booked (记账) may leave */
	{ "withdraw_delay_hours", 'i', "0" },
	{ "withdraw_auto_max", 'm', "200.00" },
	{ "withdraw_auto_daily", 'i', "1" },
	{ "withdraw_text", 't', "" },
	/* minutes after a booking in which giving it up costs nothing */
	{ "booking_free_minutes", 'i', "15" },
	{ "aftersale_on", 'i', "1" },            /* F3                                            */
	{ "receipt_on", 'i', "1" },             /* F11                                           */
	{ "receipt_hours", 'i', "1" },          /* how long after a charge its receipt is given  */
	{ "invoice_on", 'i', "1" },              /* F10                                           */
	{ "invoice_electronic", 'i', "1" },
	{ "invoice_paper", 'i', "0" },
	{ "invoice_min", 'm', "0.01" },
	{ "invoice_months", 'i', "12" },         /* how old an order may be; 0: no bound          */
	{ "invoice_energy", 'i', "1" },          /* what of an order is invoiced                  */
	{ "invoice_service", 'i', "1" },
	{ "invoice_occupancy", 'i', "1" },       /* P10: as a service                             */
	{ "invoice_booking", 'i', "1" },         /* P9: of one that was charged at             */
	{ "invoice_text", 't', "" },
	{ "holidays", 't', "" },                /* G13: 2027-01-01 2027-02-05~2027-02-11            */
	{ "workdays", 't', "" },                /* G13: Saturdays and Sundays that are worked         */
	/* I7: what the prices of a bill hold, percent */
	{ "bill_tax_energy", 'i', "13" },
	{ "bill_tax_service", 'i', "6" },
	{ "operator_name", 't', "" },
	{ "service_phone", 't', "" },
};

SQL(setting_select, "select value from setting where name = ?");
SQL(setting_write, "insert into setting (name, value, updated_at) values (?, ?, ?)"
	" on duplicate key update value = values(value), updated_at = values(updated_at)");

struct wanted { char *out; size_t room; };

static const struct setting *find(const char *name)
{
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		if (text_eq(settings[i].name, name))
			return &settings[i];
	return NULL;
}

bool setting_row(int i, const char **name, char *kind, const char **fallback)
{
	if (i < 0 || i >= (int)(sizeof settings / sizeof *settings))
		return false;
	*name = settings[i].name;
	*kind = settings[i].kind;
	*fallback = settings[i].fallback;
	return true;
}

static NEOERR *take_value(const struct row *r, void *ctx)
{
	struct wanted *w = ctx;

	text_copy(w->out, w->room, row_str(r, 0));
	return STATUS_OK;
}

NEOERR *setting_text(struct db *db, const char *name, char *out, size_t room)
{
	const struct setting *s = find(name);
	struct wanted w = { out, room };
	bool found = false;

	if (!s)
		return nerr_raise(ERR_INVALID, "no setting has the name %s", name);
	text_copy(out, room, s->fallback);
	return nerr_pass(db_find(db, &setting_select, ARGS(STR(name)), take_value, &w, &found));
}

NEOERR *setting_i64(struct db *db, const char *name, int64_t *out)
{
	char text[40];
	NEOERR *err = setting_text(db, name, text, sizeof text);

	if (err == STATUS_OK && !text_i64(text, out))
		err = nerr_raise(ERR_INVALID, "setting %s is not a whole number: %s", name, text);
	return nerr_pass(err);
}

NEOERR *setting_money(struct db *db, const char *name, int64_t *out)
{
	char text[40];
	NEOERR *err = setting_text(db, name, text, sizeof text);

	if (err == STATUS_OK && !money_parse(text, out))
		err = nerr_raise(ERR_INVALID, "setting %s is not an amount: %s", name, text);
	return nerr_pass(err);
}

NEOERR *setting_set(struct db *db, const char *name, const char *value)
{
	const struct setting *s = find(name);
	int64_t v;

	if (!s)
		return nerr_raise(ERR_INVALID, "no setting has the name %s", name);
	if ((s->kind == 'i' && !text_i64(value, &v)) || (s->kind == 'm' && !money_parse(value, &v)))
		return nerr_raise(ERR_INVALID, "%s is not a value for setting %s", value, name);
	return nerr_pass(
		db_exec(db, &setting_write, ARGS(STR(name), STR(value), TIME(clock_now())), NULL));
}
