/* demo_fleet.c - who drives the virtual fleet: drivers with plastic cards and money, and the two
 * files pilesim reads.
 * Owns data_dir/demo/. Serves jobs/demo.c; again: nothing is done twice. */
#include <errno.h>
#include <sys/stat.h>

#include "jobs/demo.h"

#include "base/clock.h"
#include "base/conf.h"
#include "charge/ledger.h"
#include "charge/member.h"

#define DRIVERS 16
#define OF_FIRST 12                          /* of the first provider (stations 1 to 3), the others of the second (station 4) */
#define PURSE (5000 * MONEY_YUAN)            /* some ten days of charging */
#define FIRST_PHONE INT64_C(13900020001)

static const char *const places_of[DEMO_PROVIDERS] = { "320106000001,320106000002,320106000003",
	"320106000004" };

SQL(fleet_member_find, "select id from member where phone = ? and deleted = 0");
SQL(fleet_member_insert,
	"insert into member (no, provider_id, name, phone, plate, source, created_at, updated_at)"
	" values (?, ?, ?, ?, ?, 'offline', ?, ?)");
SQL(fleet_card_insert,
	"insert into card (no, kind, member_id, provider_id, physical_no, logical_no, created_at,"
	" updated_at)"
	" values (?, 'physical', ?, ?, ?, ?, ?, ?)");
SQL(fleet_piles,
	"select serial, connector_count, coalesce(rated_watt, rated_power * 1000, 0), protocol from"
	" pile where (serial like '32010600000%' or serial like '" DEMO_BIKES "%') and protocol in"
	" ('ykc', 'ocpp16', 'ap3000') and deleted = 0 order by serial");

static void physical_of(int i, char out[17])
{
	snprintf(out, 17, "00000000C0DE%04u", ((unsigned)i + 1) % 10000u);
}

static NEOERR *fill_purse(struct db *db, int64_t provider_id, int64_t member_id, int64_t card_id)
{
	char key[40];
	struct journal j = { .kind = JOURNAL_RECHARGE,
		.dedupe_key = key,
		.provider_id = provider_id,
		.member_id = member_id,
		.card_id = card_id,
		.purse = { OWNER_CARD, card_id },
		.note = "演示车队" };
	bool fresh;

	snprintf(key, sizeof(key), "demo-fleet:%lld", (long long)card_id);
	return nerr_pass(purse_recharge(db, &j, PURSE, 0, &fresh));
}

static NEOERR *make_driver(struct db *db, int64_t provider_id, int i)
{
	int64_t now = clock_now(), member_id = 0, card_id;
	char no[10], phone[16], name[40], plate[20], physical[17];
	NEOERR *err;

	snprintf(phone, sizeof(phone), "%lld", (long long)(FIRST_PHONE + i));
	TRY(db_i64(db, &fleet_member_find, ARGS(STR(phone)), &member_id));
	if (member_id != 0)
		return STATUS_OK;
	snprintf(name, sizeof(name), "车队%02d号司机", i + 1);
	snprintf(plate, sizeof(plate), "苏AF%05d", 20001 + i);
	physical_of(i, physical);
	TRY(member_new_no(db, no));
	TRY(db_insert(db, &fleet_member_insert,
		ARGS(STR(no), I64(provider_id), STR(name), STR(phone), STR(plate), TIME(now), TIME(now)),
		&member_id));
	TRY(card_new_no(db, no));
	TRY(db_insert(db, &fleet_card_insert,
		ARGS(STR(no), I64(member_id), I64(provider_id), STR(physical), STR(no), TIME(now),
			TIME(now)),
		&card_id));
	TRY(fill_purse(db, provider_id, member_id, card_id));
out:
	return nerr_pass(err);
}

static NEOERR *make_drivers(struct db *db, void *ctx)
{
	const struct demo *d = ctx;
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < DRIVERS && err == STATUS_OK; i++)
		err = make_driver(db, d->provider[i >= OF_FIRST], i);
	return nerr_pass(err);
}

static NEOERR *write_pile(const struct row *r, void *ctx)
{
	fprintf(ctx, "%s %s %lld %s\n", row_str(r, 0), row_str(r, 1),
		(long long)(row_money(r, 2) / MONEY_YUAN), row_str(r, 3));
	return STATUS_OK;
}

static NEOERR *write_file(struct db *db, const char *name)
{
	char path[300], physical[17];
	NEOERR *err = STATUS_OK;
	FILE *f;

	snprintf(path, sizeof(path), "%s/demo", conf.data_dir);
	if (mkdir(path, 0750) != 0 && errno != EEXIST)
		return nerr_raise_errno(NERR_IO, "cannot make %s", path);
	snprintf(path, sizeof(path), "%s/demo/%s", conf.data_dir, name);
	if ((f = fopen(path, "we")) == NULL)
		return nerr_raise_errno(NERR_IO, "cannot write %s", path);
	if (db != NULL)
		err = db_query(db, &fleet_piles, NOARGS, write_pile, f);
	for (int i = 0; db == NULL && i < DRIVERS; i++) {
		physical_of(i, physical);
		fprintf(f, "%s %s\n", physical, places_of[i >= OF_FIRST]);
	}
	if (db == NULL)
		demo_bike_cards(f);
	if (fclose(f) != 0 && err == STATUS_OK)
		err = nerr_raise_errno(NERR_IO, "cannot write %s", path);
	return nerr_pass(err);
}

NEOERR *demo_fleet(struct db *db, struct demo *d)
{
	NEOERR *err;

	TRY(db_tx(db, make_drivers, d));
	TRY(write_file(db, "serials"));
	TRY(write_file(NULL, "cards"));
out:
	return nerr_pass(err);
}
