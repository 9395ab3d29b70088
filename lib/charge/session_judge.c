/* session_judge.c - may this member charge at this connector now, or book it: what is known of
 * both, and the reasons that speak against it.
 * Owns nothing; locks connector, card and member. Serves session_request.c, reservation_book.c. */
#include "charge/session_judge.h"

#include "base/clock.h"
#include "base/text.h"
#include "charge/card.h"
#include "charge/pile_model.h"
#include "charge/reservation.h"
#include "charge/station.h"

#define STOPPING_SECONDS 180                 /* a stopping session that fell silent no longer blocks its connector or member */
#define LOOK_BACK (3 * DAY_SECONDS)
#define LIMIT_ENERGY_MAX (500 * ENERGY_KWH)
#define LIMIT_AMOUNT_MAX (10000 * MONEY_YUAN)
#define LIMIT_TIME_MIN 60
#define LIMIT_TIME_MAX (48 * 3600)

/* Locks come first: what they waited for is decided before anything is judged. Two requests for one
 * connector or by one member thus go one after the other. */
SQL(request_connector_lock, "select id from connector where id = ? and deleted = 0 for update");
SQL(request_card_lock,
	"select k.id, k.member_id, k.status, k.expires_at is not null and k.expires_at <= ?,"
	" exists (select 1 from connector c join station s on s.id = c.station_id where c.id = ? and"
	" " CARD_FITS("k", "s") ") from card k where k.id = ? and k.deleted = 0 for update");
SQL(request_member_lock,
	"select id, provider_id, phone, plate, status, certified, credit, several from member where id"
	" = ? and deleted = 0 for update");
SQL(request_place,
	"select c.status, p.id, p.serial, p.status, s.id,"
	" if(s.halted_at is null, s.status, 'halted'), a.status, s.provider_id,"
	" s.property_id, a.id,"
	" s.plate_required, s.kind, coalesce(l.online, 0), coalesce(v.state, 'offline'),"
	" coalesce(v.plugged, 0), c.number, s.hours, s.operation_type,"
	" s.open_to = 'own', p.closed, p.use_scope <> 'public',"
	" p.charge_mode <> 'online', s.bookable and p.bookable,"
	" coalesce(b.status, 'enabled') <> 'enabled', coalesce(b.state, 'empty') not in ('empty',"
	" 'booked')"
	" from connector c join pile p on p.id = c.pile_id join station s on s.id = p.station_id join"
	" area a on a.id = p.area_id"
	" left join pile_live l on l.pile_id = p.id left join connector_live v on v.connector_id = c.id"
	" left join bay b on b.connector_id = c.id and b.deleted = 0"
	" where c.id = ? and p.deleted = 0 and s.deleted = 0");
/* O13: a suspended or abnormal session does not stand in anybody's way. */
SQL(request_connector_busy,
	"select 1 from session where connector_id = ? and state in " SESSION_RUNNING
	" and (state <> 'stopping' or seen_at > ?) limit 1");
SQL(request_member_busy,
	"select coalesce(card_id, 0) from session where member_id = ? and requested_at > ? and state"
	" in " SESSION_RUNNING
	" and (state <> 'stopping' or seen_at > ?) and anomaly = 'none'"
	" and not (pile_id = ? and coalesce(parallel, '') = ?) order by card_id <=> ? desc"
	" limit 1");

static NEOERR *take_card(const struct row *r, void *ctx)
{
	struct payer *p = ctx;

	p->card_id = row_i64(r, 0);
	p->card_member = row_i64(r, 1);
	text_copy(p->card_status, sizeof(p->card_status), row_str(r, 2));
	p->card_expired = row_i64(r, 3) != 0;
	p->card_fits = row_i64(r, 4) != 0;
	return STATUS_OK;
}

static NEOERR *take_member(const struct row *r, void *ctx)
{
	struct payer *p = ctx;

	p->member_id = row_i64(r, 0);
	p->provider_id = row_i64(r, 1);
	text_copy(p->phone, sizeof(p->phone), row_str(r, 2));
	text_copy(p->plate, sizeof(p->plate), row_str(r, 3));
	text_copy(p->status, sizeof(p->status), row_str(r, 4));
	p->certified = row_i64(r, 5) != 0;
	p->credit = row_money(r, 6);
	p->several = row_i64(r, 7) != 0;
	return STATUS_OK;
}

static bool enabled(const struct row *r, int i)
{
	return text_eq(row_str(r, i), "enabled");
}

static NEOERR *take_place(const struct row *r, void *ctx)
{
	struct place *p = ctx;

	p->connector_enabled = enabled(r, 0);
	p->pile_id = row_i64(r, 1);
	text_copy(p->serial, sizeof(p->serial), row_str(r, 2));
	p->pile_enabled = enabled(r, 3);
	p->station_id = row_i64(r, 4);
	p->station_enabled = enabled(r, 5) && enabled(r, 6);
	p->provider_id = row_i64(r, 7);
	p->property_id = row_i64(r, 8);
	p->area_id = row_i64(r, 9);
	p->plate_required = row_i64(r, 10) != 0;
	text_copy(p->kind, sizeof(p->kind), row_str(r, 11));
	p->online = row_i64(r, 12) != 0;
	p->state = (enum connector_state)choice_value(&connector_state_choices, row_str(r, 13));
	p->plugged = row_i64(r, 14) != 0;
	p->number = (int)row_i64(r, 15);
	text_copy(p->hours, sizeof(p->hours), row_str(r, 16));
	text_copy(p->operation_type, sizeof(p->operation_type), row_str(r, 17));
	p->own_only = row_i64(r, 18) != 0;
	p->pile_closed = row_i64(r, 19) != 0;
	p->named_only = row_i64(r, 20) != 0;
	p->starts_alone = row_i64(r, 21) != 0;
	p->bookable = row_i64(r, 22) != 0;
	p->bay_shut = row_i64(r, 23) != 0;
	p->bay_taken = row_i64(r, 24) != 0;
	return STATUS_OK;
}

static NEOERR *lock_payer(struct db *db, struct asking *a)
{
	struct payer *p = &a->payer;
	int64_t member_id = a->req->member_id;
	NEOERR *err = STATUS_OK;

	if (a->req->guest_provider_id) {
		p->member_found = true;
		p->provider_id = a->req->guest_provider_id;
		text_copy(p->phone, sizeof(p->phone), a->req->guest_phone);
		text_copy(p->status, sizeof(p->status), "enabled");
		return STATUS_OK;
	}
	if (a->req->card_id) {
		TRY(db_find(db, &request_card_lock,
			ARGS(TIME(clock_now()), I64(a->req->connector_id), I64(a->req->card_id)), take_card,
			p, &p->card_found));
		member_id = member_id ? member_id : p->card_member;
	}
	if (a->req->token_id) {
		TRY(token_get(db, a->req->token_id, &p->token));
		member_id = p->token.member_id;
	}
	if (member_id)
		TRY(db_find(db, &request_member_lock, ARGS(I64(member_id)), take_member, p,
			&p->member_found));
out:
	return nerr_pass(err);
}

NEOERR *asking_lock(struct db *db, struct asking *a)
{
	bool exists = false;
	NEOERR *err;

	memset(&a->payer, 0, sizeof(a->payer));
	memset(&a->place, 0, sizeof(a->place));
	TRY(db_find(db, &request_connector_lock, ARGS(I64(a->req->connector_id)), NULL, NULL, &exists));
	TRY(lock_payer(db, a));
	if (exists)
		TRY(db_find(db, &request_place, ARGS(I64(a->req->connector_id)), take_place, &a->place,
			&a->place.found));
out:
	return nerr_pass(err);
}

/* S4, S10: is it open now, and to starts from a phone; what begins at the pile is a card's. */
static enum start_refusal judge_open(const struct asking *a)
{
	const struct place *p = &a->place;
	bool app = a->req->mode == START_APP;

	if (!station_is_open(p->hours, clock_minute_of_day(clock_now())))
		return REFUSED_STATION_SHUT;
	if (app && p->pile_closed)
		return REFUSED_PILE_DISABLED;
	return app && station_shown(p->operation_type) == SHOWN_CARD ? REFUSED_CARD_ONLY
																 : START_ACCEPTED;
}

/* S10: a station open to members of its own house. */
static enum start_refusal judge_house(const struct asking *a)
{
	return a->place.own_only && a->payer.provider_id != a->place.provider_id
		? REFUSED_STATION_MEMBERS
		: START_ACCEPTED;
}

static enum start_refusal judge_place(const struct asking *a)
{
	const struct place *p = &a->place;

	if (!p->found)
		return REFUSED_CONNECTOR_UNKNOWN;
	if (!p->connector_enabled)
		return REFUSED_CONNECTOR_DISABLED;
	if (!p->pile_enabled)
		return REFUSED_PILE_DISABLED;
	if (!p->station_enabled)
		return REFUSED_STATION_DISABLED;
	/* D13: set to start when plugged in, or by its own cards: then neither phone nor our cards */
	return p->starts_alone ? REFUSED_CHARGE_MODE : START_ACCEPTED;
}

static enum start_refusal judge_pile(const struct asking *a)
{
	const struct place *p = &a->place;

	/* the pile asks itself: it knows its own state */
	if (a->req->mode != START_APP)
		return START_ACCEPTED;
	if (!p->online)
		return REFUSED_PILE_OFFLINE;
	if (p->state == CONNECTOR_FAULT)
		return REFUSED_CONNECTOR_FAULT;
	if (p->state == CONNECTOR_CHARGING || p->state == CONNECTOR_STARTING)
		return REFUSED_CONNECTOR_BUSY;
	/* Right after a log-in nothing is known yet ("offline"): then the pile decides. */
	return p->state == CONNECTOR_IDLE && !p->plugged ? REFUSED_NOT_PLUGGED : START_ACCEPTED;
}

static enum start_refusal judge_member(const struct asking *a)
{
	const struct payer *p = &a->payer;

	if (!p->member_found)
		return a->req->token_id || (a->req->card_id && !p->card_found) ? REFUSED_CARD_UNKNOWN
																	   : REFUSED_MEMBER_UNKNOWN;
	if (text_eq(p->status, "frozen"))
		return REFUSED_MEMBER_FROZEN;
	return text_eq(p->status, "enabled") ? START_ACCEPTED : REFUSED_MEMBER_DISABLED;
}

static enum start_refusal judge_card(const struct asking *a)
{
	const struct payer *p = &a->payer;

	if (a->req->token_id && (p->token.black || p->token.status != TOKEN_ENABLED))
		return REFUSED_CARD_DISABLED;
	if (a->req->token_id && !token_password_fits(&p->token, a->req->card_password))
		return REFUSED_CARD_PASSWORD;
	if (!a->req->card_id)
		return START_ACCEPTED;
	if (!p->card_found || p->card_member != p->member_id)
		return REFUSED_CARD_UNKNOWN;
	if (!text_eq(p->card_status, "enabled"))
		return REFUSED_CARD_DISABLED;
	if (p->card_expired)
		return REFUSED_CARD_EXPIRED;
	return p->card_fits ? START_ACCEPTED : REFUSED_CARD_NOT_HERE;
}

/* S9, U3. */
static enum start_refusal judge_wish(const struct asking *a)
{
	const struct start_request *r = a->req;
	static const struct { int64_t min, max; } range[] = {
		[LIMIT_FULL] = { 0, 0 }, [LIMIT_AMOUNT] = { MONEY_FEN, LIMIT_AMOUNT_MAX },
		[LIMIT_ENERGY] = { 1, LIMIT_ENERGY_MAX }, [LIMIT_TIME] = { LIMIT_TIME_MIN, LIMIT_TIME_MAX },
	};

	if (a->place.plate_required && !(r->plate && *r->plate) && !*a->payer.plate)
		return REFUSED_PLATE_REQUIRED;
	if ((unsigned)r->limit_kind > LIMIT_TIME || r->limit_value < range[r->limit_kind].min ||
	    r->limit_value > range[r->limit_kind].max)
		return REFUSED_LIMIT_INVALID;
	return START_ACCEPTED;
}

struct running { int64_t card_id; bool found; };

static NEOERR *take_running(const struct row *r, void *ctx)
{
	struct running *running = ctx;

	running->card_id = row_i64(r, 0);
	return STATUS_OK;
}

static NEOERR *judge_running(struct db *db, struct asking *a, enum start_refusal *refusal)
{
	int64_t now = clock_now(), busy = 0;
	struct running running = { 0 };
	NEOERR *err;

	TRY(db_i64(db, &request_connector_busy,
		ARGS(I64(a->req->connector_id), TIME(now - STOPPING_SECONDS)), &busy));
	TRY(db_find(db, &request_member_busy,
		ARGS(I64(a->payer.member_id), TIME(now - LOOK_BACK), TIME(now - STOPPING_SECONDS),
			I64(a->place.pile_id), STR(a->req->parallel ? a->req->parallel : "-"),
			IDREF(a->payer.card_id)),
		take_running, &running, &running.found));
	if (busy)
		*refusal = REFUSED_CONNECTOR_BUSY;
	else if (running.found && !a->req->plan_id &&
		!(a->payer.several && !a->payer.card_id))      /* M18 */
		*refusal = a->payer.card_id && running.card_id == a->payer.card_id ? REFUSED_CARD_BUSY
		: REFUSED_MEMBER_BUSY;
out:
	return nerr_pass(err);
}

/* A connector that is booked is nobody else's until the booking's last second has passed; its car
 * is the booking's. */
static NEOERR *judge_reserved(struct db *db, struct asking *a, enum start_refusal *refusal)
{
	struct reservation_hold h;
	NEOERR *err = reservation_hold_of(db, a->req->connector_id, &h);

	a->reservation_id = h.id && h.member_id == a->payer.member_id ? h.id : 0;
	if (err == STATUS_OK && h.id && !a->reservation_id)
		*refusal = REFUSED_RESERVED;
	if (a->reservation_id && *h.plate)
		text_copy(a->payer.plate, sizeof(a->payer.plate), h.plate);
	return nerr_pass(err);
}

/* M21, V3: the fleet pays, as far as its member's limits go and for its own vehicles. */
static NEOERR *judge_fleet(struct db *db, struct asking *a, enum start_refusal *refusal)
{
	NEOERR *err = STATUS_OK;

	if (!a->req->fleet_id)
		return STATUS_OK;
	TRY(fleet_right(db, a->req->fleet_id, a->payer.member_id, 0, &a->fleet));
	if (a->req->plan_id)
		fleet_right_unlimited(&a->fleet);
	*refusal = fleet_right_judge(&a->fleet, a->place.provider_id);
	TRY(vehicle_judge(db, a->req->fleet_id,
		a->req->plate && *a->req->plate ? a->req->plate : a->payer.plate, a->req->vin,
		&a->vehicle));
	if (*refusal == START_ACCEPTED && !a->req->plan_id &&
		!vehicle_may_start(&a->vehicle, a->req->vin && *a->req->vin))
		*refusal = REFUSED_FLEET_VEHICLE;
out:
	return nerr_pass(err);
}

/* V3: a fleet's price, which its members may have with their own purses, too. Nothing is refused
 * for it. A charging plan knows its cars itself. */
static NEOERR *find_price(struct db *db, struct asking *a, enum start_refusal *refusal)
{
	const struct start_request *r = a->req;
	const struct fleet_price_wish w = { .member_id = a->payer.member_id,
		.provider_id = a->place.provider_id, .pays = r->fleet_id, .plan = r->plan_id != 0,
		.plate = r->plate && *r->plate ? r->plate : a->payer.plate, .vin = r->vin };

	(void)refusal;
	memset(&a->price, 0, sizeof(a->price));
	if (r->guest_provider_id)
		return STATUS_OK;
	return nerr_pass(fleet_price_for(db, &w, &a->price));
}

struct purse asking_purse(const struct asking *a)
{
	if (a->req->fleet_id)
		return (struct purse){ OWNER_FLEET, a->req->fleet_id };
	if (a->req->card_id)
		return (struct purse){ OWNER_CARD, a->payer.card_id };
	return (struct purse){ OWNER_MEMBER, a->payer.member_id };
}

int64_t asking_credit(const struct asking *a)
{
	if (a->req->fleet_id)
		return a->fleet.credit;
	return a->req->card_id ? 0 : a->payer.credit;
}

/* P2: a free tariff needs no money. Otherwise the wished amount must be there; without one, what
 * is free up to the setting is held. */
static NEOERR *judge_money(struct db *db, struct asking *a, enum start_refusal *refusal)
{
	const struct session_settings *set;
	struct purse_balance b;
	int64_t available, most = INT64_MAX;
	NEOERR *err;

	a->hold = 0;
	if (tariff_is_free(&a->tariff) || a->req->guest_provider_id)
		return STATUS_OK;
	TRY(session_settings(db, &set));
	TRY(purse_lock(db, asking_purse(a), &b));
	available = purse_free_with(&b, asking_credit(a));
	if (a->req->fleet_id)
		most = fleet_right_left(&a->fleet);
	a->hold = available < set->prepay_max ? available : set->prepay_max;
	a->hold = a->hold < most ? a->hold : most;
	if (a->req->share > 1 && a->hold > available / a->req->share)
		a->hold = available / a->req->share;
	/* something is left for the other gun, and for the next charge of who has the badge (M18) */
	if (a->req->parallel || (a->payer.several && !a->req->card_id && !a->req->fleet_id))
		a->hold /= 2;
	if (a->req->limit_kind == LIMIT_AMOUNT)
		a->hold = a->req->limit_value;
	if (a->hold > most)
		*refusal = REFUSED_FLEET_AMOUNT;
	else if (available < set->balance_min || a->hold > available)
		*refusal = a->req->fleet_id ? REFUSED_FLEET_MONEY : REFUSED_BALANCE_LOW;
out:
	return nerr_pass(err);
}

static NEOERR *find_tariff(struct db *db, struct asking *a, enum start_refusal *refusal)
{
	NEOERR *err = tariff_for(db, a->place.pile_id, a->payer.member_id, clock_now(), &a->tariff);

	if (error_is(err, ERR_NOT_FOUND)) {
		error_drop(err);
		*refusal = REFUSED_NO_TARIFF;
		return STATUS_OK;
	}
	return nerr_pass(err);
}

/* D2: a reserved or private pile is for those it names. */
static NEOERR *judge_named(struct db *db, struct asking *a, enum start_refusal *refusal)
{
	bool may = true;
	NEOERR *err = STATUS_OK;

	if (a->place.named_only)
		err = pile_member_may(db, a->place.pile_id, a->payer.member_id, &may);
	if (!may)
		*refusal = REFUSED_PILE_RESERVED;
	return nerr_pass(err);
}

typedef enum start_refusal (*fact_fn)(const struct asking *a);
typedef NEOERR *(*lookup_fn)(struct db *db, struct asking *a, enum start_refusal *refusal);

/* Both lists end with NULL; the first reason is the answer. */
static NEOERR *judge(struct db *db, struct asking *a, const fact_fn *fact, const lookup_fn *lookup,
	enum start_refusal *refusal)
{
	NEOERR *err = STATUS_OK;

	for (; *fact; fact++)
		if ((*refusal = (*fact)(a)) != START_ACCEPTED)
			return STATUS_OK;
	for (; *lookup && *refusal == START_ACCEPTED; lookup++)
		TRY((*lookup)(db, a, refusal));
out:
	return nerr_pass(err);
}

NEOERR *asking_judge(struct db *db, struct asking *a, enum start_refusal *refusal)
{
	static const fact_fn facts[] = { judge_place, judge_pile, judge_open, judge_member,
		judge_house, judge_card, judge_wish, NULL };
	static const lookup_fn lookups[] = { judge_named, judge_running, judge_reserved, judge_fleet,
		find_tariff, find_price, judge_money, NULL };

	return nerr_pass(judge(db, a, facts, lookups, refusal));
}

/* R1: the owner of a certified car, where station and pile allow it, at a connector that is
 * free. */
static enum start_refusal judge_booker(const struct asking *a)
{
	const struct place *p = &a->place;

	if (!p->bookable)
		return REFUSED_BOOKING_OFF;
	if (!a->payer.certified)
		return REFUSED_NOT_CERTIFIED;
	if (!p->online)
		return REFUSED_PILE_OFFLINE;
	if (p->state == CONNECTOR_FAULT)
		return REFUSED_CONNECTOR_FAULT;
	if (p->bay_shut)                         /* K1 */
		return REFUSED_BAY_DISABLED;
	if (p->bay_taken)
		return REFUSED_BAY_TAKEN;
	return p->state == CONNECTOR_IDLE ? START_ACCEPTED : REFUSED_CONNECTOR_BUSY;
}

static NEOERR *judge_booked(struct db *db, struct asking *a, enum start_refusal *refusal)
{
	int64_t now = clock_now(), busy = 0, booked = 0;
	struct reservation_hold h;
	NEOERR *err;

	TRY(db_i64(db, &request_connector_busy,
		ARGS(I64(a->req->connector_id), TIME(now - STOPPING_SECONDS)), &busy));
	TRY(reservation_hold_of(db, a->req->connector_id, &h));
	TRY(reservation_of_member(db, a->payer.member_id, &booked));
	if (booked)
		*refusal = REFUSED_BOOKED_ALREADY;
	else if (h.id)
		*refusal = REFUSED_RESERVED;
	else if (busy)
		*refusal = REFUSED_CONNECTOR_BUSY;
out:
	return nerr_pass(err);
}

/* P9: what a booking costs is the tariff's; the whole of it must be there. */
static NEOERR *judge_fee(struct db *db, struct asking *a, enum start_refusal *refusal)
{
	struct purse_balance b;
	NEOERR *err;

	if (!tariff_books(&a->tariff)) {
		*refusal = REFUSED_BOOKING_OFF;
		return STATUS_OK;
	}
	TRY(purse_lock(db, asking_purse(a), &b));
	a->hold = a->tariff.booking.price;
	if (purse_free(&b) < a->hold)
		*refusal = REFUSED_BALANCE_LOW;
out:
	return nerr_pass(err);
}

NEOERR *asking_judge_booking(struct db *db, struct asking *a, enum start_refusal *refusal)
{
	static const fact_fn facts[] = { judge_place, judge_open, judge_member, judge_house,
		judge_booker, NULL };
	static const lookup_fn lookups[] = { judge_named, judge_booked, find_tariff, judge_fee,
		NULL };

	return nerr_pass(judge(db, a, facts, lookups, refusal));
}
