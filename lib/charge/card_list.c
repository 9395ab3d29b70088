/* card_list.c - versions of what changed, and each pile's way through them.
 * Owns card_list_head, card_list_change, card_list_pile. Serves card_list.h. */
#include "charge/card_list.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "charge/card.h"

#define PAGE_YKC 11                          /* cards that every pile takes (云快充 6.4) */
#define PAGE_OCPP 20
#define NUMBERS 5000                         /* of a member or a product at once */
#define SWEEP 500
#define AGAIN 3600                           /* seconds, where a pile did not take it */
#define LOST 300                             /* the same, where no answer came */
#define NUMBER 21

SQL(card_list_bump,
	"insert into card_list_head (provider_id, version) values (?, 1) on duplicate key update"
	" version = version + 1");
SQL(card_list_version, "select version from card_list_head where provider_id = ?");
SQL(card_list_put,
	"insert into card_list_change (provider_id, number, version) values (?, ?, ?) on duplicate key"
	" update version = values(version)");
SQL(card_list_of_card,
	"select provider_id, physical_no from card where id = ? and physical_no is not null");
SQL(card_list_of_member,
	"select provider_id, physical_no from card where member_id = ? and physical_no is not null and"
	" deleted = 0 union select provider_id, no from token where member_id = ? and list = 'white'"
	" and deleted = 0 limit 5000");
SQL(card_list_of_product,
	"select provider_id, physical_no from card where product_id = ? and physical_no is not null"
	" and deleted = 0 limit 5000");
SQL(card_list_lapsed,
	"select provider_id, physical_no, id from card where lapsed = 0 and expires_at <= ? and"
	" physical_no is not null and deleted = 0 limit 5000");
SQL(card_list_lapse, "update card set lapsed = 1 where id = ?");
SQL(card_list_unlapse, "update card set lapsed = 0 where lapsed = 1 and expires_at > ?");

SQL(card_list_pile_new,
	"insert into card_list_pile (pile_id, provider_id) select p.id, s.provider_id from pile p join"
	" station s on s.id = p.station_id where p.id = ? on duplicate key update put = if("
	"card_list_pile.provider_id = values(provider_id), put, 0), removed = if("
	"card_list_pile.provider_id = values(provider_id), removed, 0), provider_id ="
	" values(provider_id)");
SQL(card_list_pile_get,
	"select m.provider_id, p.station_id, m.put, m.removed, p.protocol = 'ocpp16' from"
	" card_list_pile m join pile p on p.id = m.pile_id where m.pile_id = ?");
SQL(card_list_busy,
	"select count(*) from card_list_pile m join command c on c.id = m.command_id where m.pile_id ="
	" ? and m.command_id <> ? and c.status = 'sent'");
SQL(card_list_pile_asked,
	"update card_list_pile set asked_put = ?, asked_removed = ?, command_id = ? where pile_id = ?");
SQL(card_list_pile_there,
	"update card_list_pile set put = asked_put, removed = asked_removed, command_id = null,"
	" failed_at = null where pile_id = ? and command_id = ?");
/* A station that refuses a difference to its list gets the whole list next. */
SQL(card_list_pile_not,
	"update card_list_pile set put = if(?, 0, put), removed = if(?, 0, removed), command_id ="
	" null, failed_at = ? where pile_id = ? and command_id = ?");
SQL(card_list_pile_again,
	"update card_list_pile set put = 0, removed = 0, failed_at = null where pile_id = ?");
SQL(card_list_asked,
	"select m.pile_id, m.provider_id, m.asked_put = m.put, p.protocol = 'ocpp16',"
	" m.asked_removed from card_list_pile m join pile p on p.id = m.pile_id where m.command_id ="
	" ?");

/* A number's card as it stands at the station s now: of its own money, or on the white list. */
SQL(card_list_page,
	"select c.version, c.number, coalesce(k.logical_no, o.id, ''), coalesce(km.no, om.no, '') from"
	" card_list_change c join station s on s.id = ?"
	" left join (card k join member km on km.id = k.member_id and km.status = 'enabled' and"
	" km.deleted = 0) on k.physical_no = c.number and k.provider_id = c.provider_id and k.kind ="
	" 'physical' and k.status = 'enabled' and k.deleted = 0 and k.logical_no is not null and"
	" (k.expires_at is null or k.expires_at > ?) and " CARD_FITS("k", "s")
	" left join (token o join member om on om.id = o.member_id and om.status = 'enabled' and"
	" om.deleted = 0) on o.chip = trim(leading '0' from c.number) and o.provider_id ="
	" c.provider_id and o.list = 'white' and o.password = '' and o.kind = 'verify' and o.status ="
	" 'enabled' and"
	" o.deleted = 0"
	" where c.provider_id = ? and c.version > ? and c.version <= ? and (k.id is not null or o.id"
	" is not null) = ? order by c.version limit ?");
SQL(card_list_stopped,
	"update card_list_pile m join command c on c.id = m.command_id set m.command_id = null,"
	" m.failed_at = ? where c.status in ('failed', 'expired')");
SQL(card_list_behind,
	"select p.id from pile_live l join pile p on p.id = l.pile_id join station s on s.id ="
	" p.station_id join card_list_head h on h.provider_id = s.provider_id left join card_list_pile"
	" m on m.pile_id = p.id where l.online = 1 and p.protocol in ('ykc', 'ocpp16') and p.status ="
	" 'enabled' and p.deleted = 0 and (m.pile_id is null or m.provider_id <> s.provider_id or"
	" m.put < h.version or m.removed < h.version) and (m.failed_at is null or m.failed_at < ?) and"
	" not exists (select 1 from command c where c.pile_id = p.id and c.status in ('pending',"
	" 'sent') and c.kind = 'sync_cards') limit ?");

/* ---- what changed ---- */

NEOERR *card_list_touch(struct db *db, int64_t provider_id, const char *number, int64_t by)
{
	int64_t version = 0;
	NEOERR *err = STATUS_OK;

	if (!number || !*number || strlen(number) >= NUMBER)
		return STATUS_OK;
	TRY(db_exec(db, &card_list_bump, ARGS(I64(provider_id)), NULL));
	TRY(db_i64(db, &card_list_version, ARGS(I64(provider_id)), &version));
	TRY(db_exec(db, &card_list_put, ARGS(I64(provider_id), STR(number), I64(version)), NULL));
	if (db_first(db, provider_id))
		TRY(command_sync_cards(db, provider_id, 0, by));
out:
	return nerr_pass(err);
}

struct numbers {
	int n;
	struct { int64_t provider_id, id; char number[NUMBER]; } row[NUMBERS];
};

static NEOERR *take_number(const struct row *r, void *ctx)
{
	struct numbers *l = ctx;

	if (l->n == NUMBERS)
		return STATUS_OK;
	l->row[l->n].provider_id = row_i64(r, 0);
	l->row[l->n].id = r->n > 2 ? row_i64(r, 2) : 0;
	text_copy(l->row[l->n++].number, NUMBER, row_str(r, 1));
	return STATUS_OK;
}

static struct numbers *numbers_new(void)
{
	struct numbers *l = calloc(1, sizeof(*l));

	if (!l)
		error_die("out of memory (card list)");
	return l;
}

static NEOERR *touch_all(struct db *db, const struct numbers *l, int64_t by)
{
	NEOERR *err = STATUS_OK;

	for (int i = 0; i < l->n; i++)
		TRY(card_list_touch(db, l->row[i].provider_id, l->row[i].number, by));
out:
	return nerr_pass(err);
}

NEOERR *card_list_touch_card(struct db *db, int64_t card_id, int64_t by)
{
	struct numbers *l = numbers_new();
	NEOERR *err;

	TRY(db_query(db, &card_list_of_card, ARGS(I64(card_id)), take_number, l));
	TRY(touch_all(db, l, by));
out:
	free(l);
	return nerr_pass(err);
}

NEOERR *card_list_touch_member(struct db *db, int64_t member_id, int64_t by)
{
	struct numbers *l = numbers_new();
	NEOERR *err;

	TRY(db_query(db, &card_list_of_member, ARGS(I64(member_id), I64(member_id)), take_number, l));
	TRY(touch_all(db, l, by));
out:
	free(l);
	return nerr_pass(err);
}

NEOERR *card_list_touch_product(struct db *db, int64_t product_id, int64_t by)
{
	struct numbers *l = numbers_new();
	NEOERR *err;

	TRY(db_query(db, &card_list_of_product, ARGS(I64(product_id)), take_number, l));
	TRY(touch_all(db, l, by));
out:
	free(l);
	return nerr_pass(err);
}

NEOERR *card_list_again(struct db *db, int64_t pile_id, int64_t by)
{
	NEOERR *err;

	TRY(db_exec(db, &card_list_pile_again, ARGS(I64(pile_id)), NULL));
	TRY(command_sync_cards(db, 0, pile_id, by));
out:
	return nerr_pass(err);
}

/* ---- a page ---- */

struct mark { int64_t provider_id, station_id, put, removed; bool ocpp; };

static NEOERR *take_mark(const struct row *r, void *ctx)
{
	*(struct mark *)ctx = (struct mark){ row_i64(r, 0), row_i64(r, 1), row_i64(r, 2),
		row_i64(r, 3), row_i64(r, 4) != 0 };
	return STATUS_OK;
}

struct page { bool joins; int n; int64_t last; struct buf text; };

/* "logical:physical:member" of who joins, "physical" of who leaves. */
static NEOERR *take_entry(const struct row *r, void *ctx)
{
	struct page *p = ctx;

	p->last = row_i64(r, 0);
	buf_puts(&p->text, p->n++ > 0 ? "," : "");
	if (p->joins)
		buf_printf(&p->text, "%s:%s:%s", row_str(r, 2), row_str(r, 1), row_str(r, 3));
	else
		buf_puts(&p->text, row_str(r, 1));
	return STATUS_OK;
}

/* *mark moves to where the pile is once it has taken the page. */
static NEOERR *read_page(struct db *db, const struct mark *m, bool joins, int64_t head,
	struct page *p, int64_t *mark)
{
	int most = m->ocpp ? PAGE_OCPP : PAGE_YKC;
	NEOERR *err;

	p->joins = joins;
	err = db_query(db, &card_list_page,
		ARGS(I64(m->station_id), TIME(clock_now()), I64(m->provider_id), I64(*mark), I64(head),
			I64(joins), I64(most)),
		take_entry, p);
	*mark = p->n == most ? p->last : head;
	return nerr_pass(err);
}

static void write_command(struct command *c, struct page *p, bool whole)
{
	c->kind = p->joins ? COMMAND_SET_CARDS : COMMAND_CLEAR_CARDS;
	c->value = whole;
	text_copy(c->text, sizeof(c->text), buf_str(&p->text));
}

/* Who leaves goes first, so that a lost card is told soonest and a full pile has room; a station
 * that begins anew has nobody to lose. */
static NEOERR *fill(struct db *db, struct command *c, struct page *p)
{
	struct mark m, to;
	int64_t head = 0;
	bool whole;
	NEOERR *err;

	TRY(db_exec(db, &card_list_pile_new, ARGS(I64(c->pile_id)), NULL));
	TRY(db_get(db, &card_list_pile_get, ARGS(I64(c->pile_id)), take_mark, &m));
	TRY(db_i64(db, &card_list_version, ARGS(I64(m.provider_id)), &head));
	to = m;
	whole = m.ocpp && m.put == 0;
	if (whole)
		to.removed = head;
	else
		TRY(read_page(db, &m, false, head, p, &to.removed));
	if (p->n == 0)
		TRY(read_page(db, &m, true, head, p, &to.put));
	TRY(db_exec(db, &card_list_pile_asked,
		ARGS(I64(to.put), I64(to.removed), I64(c->id), I64(c->pile_id)), NULL));
	if (p->n > 0)
		write_command(c, p, whole);
out:
	return nerr_pass(err);
}

NEOERR *card_list_fill(struct db *db, struct command *c, bool *nothing)
{
	struct page p = { .n = 0 };
	int64_t busy = 0;
	NEOERR *err;

	buf_init(&p.text, 0);
	TRY(db_i64(db, &card_list_busy, ARGS(I64(c->pile_id), I64(c->id)), &busy));
	if (!busy)           /* else the answer to the page that is on the wire asks for the next */
		TRY(fill(db, c, &p));
	*nothing = p.n == 0;
out:
	buf_clear(&p.text);
	return nerr_pass(err);
}

/* ---- the answer ---- */

struct asked { int64_t pile_id, provider_id; bool removing, ocpp; int64_t removed; };

static NEOERR *take_asked(const struct row *r, void *ctx)
{
	*(struct asked *)ctx = (struct asked){ row_i64(r, 0), row_i64(r, 1), row_i64(r, 2) != 0,
		row_i64(r, 3) != 0, row_i64(r, 4) };
	return STATUS_OK;
}

/* What changed while the page was on the wire is told also where that was not taken. */
static NEOERR *refused(struct db *db, const struct asked *a, int64_t command_id)
{
	int64_t head = 0;
	NEOERR *err;

	TRY(db_exec(db, &card_list_pile_not,
		ARGS(I64(a->ocpp), I64(a->ocpp), TIME(clock_now()), I64(a->pile_id),
			I64(command_id)),
		NULL));
	TRY(db_i64(db, &card_list_version, ARGS(I64(a->provider_id)), &head));
	if (head > a->removed)
		TRY(command_sync_cards(db, 0, a->pile_id, 0));
out:
	return nerr_pass(err);
}

/* 云快充 answers no to the removal of a card that the pile does not hold: then it is not there. */
NEOERR *card_list_answered(struct db *db, int64_t command_id, bool ok)
{
	int64_t head = 0;
	struct asked a;
	struct mark m;
	bool found;
	NEOERR *err;

	TRY(db_find(db, &card_list_asked, ARGS(I64(command_id)), take_asked, &a, &found));
	if (!found)
		goto out;
	if (!ok && (a.ocpp || !a.removing)) {
		TRY(refused(db, &a, command_id));
		goto out;
	}
	TRY(db_exec(db, &card_list_pile_there, ARGS(I64(a.pile_id), I64(command_id)), NULL));
	TRY(db_get(db, &card_list_pile_get, ARGS(I64(a.pile_id)), take_mark, &m));
	TRY(db_i64(db, &card_list_version, ARGS(I64(m.provider_id)), &head));
	if (m.put < head || m.removed < head)
		TRY(command_sync_cards(db, 0, a.pile_id, 0));
out:
	return nerr_pass(err);
}

/* ---- what nobody told of ---- */

struct piles { int n; int64_t id[SWEEP]; };

static NEOERR *take_pile(const struct row *r, void *ctx)
{
	struct piles *p = ctx;

	p->id[p->n++] = row_i64(r, 0);
	return STATUS_OK;
}

static NEOERR *sweep_lapsed(struct db *db, void *ctx)
{
	struct numbers *l = ctx;
	NEOERR *err;

	l->n = 0;
	TRY(db_exec(db, &card_list_unlapse, ARGS(TIME(clock_now())), NULL));
	TRY(db_query(db, &card_list_lapsed, ARGS(TIME(clock_now())), take_number, l));
	for (int i = 0; i < l->n; i++)
		TRY(db_exec(db, &card_list_lapse, ARGS(I64(l->row[i].id)), NULL));
	TRY(touch_all(db, l, 0));
out:
	return nerr_pass(err);
}

NEOERR *card_list_sweep(struct db *db, int64_t *told)
{
	struct numbers *l = numbers_new();
	struct piles p = { .n = 0 };
	NEOERR *err;

	TRY(db_tx(db, sweep_lapsed, l));
	TRY(db_exec(db, &card_list_stopped, ARGS(TIME(clock_now() - AGAIN + LOST)), NULL));
	TRY(db_query(db, &card_list_behind, ARGS(TIME(clock_now() - AGAIN), I64(SWEEP)),
		take_pile, &p));
	for (int i = 0; i < p.n; i++)
		TRY(command_sync_cards(db, 0, p.id[i], 0));
	*told = p.n;
out:
	free(l);
	return nerr_pass(err);
}
