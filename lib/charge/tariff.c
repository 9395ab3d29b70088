/* tariff.c - tariffs in the database: versions are added, never changed; which one counts where and
 * when.
 * Owns tables tariff_version, tariff_slot, tariff_band and tariff_special. Serves tariff.h. */
#include "charge/tariff.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/pile_model.h"

#define PRESETS_ROOM 201
#define SUMMARY_ROOM 1000                    /* tariff_version.summary: bytes, so never more characters than fit */

#define VERSION_COLUMNS "select v.id, v.tariff_id, v.number, v.effective_at, v.rounding," \
	" s.start_minute, s.end_minute, s.type, s.energy_price, s.service_price, v.method," \
	" v.stop_minutes, v.free_minutes, v.hour_price, v.booking_minutes, v.booking_price," \
	" v.occupancy_free_minutes, v.occupancy_unit_minutes, v.occupancy_price, v.occupancy_cap," \
	" v.presets, v.step_energy, v.step_minutes" \
	" from tariff_version v join tariff_slot s on s.tariff_version_id = v.id"

SQL(tariff_version_select, VERSION_COLUMNS " where v.id = ? order by s.start_minute");
SQL(tariff_version_in_force, VERSION_COLUMNS
	" where v.id = (select id from tariff_version where tariff_id = ? and effective_at <= ?"
	" order by effective_at desc, id desc limit 1) order by s.start_minute");

SQL(tariff_version_bands,
	"select from_watt, to_watt, hour_price from tariff_band where tariff_version_id = ? order by"
	" from_watt");

SQL(tariff_version_specials,
	"select days, start_minute, end_minute, from_energy, to_energy, from_minutes, to_minutes,"
	" energy_price, service_price from tariff_special where tariff_version_id = ? order by"
	" position");

/* A disabled or deleted tariff, or one of another kind of station, is as good as none: the next
 * wider one counts. */
#define USABLE " and t.kind = s.kind and t.deleted = 0 and t.status = 'enabled'"
SQL(tariff_of_pile_select,
	"select coalesce("
	"(select t.id from tariff t where t.id = p.tariff_id" USABLE "),"
	"(select t.id from tariff t where t.id = a.tariff_id" USABLE "),"
	"(select t.id from tariff t where t.id = s.tariff_id" USABLE "),"
	"(select t.id from tariff t where t.id = if(s.kind = 'ebike', o.ebike_tariff_id,"
	" o.car_tariff_id)" USABLE "), 0)"
	" from pile p join area a on a.id = p.area_id join station s on s.id = p.station_id join"
	" provider o on o.id = s.provider_id where p.id = ?");
/* M1: at the own station, or at each station of the own provider if no station is set. */
SQL(tariff_of_member_select,
	"select t.id from member m join pile p on p.id = ? join station s on s.id = p.station_id"
	" join tariff t on t.id = m.tariff_id" USABLE
	" where m.id = ? and (m.station_id = s.id or (m.station_id is null and m.provider_id ="
	" s.provider_id))");
/* I2: what a partner has its members pay at the stations an agreement covers. */
SQL(tariff_of_agreement_select,
	"select t.id from member m join pile p on p.id = ? join station s on s.id = p.station_id join"
	" agreement a on a.kind = 'charge' and a.owner_id = s.provider_id and a.partner_id ="
	" m.provider_id and a.state = 'running' and ? between a.from_day and a.to_day join"
	" agreement_version v on v.agreement_id = a.id and v.state = 'agreed' and v.from_day <= ?"
	" left join tariff t on t.id = v.member_tariff_id" USABLE " where m.id = ? and m.provider_id <>"
	" s.provider_id and (a.all_stations or exists (select 1 from agreement_station x where"
	" x.agreement_id = a.id and x.station_id = s.id)) order by v.from_day desc, v.number desc"
	" limit 1");

SQL(tariff_lock, "select rounding from tariff where id = ? for update");
SQL(tariff_version_last, "select coalesce(max(number), 0) from tariff_version where tariff_id = ?");
SQL(tariff_version_insert,
	"insert into tariff_version"
	" (tariff_id, number, effective_at, method, rounding, summary, stop_minutes, free_minutes,"
	" hour_price, booking_minutes, booking_price, occupancy_free_minutes, occupancy_unit_minutes,"
	" occupancy_price, occupancy_cap, presets, step_energy, step_minutes, created_at, created_by)"
	" values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

bool tariff_presets_read(const char *text, struct tariff *t)
{
	char copy[PRESETS_ROOM], *rest = copy;

	t->presets = 0;
	if (strlen(text) >= sizeof copy)
		return false;
	text_copy(copy, sizeof copy, text);
	for (char *p; (p = text_split(&rest, ',')) != NULL;) {
		p = text_trim(p);
		if (!*p)
			continue;
		if (t->presets == TARIFF_PRESETS || !money_parse(p, &t->preset[t->presets]))
			return false;
		t->presets++;
	}
	return true;
}

void tariff_presets_write(const struct tariff *t, char *out, size_t room)
{
	char money[FIXED_TEXT];
	size_t used = 0;

	*out = '\0';
	for (int i = 0; i < t->presets && used < room; i++)
		used += (size_t)snprintf(out + used, room - used, "%s%s", i ? "," : "",
			fixed_format(t->preset[i], MONEY_SCALE, t->preset[i] % MONEY_YUAN ? 2 : 0, money));
}

static NEOERR *take_version(const struct row *r, struct tariff *t)
{
	int method = choice_value(&tariff_method_choices, row_str(r, 10));

	if (method < 0 || !tariff_presets_read(row_str(r, 20), t))
		return nerr_raise(ERR_INVALID, "tariff version %s is damaged", row_str(r, 0));
	t->version_id = row_i64(r, 0);
	t->tariff_id = row_i64(r, 1);
	t->number = (int)row_i64(r, 2);
	t->effective_at = row_time(r, 3);
	t->rounding = (enum rounding)choice_value(&rounding_choices, row_str(r, 4));
	t->method = (enum tariff_method)method;
	t->bike.stop_minutes = (int)row_i64(r, 11);
	t->bike.free_minutes = (int)row_i64(r, 12);
	t->bike.hour_price = row_money(r, 13);
	t->booking.minutes = (int)row_i64(r, 14);
	t->booking.price = row_money(r, 15);
	t->occupancy.free_minutes = (int)row_i64(r, 16);
	t->occupancy.unit_minutes = (int)row_i64(r, 17);
	t->occupancy.price = row_money(r, 18);
	t->occupancy.cap = !r->value[19] ? -1 : row_money(r, 19);
	t->step_energy = row_energy(r, 21);
	t->step_minutes = (int)row_i64(r, 22);
	return STATUS_OK;
}

static NEOERR *take_slot(const struct row *r, void *ctx)
{
	struct tariff *t = ctx;
	int type = choice_value(&price_type_choices, row_str(r, 7));
	NEOERR *err = STATUS_OK;

	if (t->n >= TARIFF_SLOTS || type < 0)
		return nerr_raise(ERR_INVALID, "tariff version %s is damaged", row_str(r, 0));
	if (t->n == 0)
		TRY(take_version(r, t));
	t->slot[t->n++] = (struct tariff_slot){ .start_minute = (int)row_i64(r, 5),
		.end_minute = (int)row_i64(r, 6),
		.type = (enum price_type)type,
		.energy_price = row_money(r, 8),
		.service_price = row_money(r, 9) };
out:
	return nerr_pass(err);
}

static NEOERR *take_band(const struct row *r, void *ctx)
{
	struct bike_terms *bike = ctx;

	if (bike->n >= BIKE_BANDS)
		return nerr_raise(ERR_INVALID, "a tariff of more than %d power bands", BIKE_BANDS);
	bike->band[bike->n++] =
		(struct bike_band){ (int)row_i64(r, 0), (int)row_i64(r, 1), row_money(r, 2) };
	return STATUS_OK;
}

static NEOERR *take_special(const struct row *r, void *ctx)
{
	struct tariff *t = ctx;

	if (t->specials >= TARIFF_SPECIALS)
		return nerr_raise(ERR_INVALID, "a tariff of more than %d special prices", TARIFF_SPECIALS);
	t->special[t->specials++] = (struct tariff_special){ .days = (int)row_i64(r, 0),
		.start_minute = (int)row_i64(r, 1),
		.end_minute = (int)row_i64(r, 2),
		.from_energy = row_energy(r, 3),
		.to_energy = row_energy(r, 4),
		.from_minutes = (int)row_i64(r, 5),
		.to_minutes = (int)row_i64(r, 6),
		.energy_price = row_money(r, 7),
		.service_price = row_money(r, 8) };
	return STATUS_OK;
}

/* *out is empty where no version was found. */
static NEOERR *load(struct db *db, const struct sql *sql, const struct arg *args, int n,
	struct tariff *out)
{
	NEOERR *err;

	memset(out, 0, sizeof(*out));
	TRY(db_query(db, sql, args, n, take_slot, out));
	if (out->n && tariff_is_bike(out))
		TRY(db_query(db, &tariff_version_bands, ARGS(I64(out->version_id)), take_band, &out->bike));
	else if (out->n)
		TRY(db_query(db, &tariff_version_specials, ARGS(I64(out->version_id)), take_special, out));
out:
	return nerr_pass(err);
}

NEOERR *tariff_version_get(struct db *db, int64_t version_id, struct tariff *out)
{
	NEOERR *err = load(db, &tariff_version_select, ARGS(I64(version_id)), out);

	if (err == STATUS_OK && out->n == 0)
		err = nerr_raise(ERR_NOT_FOUND, "no tariff version %lld", (long long)version_id);
	return nerr_pass(err);
}

NEOERR *tariff_at(struct db *db, int64_t tariff_id, int64_t when, struct tariff *out)
{
	NEOERR *err = load(db, &tariff_version_in_force, ARGS(I64(tariff_id), TIME(when)), out);

	if (err == STATUS_OK && out->n == 0)
		err = nerr_raise(ERR_NOT_FOUND, "tariff %lld is not in force yet", (long long)tariff_id);
	return nerr_pass(err);
}

NEOERR *tariff_of_pile(struct db *db, int64_t pile_id, int64_t *tariff_id)
{
	return nerr_pass(db_i64(db, &tariff_of_pile_select, ARGS(I64(pile_id)), tariff_id));
}

NEOERR *tariff_fit_pile(struct db *db, int64_t pile_id, struct tariff *t)
{
	bool tou = true, booking = true;
	NEOERR *err = STATUS_OK;

	if (t->n > 1)
		TRY(pile_can(db, pile_id, ABILITY_TOU, &tou));
	if (tariff_books(t))
		TRY(pile_can(db, pile_id, ABILITY_BOOKING, &booking));
	if (!tou)
		tariff_least_service(t);
	if (!booking)
		t->booking.minutes = 0;
out:
	return nerr_pass(err);
}

/* *found false: no tariff, or none of its versions is in force yet. */
static NEOERR *in_force(struct db *db, int64_t tariff_id, int64_t when, struct tariff *out,
	bool *found)
{
	NEOERR *err = STATUS_OK;

	*found = false;
	if (tariff_id == 0)
		return STATUS_OK;
	err = tariff_at(db, tariff_id, when, out);
	*found = err == STATUS_OK;
	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		return STATUS_OK;
	}
	return nerr_pass(err);
}

static NEOERR *nearest(struct db *db, int64_t pile_id, int64_t member_id, int64_t when,
	struct tariff *out)
{
	int64_t tariff_id = 0;
	bool found = false;
	NEOERR *err;

	if (member_id) {
		TRY(db_i64(db, &tariff_of_member_select, ARGS(I64(pile_id), I64(member_id)), &tariff_id));
		TRY(in_force(db, tariff_id, when, out, &found));
		if (found)
			return STATUS_OK;
		TRY(db_i64(db, &tariff_of_agreement_select,
			ARGS(I64(pile_id), DAY(when), DAY(when), I64(member_id)), &tariff_id));
		TRY(in_force(db, tariff_id, when, out, &found));
		if (found)
			return STATUS_OK;
	}
	TRY(tariff_of_pile(db, pile_id, &tariff_id));
	TRY(in_force(db, tariff_id, when, out, &found));
	if (!found)
		err = nerr_raise(ERR_NOT_FOUND, "pile %lld has no tariff in force", (long long)pile_id);
out:
	return nerr_pass(err);
}

NEOERR *tariff_for(struct db *db, int64_t pile_id, int64_t member_id, int64_t when,
	struct tariff *out)
{
	NEOERR *err;

	TRY(nearest(db, pile_id, member_id, when, out));
	TRY(tariff_fit_pile(db, pile_id, out));
out:
	return nerr_pass(err);
}

static const struct bulk slot_bulk = {
	"insert into tariff_slot (tariff_version_id, start_minute, end_minute, type, energy_price,"
	" service_price) values",
	"(?, ?, ?, ?, ?, ?)", "", 6
};
static const struct bulk band_bulk = {
	"insert into tariff_band (tariff_version_id, from_watt, to_watt, hour_price) values",
	"(?, ?, ?, ?)", "", 4
};

static const struct bulk special_bulk = {
	"insert into tariff_special (tariff_version_id, position, days, start_minute, end_minute,"
	" from_energy, to_energy, from_minutes, to_minutes, energy_price, service_price) values",
	"(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "", 11
};

static NEOERR *insert_slots(struct db *db, const struct tariff *t)
{
	struct arg args[TARIFF_SLOTS * 6], *a = args;

	for (int i = 0; i < t->n; i++) {
		const struct tariff_slot *s = &t->slot[i];

		*a++ = I64(t->version_id);
		*a++ = I64(s->start_minute);
		*a++ = I64(s->end_minute);
		*a++ = STR(choice_name(&price_type_choices, s->type));
		*a++ = MONEY(s->energy_price);
		*a++ = MONEY(s->service_price);
	}
	return nerr_pass(db_bulk(db, &slot_bulk, args, t->n, NULL));
}

static NEOERR *insert_bands(struct db *db, const struct tariff *t)
{
	struct arg args[BIKE_BANDS * 4], *a = args;

	if (!tariff_has_bands(t))
		return STATUS_OK;
	for (int i = 0; i < t->bike.n; i++) {
		*a++ = I64(t->version_id);
		*a++ = I64(t->bike.band[i].from_watt);
		*a++ = I64(t->bike.band[i].to_watt);
		*a++ = MONEY(t->bike.band[i].hour_price);
	}
	return nerr_pass(db_bulk(db, &band_bulk, args, t->bike.n, NULL));
}

static NEOERR *insert_specials(struct db *db, const struct tariff *t)
{
	struct arg args[TARIFF_SPECIALS * 11], *a = args;

	if (tariff_is_bike(t))
		return STATUS_OK;
	for (int i = 0; i < t->specials; i++) {
		const struct tariff_special *s = &t->special[i];

		*a++ = I64(t->version_id);
		*a++ = I64(i + 1);
		*a++ = I64(s->days);
		*a++ = I64(s->start_minute);
		*a++ = I64(s->end_minute);
		*a++ = ENERGY(s->from_energy);
		*a++ = ENERGY(s->to_energy);
		*a++ = I64(s->from_minutes);
		*a++ = I64(s->to_minutes);
		*a++ = MONEY(s->energy_price);
		*a++ = MONEY(s->service_price);
	}
	return nerr_pass(db_bulk(db, &special_bulk, args, t->specials, NULL));
}

static NEOERR *insert_version(struct db *db, struct tariff *t, int64_t by)
{
	char summary[SUMMARY_ROOM], presets[PRESETS_ROOM];

	tariff_summary(t, summary, sizeof(summary));
	tariff_presets_write(t, presets, sizeof presets);
	return nerr_pass(db_insert(db, &tariff_version_insert,
		ARGS(I64(t->tariff_id), I64(t->number), TIME(t->effective_at),
			STR(choice_name(&tariff_method_choices, (int)t->method)),
			STR(choice_name(&rounding_choices, (int)t->rounding)), STR(summary),
			I64(t->bike.stop_minutes), I64(t->bike.free_minutes), MONEY(t->bike.hour_price),
			I64(t->booking.minutes), MONEY(t->booking.price), I64(t->occupancy.free_minutes),
			I64(t->occupancy.unit_minutes), MONEY(t->occupancy.price),
			t->occupancy.cap < 0 ? NULLARG : MONEY(t->occupancy.cap), STR(presets),
			ENERGY(t->step_energy), I64(t->step_minutes),
			TIME(clock_now()), IDREF(by)),
		&t->version_id));
}

static NEOERR *take_rounding(const struct row *r, void *ctx)
{
	int *rounding = ctx;

	*rounding = choice_value(&rounding_choices, row_str(r, 0));
	return STATUS_OK;
}

struct addition { struct tariff *tariff; int64_t by; };

/* The tariff's row is locked, so that two editors get two numbers. */
static NEOERR *add(struct db *db, void *ctx)
{
	struct addition *a = ctx;
	struct tariff *t = a->tariff;
	int64_t last;
	int rounding;
	NEOERR *err;

	TRY(db_get(db, &tariff_lock, ARGS(I64(t->tariff_id)), take_rounding, &rounding));
	TRY(db_i64(db, &tariff_version_last, ARGS(I64(t->tariff_id)), &last));
	t->number = (int)last + 1;
	t->rounding = (enum rounding)rounding;
	TRY(insert_version(db, t, a->by));
	TRY(insert_slots(db, t));
	TRY(insert_bands(db, t));
	TRY(insert_specials(db, t));
out:
	return nerr_pass(err);
}

NEOERR *tariff_version_add(struct db *db, int64_t tariff_id, struct tariff *t, int64_t by,
	int64_t *version_id)
{
	struct addition a = { t, by };
	enum tariff_fault fault;
	NEOERR *err;
	int at;

	if ((fault = tariff_check(t, &at)) != TARIFF_OK)
		return nerr_raise(ERR_INVALID, "tariff row %d: %s", at + 1, tariff_fault_name(fault));
	t->tariff_id = tariff_id;
	if (t->effective_at == 0)
		t->effective_at = clock_day_start(clock_now()) + DAY_SECONDS;   /* P4, P8 */
	err = db_tx(db, add, &a);
	if (err == STATUS_OK && version_id)
		*version_id = t->version_id;
	return nerr_pass(err);
}
